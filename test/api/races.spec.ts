import type { Login, TriedApi } from './harness.js';
import { deal, oneRep } from './one-rep.js';

let api: TriedApi;
let admin: Login;
let approver: Login;

beforeAll(async () => {
  ({ api, admin } = await oneRep());
  approver = await api.login({ user: 'eve', role: 'approver' });
});
afterAll(() => api.close());

const statuses = async (requests: readonly PromiseLike<{ status: number }>[]): Promise<number[]> =>
  (await Promise.all(requests)).map(({ status }) => status);

describe('at the same time', () => {
  it('one draft collects an amount, and no other', async () => {
    await admin.post('/v1/deals', deal('d1')).expect(201);
    const drafted = await statuses(
      Array.from({ length: 30 }, (_, i) =>
        admin.post('/v1/payouts', { id: `p${i}`, through: 'FY2026-M02' }),
      ),
    );
    expect(new Set(drafted)).toEqual(new Set([201]));
    const { body } = await admin.get('/v1/payouts?limit=200').expect(200);
    const payouts = body.data as { id: string; payeeCount: number }[];
    expect(payouts.filter(({ payeeCount }) => payeeCount > 0)).toHaveLength(1);
    for (const { id } of payouts.filter(({ payeeCount }) => payeeCount === 0))
      await admin.post(`/v1/payouts/${id}/reject`).expect(200);
  });

  it('one of approval and rejection wins', async () => {
    const { body } = await admin.get('/v1/payouts?status=draft').expect(200);
    let id = body.data[0].id as string;
    for (let round = 0; round < 10; round += 1) {
      await admin.post(`/v1/payouts/${id}/submit`).expect(200);
      const { headers } = await approver.get(`/v1/payouts/${id}`).expect(200);
      const outcome = await statuses([
        approver.post(`/v1/payouts/${id}/approve`).set('If-Match', headers['etag'] as string),
        approver.post(`/v1/payouts/${id}/reject`),
      ]);
      expect(outcome.sort()).toEqual([200, 409]);
      const { status } = (await approver.get(`/v1/payouts/${id}`)).body;
      expect(['approved', 'rejected']).toContain(status);
      if (status === 'approved') await approver.post(`/v1/payouts/${id}/reverse`).expect(200);
      id = `round-${round}`;
      await admin.post('/v1/payouts', { id, through: 'FY2026-M02' }).expect(201);
    }
  });

  it('one of two versions of a plan that name the same state is published', async () => {
    const version = (rate: string, from: string) => ({
      id: 'ae',
      currency: 'USD',
      from,
      components: [{ id: 'bookings', type: 'commission', rate }],
    });
    for (let round = 1; round <= 5; round += 1) {
      const { headers } = await admin.get('/v1/plans/ae').expect(200);
      const seen = headers['etag'] as string;
      const outcome = await statuses([
        admin.post('/v1/plans', version('9%', `2026-0${round + 1}-01`)).set('If-Match', seen),
        admin.post('/v1/plans', version('7%', `2026-0${round + 1}-02`)).set('If-Match', seen),
      ]);
      expect(outcome.sort()).toEqual([201, 412]);
    }
  });
});
