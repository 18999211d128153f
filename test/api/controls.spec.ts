import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let auditor: Login;
beforeAll(async () => {
  api = await TriedApi.start();
  auditor = await api.login({ user: 'olga', role: 'auditor' });
  const say = (type: string, data: object, by: string) =>
    api.company.execute({ type, data, by, role: 'comp-admin' });
  await say('define-calendar', { start: '2026-01-01' }, 'ben');
  const components = [{ id: 'bookings', type: 'commission', rate: '0.1' }];
  for (const from of ['2026-01-01', '2026-02-01', '2026-03-01']) {
    await say('publish-plan', { id: 'ae', currency: 'USD', from, components }, 'paula');
  }
});
afterAll(() => api.close());

describe('the controls over HTTP', () => {
  it('answer an auditor, page by page', async () => {
    const { body: first } = await auditor.get('/v1/audit/controls/plans?limit=2').expect(200);
    expect(first.data).toMatchObject([
      { plan: 'ae', version: '1', by: 'paula' },
      { plan: 'ae', version: '2', changed: 'from: "2026-01-01" -> "2026-02-01"' },
    ]);
    const { body: rest } = await auditor
      .get(`/v1/audit/controls/plans?limit=2&cursor=${first.page.next}`)
      .expect(200);
    expect([rest.data.length, rest.page.next]).toEqual([1, null]);
    const { body: then } = await auditor.get('/v1/audit/controls/plans?to=2').expect(200);
    expect(then.data).toHaveLength(1);
  });

  it.each(['imports', 'adjustments', 'access', 'duties', 'reconcile'])(
    'have one named %s',
    async (name) => {
      const { body } = await auditor.get(`/v1/audit/controls/${name}`).expect(200);
      expect(Array.isArray(body.data)).toBe(true);
    },
  );

  it('answer nobody else, and no other name', async () => {
    await auditor.get('/v1/audit/controls/none').expect(404);
    const rep = await api.login({ user: 'ana', role: 'rep', payee: 'ana' });
    await rep.get('/v1/audit/controls/plans').expect(403);
  });
});
