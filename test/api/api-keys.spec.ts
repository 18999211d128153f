import { Writable } from 'node:stream';
import { pino } from 'pino';
import { ownDeal } from '#testing';
import type { OpenCompany } from '../../apps/worker/src/company.js';
import type { Login, TriedApi } from './harness.js';
import { dayAfter, twoProcesses } from './two-processes.js';

let api: TriedApi;
let dana: Login;
let other: OpenCompany;
let close: () => Promise<void>;
let time = Date.now();
const lines: string[] = [];

const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
);

const day = (days: number): string => dayAfter(time, days);

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
};

beforeAll(async () => {
  ({ api, dana, other, close } = await twoProcesses({ log, now: () => time }));
});
afterAll(() => close());

describe('an API key', () => {
  const make = async (fields: object, login = dana) => {
    const body = { role: 'integration', scopes: ['deals'], expiresOn: day(30), ...fields };
    return login.post('/v1/api-keys', body);
  };
  const deal = (id: string) => ownDeal(id, '100', '2026-02-10');

  it('is shown once, and then known by its first characters', async () => {
    const { body, headers, status } = await make({ id: 'crm', note: 'Our CRM' });
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(body.key).toMatch(/^evk_[\w-]{43}$/);
    const crm = api.withKey(body.key);
    expect((await crm.get('/v1/me').expect(200)).body).toEqual({
      user: 'dana',
      role: 'integration',
      key: { id: 'crm', scopes: ['deals'] },
      sees: [],
    });
    const again = await make({ id: 'crm', note: 'Our CRM' });
    expect([again.status, again.body.key, again.body.events]).toEqual([200, undefined, []]);
    expect((await make({ id: 'crm' })).body.code).toBe('KeyCreatedDifferently');
    // Its use is noted beside the answers.
    const listed = () => dana.get('/v1/api-keys?status=valid').expect(200);
    await until(async () => (await listed()).body.data[0]?.lastUsedAt !== undefined);
    expect((await listed()).body.data).toEqual([
      {
        id: 'crm',
        role: 'integration',
        scopes: ['deals'],
        expiresOn: day(30),
        note: 'Our CRM',
        prefix: body.key.slice(0, 10),
        owner: 'dana',
        createdAt: expect.any(String),
        status: 'valid',
        lastUsedAt: expect.any(String),
        position: body.position,
      },
    ]);
  });

  it('does what its scopes say, and all of it is recorded as by it and by its owner', async () => {
    const { body } = await make({ id: 'feed', scopes: ['deals', 'accounts'] });
    const feed = api.withKey(body.key);
    await feed.post('/v1/deals', deal('k1')).expect(201);
    await feed.post('/v1/accounts', { id: 'acme', name: 'Acme' }).expect(201);
    await feed.get('/v1/calendar').expect(200);
    const { body: refused } = await feed
      .post('/v1/payees', { id: 'x', name: 'X', hiredOn: '2025-01-01', currency: 'USD' })
      .expect(403);
    expect(refused.detail).toBe('The key feed is not for payees; it is for: deals, accounts.');
    await feed.get('/v1/deals').expect(403);
    await feed.post('/v1/api-keys', {}).expect(403);
    await feed.post('/v1/roles', { user: 'x', role: 'comp-admin' }).expect(403);
    const [event] = await other.store.read('deal-k1');
    expect(event?.meta).toMatchObject({ by: 'dana', role: 'integration', key: 'feed' });
  });

  it('imports what its scopes say', async () => {
    const { body } = await make({ id: 'bulk', scopes: ['deals'] });
    const bulk = api.withKey(body.key);
    const steps = [
      { 'book-deal': deal('k2') },
      { 'register-account': { id: 'other', name: 'Other' } },
      { 'grant-role': { user: 'x', role: 'comp-admin' } },
      { by: 'erin', 'book-deal': deal('k3') },
    ];
    const { headers } = await bulk
      .send('post', '/v1/imports')
      .set('Content-Type', 'application/x-ndjson')
      .send(steps.map((step) => `${JSON.stringify(step)}\n`).join(''))
      .expect(202);
    const location = headers['location'] as string;
    // Whoever asked for a job sees it: his own token is another login.
    await dana.get(location).expect(404);
    let job = await bulk.get(location).expect(200);
    while (job.body.status === 'running') job = await bulk.get(location);
    expect(job.body.result).toMatchObject({ recorded: 1, refused: 3 });
    expect(job.body.result.refusedRows[0].errors[0].message).toContain(
      'register-account: the key bulk does not import this; it is for: deals',
    );
    const [event] = await other.store.read('deal-k2');
    expect(event?.meta).toMatchObject({ by: 'dana', role: 'integration', key: 'bulk' });
  });

  it('may read as an auditor, and then writes nothing', async () => {
    const { body } = await make({ id: 'bi', role: 'auditor', scopes: ['credits', 'payees'] });
    const bi = api.withKey(body.key);
    expect((await bi.get('/v1/payees').expect(200)).body.data).toHaveLength(2);
    await bi.get('/v1/credits').expect(200);
    await bi.get('/v1/earnings').expect(403);
    await bi.post('/v1/deals', deal('k4')).expect(403);
  });

  it('evades no approval: its owner approves nothing that it brought, under no role and no second account', async () => {
    const components = [{ id: 'b', type: 'commission', rate: '8%' }];
    await dana.record([
      ['/v1/plans', { id: 'ae', currency: 'USD', from: '2026-01-01', components }],
      ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
      ['/v1/payees', { id: 'olga', name: 'Olga', hiredOn: '2025-01-01', currency: 'USD' }],
      ['/v1/roles', { user: 'olga', role: 'comp-admin' }],
      ['/v1/roles', { user: 'olga', role: 'approver' }],
      ['/v1/roles', { user: 'olga.home', role: 'approver', payee: 'olga' }],
      ['/v1/roles', { user: 'frank', role: 'approver' }],
    ]);
    const olga = await api.login({ user: 'olga', role: 'comp-admin' });
    const { body } = await make({ id: 'of-olga' }, olga);
    await api.withKey(body.key).post('/v1/deals', deal('by-key')).expect(201);
    await dana.post('/v1/payouts', { id: 'run', through: 'FY2026-M02' }).expect(201);
    await dana.post('/v1/payouts/run/submit').expect(200);
    const { headers } = await dana.get('/v1/payouts/run').expect(200);
    const approve = async (user: string) =>
      (await api.login({ user, role: 'approver' }))
        .post('/v1/payouts/run/approve')
        .set('If-Match', String(headers['etag']));
    for (const user of ['olga', 'olga.home']) {
      const { status, body: problem } = await approve(user);
      expect([user, status, problem.code]).toEqual([user, 403, 'MakerCannotCheck']);
    }
    expect((await approve('frank')).status).toBe(200);
  });

  it('is refused once it is revoked, by another process too, or has expired', async () => {
    const { body } = await make({ id: 'gone', expiresOn: day(2) });
    const gone = api.withKey(body.key);
    await gone.get('/v1/me').expect(200);
    time += 2 * 24 * 60 * 60 * 1000;
    const { body: refused } = await gone.get('/v1/me').expect(401);
    expect(refused.detail).toBe('The API key has expired.');
    time -= 2 * 24 * 60 * 60 * 1000;
    await gone.get('/v1/me').expect(200);
    const data = { key: 'gone', reason: 'It leaked' };
    await other.execute({ type: 'revoke-key', data, by: 'erin' });
    await gone.get('/v1/me').expect(401);
    await gone.get('/v1/payouts').expect(401);
    const { body: listed } = await dana.get('/v1/api-keys?status=revoked&owner=dana').expect(200);
    expect(listed.data).toMatchObject([
      { id: 'gone', revoked: { by: 'erin', reason: 'It leaked' } },
    ]);
    await dana.post('/v1/api-keys/gone/revoke', { reason: 'again' }).expect(200);
    await dana.post('/v1/api-keys/none/revoke').expect(404);
  });

  it('ends with what its owner may do', async () => {
    await dana.post('/v1/roles', { user: 'kim', role: 'comp-admin' }).expect(201);
    const kim = await api.login({ user: 'kim', role: 'comp-admin' });
    const { body } = await make({ id: 'of-kim' }, kim);
    const key = api.withKey(body.key);
    await key.get('/v1/me').expect(200);
    await dana.post('/v1/roles/kim/revoke', { role: 'comp-admin' }).expect(200);
    await key.get('/v1/me').expect(401);
  });

  it.each([
    [{}, 422],
    [{ id: 'h', role: 'comp-admin' }, 422],
    [{ id: 'h', role: 'approver', scopes: ['payouts'] }, 422],
    [{ id: 'h', scopes: [] }, 422],
    [{ id: 'h', scopes: 'deals' }, 422],
    [{ id: 'h', scopes: ['payouts'] }, 422],
    [{ id: 'h', scopes: ['deals', 'deals'] }, 422],
    [{ id: 'h', scopes: ['__proto__'] }, 422],
    [{ id: 'h', expiresOn: '2026-02-30' }, 422],
    [{ id: 'h', expiresOn: '9999-12-31' }, 422],
    [{ id: 'h', expiresOn: '2020-01-01' }, 422],
    [{ id: 'h', sha256: 'f'.repeat(64) }, 422],
    [{ id: 'h', with: { sha256: 'f'.repeat(64) } }, 422],
    [{ id: 'h', by: 'erin' }, 422],
  ])('is not made by %j', async (fields, status) => {
    const answer = await make(fields);
    expect([answer.status, answer.body.key]).toEqual([status, undefined]);
  });

  it.each([
    'evk_',
    `evk_${'a'.repeat(43)}`,
    `evk_${'a'.repeat(42)}`,
    `EVK_${'a'.repeat(43)}`,
    `evk_${'a'.repeat(5000)}`,
  ])('that nobody made is refused: %s', async (text) => {
    const { body, headers } = await api.withKey(text).get('/v1/me').expect(401);
    expect(body.code).toBe('Unauthenticated');
    expect(headers['www-authenticate']).toBe('Bearer realm="everycent"');
  });

  it('stands in no log, no row and no event', async () => {
    const { body } = await make({ id: 'secret' });
    const secret = body.key as string;
    const key = api.withKey(secret);
    const before = lines.filter((line) => line.includes('"status":401')).length;
    await key.get('/v1/me').expect(200);
    await key.post('/v1/deals', deal('k9')).expect(201);
    await key.get('/v1/nothing').expect(404);
    await key.post('/v1/deals', { wrong: secret }).expect(422);
    await api.anonymous('get', '/v1/me').set('Authorization', `Basic ${secret}`).expect(401);
    await api.anonymous('get', '/v1/me').set('Authorization', 'Basic last').expect(401);
    // What was said is written line after line: the last line comes after all the others.
    const answered = () => lines.filter((line) => line.includes('"status":401')).length;
    await until(async () => answered() > before + 1);
    expect(lines.length).toBeGreaterThan(50);
    const isThere = lines.some((line) => line.includes('"key":"secret"'));
    expect([isThere, lines.filter((line) => line.includes(secret))]).toEqual([true, []]);
    for await (const page of other.store.readStored(0n)) {
      expect(page.filter(({ data, meta }) => `${data}${meta}`.includes(secret))).toEqual([]);
    }
    const { pool } = other.database;
    for (const table of ['idempotency', 'key_use']) {
      const { rows } = await pool.query(
        `select count(*)::int as found from ${table} t where t::text like '%' || $1 || '%'`,
        [secret],
      );
      expect([table, rows]).toEqual([table, [{ found: 0 }]]);
    }
  });
});
