import type { Login, TriedApi } from './harness.js';
import { deal, oneRep } from './one-rep.js';

let api: TriedApi;
let admin: Login;

beforeAll(async () => {
  ({ api, admin } = await oneRep());
});
afterAll(() => api.close());

describe('an Idempotency-Key', () => {
  it('is required where money moves', async () => {
    const answer = await admin.send('post', '/v1/deals').send(deal('k0'));
    expect([answer.status, answer.body.code]).toEqual([400, 'IdempotencyKeyRequired']);
    const other = await admin.send('post', '/v1/accounts').send({ id: 'k0', name: 'K' });
    expect(other.status).toBe(201);
  });

  it('repeats the answer to the same request', async () => {
    const first = await admin.post('/v1/deals', deal('k1'), 'k1');
    const again = await admin.post('/v1/deals', deal('k1'), 'k1');
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([
      201,
      first.body,
      'true',
    ]);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
  });

  it('is refused with another request', async () => {
    await admin.post('/v1/deals', deal('k2'), 'k2');
    const other = await admin.post('/v1/deals', { ...deal('k2'), amount: '2' }, 'k2');
    expect([other.status, other.body.code]).toEqual([422, 'IdempotencyKeyReused']);
    const elsewhere = await admin.post('/v1/accounts', { id: 'k2', name: 'K' }, 'k2');
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'IdempotencyKeyReused']);
  });

  it('belongs to the login that used it', async () => {
    await admin.post('/v1/deals', deal('k3'), 'k3');
    const other = await api.login({ user: 'feed', role: 'integration' });
    expect((await other.post('/v1/accounts', { id: 'k3', name: 'K' }, 'k3')).status).toBe(201);
  });

  it('stays free where the request was refused', async () => {
    const refused = await admin.post('/v1/deals/k4/cancel', { on: '2026-03-01' }, 'k4');
    expect(refused.body.code).toBe('DealNotFound');
    expect((await admin.post('/v1/deals', deal('k4'), 'k4')).status).toBe(201);
  });

  it('has one effect, however many come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => admin.post('/v1/deals', deal('k5'), 'k5')),
    );
    expect(
      new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size,
    ).toBe(1);
    expect(
      answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined),
    ).toHaveLength(1);
    expect(await api.company.store.read('deal-k5')).toHaveLength(1);
  });

  it('has one effect although the answer was lost on its way', async () => {
    const first = await admin.post('/v1/deals', deal('k7'), 'k7');
    const { pool } = api.company.database;
    await pool.query("update idempotency set status = null, answer = null where key = 'k7'");
    const again = await admin.post('/v1/deals', deal('k7'), 'k7');
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await api.company.store.read('deal-k7')).toHaveLength(1);
    const other = await admin.post('/v1/deals', { ...deal('k7'), amount: '2' }, 'k7');
    expect(other.body.code).toBe('IdempotencyKeyReused');
  });

  it.each(['', ' ', 'a b', 'x'.repeat(201), 'caf\u00e9'])(
    'of the form %p is refused',
    async (key) => {
      const answer = await admin.post('/v1/deals', deal('k6'), key);
      expect([answer.status, answer.body.type]).toEqual([
        expect.any(Number),
        expect.stringContaining('urn:everycent'),
      ]);
      expect([400, 422]).toContain(answer.status);
    },
  );
});
