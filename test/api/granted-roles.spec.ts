import { generateKeyPair, SignJWT } from 'jose';
import { newKey } from '../../apps/api/src/keys.js';
import { Tokens } from '../../apps/api/src/tokens.js';
import type { OpenCompany } from '../../apps/worker/src/company.js';
import { figure, reach } from '../chaos/figures.js';
import { TriedApi, type Login } from './harness.js';
import { dayAfter, twoProcesses } from './two-processes.js';

let api: TriedApi;
let dana: Login;
let other: OpenCompany;
let close: () => Promise<void>;

const ROUNDS = figure(5, 50, 500);

beforeAll(async () => {
  ({ api, dana, other, close } = await twoProcesses());
});
afterAll(() => close());

describe('a role', () => {
  it('is what the token says, as long as no fact speaks of the user', async () => {
    const erin = await api.login({ user: 'erin', role: 'approver' });
    expect((await erin.get('/v1/me').expect(200)).body).toEqual({
      user: 'erin',
      role: 'approver',
      sees: 'all',
    });
  });

  it('is granted and revoked from the next request on, with the same token, by another process too', async () => {
    const fay = await api.login({ user: 'fay', role: 'rep' });
    await fay.get('/v1/payouts').expect(403);
    const grant = { user: 'fay', role: 'approver' };
    const { body } = await dana.post('/v1/roles', grant).expect(201);
    expect(body.events).toEqual(['RoleGranted']);
    await fay.get('/v1/payouts').expect(200);
    await dana.post('/v1/roles/fay/revoke', { role: 'approver' }).expect(200);
    const { body: refused } = await fay.get('/v1/payouts').expect(403);
    expect(refused.detail).toBe('The user fay has no role, or none any more.');
    // Whatever the token says.
    await (await api.login({ user: 'fay', role: 'comp-admin' })).get('/v1/payouts').expect(403);
  });

  it(`and a key are worthless from the next request on, however busy it is, ${ROUNDS} times`, async () => {
    const say = (type: string, data: object) => other.execute({ type, data, by: 'dana' });
    const grant = { user: 'busy', role: 'approver' };
    await dana.post('/v1/roles', grant);
    const user = await api.login({ user: 'busy', role: 'rep' });
    let isBusy = true;
    // Others ask all the time: what they are told may not be told to somebody else a moment later.
    const others = [user, dana, user].map(async (login) => {
      while (isBusy) await login.get('/v1/payouts');
    });
    try {
      for (let i = 0; i < ROUNDS; i += 1) {
        await user.get('/v1/payouts').expect(200);
        await say('revoke-role', grant);
        await user.get('/v1/payouts').expect(403);
        await say('grant-role', grant);
        const { text, mark } = newKey();
        const key = {
          id: `round ${i}`,
          role: 'auditor',
          scopes: ['payouts'],
          expiresOn: dayAfter(Date.now(), 9),
        };
        await other.execute({ type: 'create-key', data: key, by: 'max', with: mark });
        await api.withKey(text).get('/v1/payouts').expect(200);
        await say('revoke-key', { key: `round ${i}` });
        await api.withKey(text).get('/v1/payouts').expect(401);
      }
    } finally {
      isBusy = false;
      await Promise.all(others);
    }
    reach(
      `${ROUNDS} roles and ${ROUNDS} keys taken by another process: none was good for one request more`,
    );
  }, 600_000);

  it('is granted once, and listed with who granted it, as of now and as of then', async () => {
    const grant = { user: 'gus', role: 'manager', payee: 'boss' };
    const { body: first } = await dana.post('/v1/roles', grant).expect(201);
    expect((await dana.post('/v1/roles', grant).expect(200)).body.events).toEqual([]);
    await dana.post('/v1/roles/gus/revoke', { role: 'manager' }).expect(200);
    const list = async (query: string) => (await dana.get(`/v1/roles?${query}`)).body.data;
    const said = { by: 'dana', at: expect.any(String) };
    expect(await list('user=gus')).toMatchObject([
      { ...grant, status: 'revoked', granted: said, revoked: said },
    ]);
    expect(await list(`user=gus&asOf=${first.position}`)).toEqual([
      { ...grant, status: 'granted', granted: said, position: first.position },
    ]);
    expect(await list('status=granted&user=gus')).toEqual([]);
  });

  it('is granted to nobody by himself', async () => {
    const { body } = await dana.post('/v1/roles', { user: 'dana', role: 'approver' }).expect(403);
    expect(body.code).toBe('OwnRole');
    const same = await api.login({ user: 'dana2', role: 'comp-admin', payee: 'ana' });
    await same.post('/v1/roles', { user: 'any', role: 'approver', payee: 'ana' }).expect(403);
  });

  it('of several is the one that the token names, or else that reaches furthest', async () => {
    await dana.post('/v1/roles', { user: 'hal', role: 'rep', payee: 'ana' }).expect(201);
    await dana.post('/v1/roles', { user: 'hal', role: 'auditor' }).expect(201);
    const as = async (role: 'rep' | 'auditor' | 'comp-admin') =>
      (await (await api.login({ user: 'hal', role })).get('/v1/me')).body;
    expect(await as('rep')).toEqual({ user: 'hal', role: 'rep', payee: 'ana', sees: ['ana'] });
    expect(await as('auditor')).toMatchObject({ role: 'auditor', sees: 'all' });
    // Not granted to him: it does not count.
    expect(await as('comp-admin')).toMatchObject({ role: 'auditor', sees: 'all' });
    const hal = await api.login({ user: 'hal', role: 'comp-admin' });
    await hal.post('/v1/calendar', { start: '2026-01-01' }).expect(403);
  });

  it.each([
    [{}, 422],
    [{ user: 'x' }, 422],
    [{ user: 'x', role: 'root' }, 422],
    [{ user: 'x', role: ['rep'] }, 422],
    [{ user: '', role: 'rep' }, 422],
    [{ user: 'a\u0000b', role: 'rep' }, 422],
    [{ user: 'x', role: 'rep', admin: true }, 422],
    [{ user: 'x', role: 'rep', payee: 'nobody' }, 404],
    [JSON.parse('{ "user": "x", "role": "rep", "__proto__": { "role": "comp-admin" } }'), 422],
  ])('is not granted by %j', async (body, status) => {
    await dana.post('/v1/roles', body).expect(status);
  });

  it('comes by import from a comp-admin, and from nobody else', async () => {
    const send = async (login: Login, step: object) => {
      const { headers } = await login
        .send('post', '/v1/imports')
        .set('Content-Type', 'application/x-ndjson')
        .send(`${JSON.stringify(step)}\n`)
        .expect(202);
      for (;;) {
        const { body } = await login.get(headers['location'] as string);
        if (body.status !== 'running') return body.result;
      }
    };
    const step = { 'grant-role': { user: 'ivy', role: 'auditor' } };
    const feed = await api.login({ user: 'crm', role: 'integration' });
    expect(await send(feed, step)).toMatchObject({ refused: 1 });
    expect(await send(dana, step)).toMatchObject({ recorded: 1 });
    const own = { 'grant-role': { user: 'dana', role: 'approver' } };
    expect(await send(dana, own)).toMatchObject({ refused: 1 });
    const ivy = await api.login({ user: 'ivy', role: 'rep' });
    await ivy.get('/v1/payouts').expect(200);
  });
});

