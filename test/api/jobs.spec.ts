import { importable, ROUTES } from '../../apps/api/src/routes.js';
import type { Login, TriedApi } from './harness.js';
import { deal, oneRep } from './one-rep.js';

let api: TriedApi;
let admin: Login;
let feed: Login;

beforeAll(async () => {
  ({ api, admin } = await oneRep());
  feed = await api.login({ user: 'crm', role: 'integration' });
});
afterAll(() => api.close());

const ended = async (login: Login, where: string) => {
  for (let i = 0; i < 2400; i += 1) {
    const { body } = await login.get(where).expect(200);
    if (body.status !== 'running') return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${where} does not end.`);
};

const send = (login: Login, steps: readonly object[], query = '') =>
  login
    .send('post', `/v1/imports${query}`)
    .set('Content-Type', 'application/x-ndjson')
    .send(steps.map((step) => `${JSON.stringify(step)}\n`).join(''));

const imported = async (login: Login, steps: readonly object[], query = '') => {
  const { headers, body } = await send(login, steps, query).expect(202);
  expect(body).toMatchObject({ kind: 'import' });
  return ended(login, headers['location'] as string);
};

describe('an import', () => {
  it('records steps and says what came of them', async () => {
    const steps = [
      { 'book-deal': deal('i1') },
      { 'book-deal': deal('i2') },
      { 'book-deal': { ...deal('i3'), amount: 'x' } },
    ];
    const { status, result } = await imported(feed, steps);
    expect(status).toBe('done');
    expect(result).toMatchObject({
      read: 3,
      recorded: 2,
      refused: 1,
      isRecorded: true,
      sums: { USD: expect.any(String) },
      refusedRows: [{ line: 3, errors: [expect.objectContaining({ code: 'Malformed' })] }],
    });
    expect((await imported(feed, steps)).result).toMatchObject({ recorded: 0, duplicate: 2 });
    await admin.get('/v1/deals/i2').expect(200);
  });

  it('records nothing for a dry run, and all or nothing where that is asked for', async () => {
    const steps = [{ 'book-deal': deal('i4') }, { 'book-deal': { ...deal('i5'), bookedOn: 'x' } }];
    expect((await imported(feed, steps, '?mode=dry-run')).result).toMatchObject({
      recorded: 1,
      isRecorded: false,
    });
    expect((await imported(feed, steps, '?mode=atomic')).result).toMatchObject({
      refused: 1,
      isRecorded: false,
    });
    await admin.get('/v1/deals/i4').expect(404);
  });

  it('says nothing that its sender could not say otherwise', async () => {
    const steps = [
      { 'book-deal': deal('i6'), by: 'somebody-else' },
      { 'publish-plan': { id: 'own', currency: 'USD', from: '2026-01-01', components: [] } },
      { 'draft-payout': { id: 'p', through: 'FY2026-M02' } },
      { 'approve-payout': { payout: 'p' }, by: 'crm' },
      { 'close-period': { period: 'FY2026-M01' } },
      { 'resolve-dispute': { dispute: 'q', outcome: 'upheld' } },
    ];
    expect((await imported(feed, steps)).result).toMatchObject({ recorded: 0, refused: 6 });
    const own = steps.slice(2);
    expect((await imported(admin, own)).result).toMatchObject({ recorded: 0, refused: 4 });
  });

  it('takes NDJSON only, in a mode that exists', async () => {
    await feed.post('/v1/imports', {}).expect(415);
    await send(feed, [{}], '?mode=all').expect(422);
  });

  it('is seen by who asked for it alone', async () => {
    const { headers } = await send(feed, [{ 'book-deal': deal('i7') }]).expect(202);
    const where = headers['location'] as string;
    await admin.get(where).expect(404);
    await admin.post(`${where}/cancel`).expect(404);
    await feed.get('/v1/imports/none').expect(404);
    await feed.post(`${where}/cancel`).expect(200);
    expect(['done', 'cancelled']).toContain((await ended(feed, where)).status);
  });

  it('brings what a role may write by itself, and no more', async () => {
    const { body } = await api.anonymous('get', '/openapi.json').expect(200);
    const given = Object.values(
      body.paths as Record<string, Record<string, Record<string, string[]>>>,
    )
      .flatMap((methods) => Object.values(methods))
      .flatMap((of) =>
        (of['x-commands'] ?? []).map((command) => [command, of['x-roles'] ?? []] as const),
      );
    expect(given.length).toBeGreaterThan(20);
    for (const [command, roles] of given) {
      expect([command, importable({ role: 'integration' }).has(command)]).toEqual([
        command,
        roles.includes('integration'),
      ]);
      // Nor what cannot be taken back, or is shown only once.
      const isCommitment = /-(payout|dispute|period|statement|key)$|^forget-payee$/.test(command);
      expect([command, importable({ role: 'comp-admin' }).has(command)]).toEqual([
        command,
        !isCommitment,
      ]);
    }
    expect(Object.keys(ROUTES).length).toBeGreaterThan(50);
  });
});

describe('long work of every kind', () => {
  it.each([
    '/v1/imports/:import',
    '/v1/simulations/:simulation',
    '/v1/audit/verifications/:verification',
  ])('is stopped by whoever may see it: %s', (job) => {
    expect(ROUTES[`GET ${job}`]).toBeDefined();
    expect(ROUTES[`POST ${job}/cancel`]).toEqual(ROUTES[`GET ${job}`]);
  });
});

describe('a simulation', () => {
  it('says who gains, and records nothing', async () => {
    const before = (await api.anonymous('get', '/healthz')).body.position;
    const { headers } = await admin
      .post('/v1/simulations', { steps: [{ 'book-deal': deal('s1') }], from: 'FY2026-M01' })
      .expect(202);
    const { status, result } = await ended(admin, headers['location'] as string);
    expect(result.summary).toMatchObject({
      payees: 1,
      winners: 1,
      cost: [{ difference: { amount: '8.00', currency: 'USD' } }],
    });
    expect([status, result.differences]).toEqual([
      'done',
      [
        expect.objectContaining({
          payee: 'ana',
          component: 'bookings',
          difference: { amount: '8.00', currency: 'USD' },
        }),
      ],
    ]);
    expect((await api.anonymous('get', '/healthz')).body.position).toBe(before);
  });

  it.each([
    [{}, '/steps'],
    [{ steps: [{ 'book-dael': {} }] }, '/steps/0'],
    [{ steps: [{ 'book-deal': deal('s2') }], from: '2026' }, '/from'],
    [{ steps: [{ 'book-deal': deal('s2') }], until: 'x' }, '/until'],
  ])('of %j is refused', async (body, pointer) => {
    const answer = await admin.post('/v1/simulations', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('of nothing gives no difference', async () => {
    const { headers } = await admin.post('/v1/simulations', { steps: [] }).expect(202);
    const { result } = await ended(admin, headers['location'] as string);
    expect(result).toMatchObject({ differences: [], summary: { winners: 0, losers: 0, cost: [] } });
  });

  it('that a rule does not allow fails with its reason', async () => {
    const { headers } = await admin
      .post('/v1/simulations', { steps: [{ 'cancel-deal': { deal: 'none', on: '2026-03-01' } }] })
      .expect(202);
    expect(await ended(admin, headers['location'] as string)).toMatchObject({
      status: 'failed',
      problem: { code: 'DealNotFound', status: 404 },
    });
  });
});