describe('where an admin is named', () => {
  it('he alone has a role by himself, and tokens give none', async () => {
    const strict = await TriedApi.start(undefined, { admin: 'root' });
    try {
      const root = await strict.login({ user: 'root', role: 'rep' });
      await root.post('/v1/calendar', { start: '2026-01-01' }).expect(201);
      const eve = await strict.login({ user: 'eve', role: 'comp-admin' });
      await eve.get('/v1/payouts').expect(403);
      await root.post('/v1/roles', { user: 'eve', role: 'comp-admin' }).expect(201);
      await eve.get('/v1/payouts').expect(200);
      // Once facts speak of him, they decide.
      await eve.post('/v1/roles/root/revoke', { role: 'comp-admin' }).expect(200);
      await root.get('/v1/payouts').expect(403);
    } finally {
      await strict.close();
    }
  });
});

describe('a token of a provider that knows no roles', () => {
  it('proves who the user is, and facts say what he may do', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const [issuer, audience] = ['https://login.example.com', 'everycent'];
    const tokens = new Tokens({ issuer, audience, key: async () => publicKey });
    const made = async (sub: string): Promise<Login> =>
      elsewhere.withKey(
        await new SignJWT({})
          .setProtectedHeader({ alg: 'ES256' })
          .setIssuer(issuer)
          .setAudience(audience)
          .setSubject(sub)
          .setExpirationTime('1m')
          .sign(privateKey),
      );
    const elsewhere = await TriedApi.start(undefined, { tokens, admin: 'auth0|1' });
    try {
      const root = await made('auth0|1');
      await root.post('/v1/calendar', { start: '2026-01-01' }).expect(201);
      const user = await made('auth0|2');
      const { body } = await user.get('/v1/me').expect(401);
      expect(body.detail).toBe('The token names no role, and its user has none.');
      await root.post('/v1/roles', { user: 'auth0|2', role: 'auditor' }).expect(201);
      expect((await user.get('/v1/me').expect(200)).body).toEqual({
        user: 'auth0|2',
        role: 'auditor',
        sees: 'all',
      });
      await root
        .post(`/v1/roles/${encodeURIComponent('auth0|2')}/revoke`, { role: 'auditor' })
        .expect(200);
      await user.get('/v1/me').expect(403);
    } finally {
      await elsewhere.close();
    }
  });
});
