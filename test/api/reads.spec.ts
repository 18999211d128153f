import { ownDeal, planOf } from '#testing';
import { TriedApi, type Fact, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let approver: Login;
let ana: Login;
let boss: Login;
let head = 0;

const component = {
  id: 'bookings',
  type: 'commission',
  measure: { value: 'amount', on: 'booking' },
  window: 'quarter',
  tiers: {
    by: 'attainment',
    apply: 'marginal',
    steps: [
      { from: '0%', rate: '5%' },
      { from: '100%', rate: '10%' },
    ],
  },
};
const payee = { hiredOn: '2025-01-01', currency: 'USD' };

const FACTS: readonly Fact[] = [
  ['/v1/calendar', { start: '2026-01-01' }],
  ['/v1/payees', { id: 'boss', name: 'Bo Sun', ...payee }],
  ['/v1/payees', { id: 'ana', name: 'Ana Ruiz', manager: 'boss', ...payee }],
  ['/v1/payees', { id: 'cy', name: 'Cy Oz', ...payee }],
  ['/v1/accounts', { id: 'acme', name: 'Acme' }],
  ['/v1/plans', planOf(component)],
  [
    '/v1/plan-assignments',
    { payee: 'ana', plan: 'ae', from: '2026-01-01', targetIncentive: '100000' },
  ],
  [
    '/v1/plan-assignments',
    { payee: 'cy', plan: 'ae', from: '2026-01-01', targetIncentive: '100000' },
  ],
  ['/v1/quotas', { payee: 'ana', component: 'bookings', period: 'FY2026-Q1', amount: '500000' }],
  ['/v1/deals', ownDeal('d1', '600000', '2026-02-10')],
  ['/v1/deals', ownDeal('d2', '1000', '2026-03-10', 'cy')],
  ['/v1/disputes', { id: 'q1', payee: 'cy', about: { deal: 'd2' }, claim: 'more' }],
];

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  approver = await api.login({ user: 'eve', role: 'approver' });
  ana = await api.login({ user: 'ana', role: 'rep', payee: 'ana' });
  boss = await api.login({ user: 'bo', role: 'manager', payee: 'boss' });
  head = await admin.record(FACTS);
});
afterAll(() => api.close());

describe('a statement', () => {
  it('shows what was written, once rows have reached it', async () => {
    const { status, body, headers } = await ana.get(`/v1/statements/ana/FY2026-Q1?after=${head}`);
    expect(status).toBe(200);
    expect(headers['etag']).toMatch(/^"[0-9a-f]{64}"$/);
    expect(body).toMatchObject({
      payee: 'ana',
      period: 'FY2026-Q1',
      position: head,
      attainment: [{ component: 'bookings', quota: '500000', attainment: '1.200000' }],
      earned: [{ amount: '35000.00', currency: 'USD' }],
    });
  });

  it('explains each of its lines down to the facts', async () => {
    const { body } = await ana.get(`/v1/statements/ana/FY2026-Q1?after=${head}`);
    const { status, body: explained } = await ana.get(
      `/v1/statements/ana/FY2026-Q1/lines/${body.lines[0].id}/explain`,
    );
    expect(status).toBe(200);
    expect(explained.explanation).toMatchObject({
      rule: expect.any(String),
      inputs: expect.any(Array),
    });
    await ana.get('/v1/statements/ana/FY2026-Q1/lines/nothing/explain').expect(404);
  });

  it('is known as of any position', async () => {
    const { body } = await admin.get(`/v1/statements/ana/FY2026-Q1?after=${head}&asOf=${head - 3}`);
    expect(body).toMatchObject({ position: head - 3, earned: [] });
  });

  it.each(['FY9999', 'FY0001-M01'])('of %s, which nobody can mean, is refused', async (period) => {
    await ana.get(`/v1/statements/ana/${period}`).expect(422);
  });
});

describe('a table', () => {
  it.each([
    [
      'credits?deal=d1&kind=direct',
      {
        deal: 'd1',
        payee: 'ana',
        kind: 'direct',
        amount: { amount: '600000.00', currency: 'USD' },
      },
    ],
    [
      'attainment?payee=ana&period=FY2026-Q1',
      { payee: 'ana', component: 'bookings', period: 'FY2026-Q1', attainment: '1.200000' },
    ],
    [
      'earnings?payee=ana&period=FY2026-M02',
      { deal: 'd1', amount: { amount: '35000.00', currency: 'USD' } },
    ],
    [
      'payable?payee=ana&period=FY2026-M02',
      { payee: 'ana', amount: { amount: '35000.00', currency: 'USD' } },
    ],
  ])('%s has its rows', async (table, row) => {
    const { status, body } = await admin.get(`/v1/${table}&after=${head}`);
    expect(status).toBe(200);
    expect(body.data).toEqual([expect.objectContaining(row)]);
    expect(body.page).toEqual({ next: null });
  });

  it.each(['credits', 'attainment', 'earnings', 'adjustments', 'payable', 'balances'])(
    '%s of a rep are his own',
    async (table) => {
      const all = await admin.get(`/v1/${table}?after=${head}&limit=200`).expect(200);
      const own = await ana.get(`/v1/${table}?limit=200`).expect(200);
      expect(own.body.data).toEqual(
        all.body.data.filter((row: { payee: string }) => row.payee === 'ana'),
      );
      await ana.get(`/v1/${table}?payee=cy`).expect(404);
      const managed = await boss.get(`/v1/${table}?limit=200`).expect(200);
      expect(managed.body.data.some((row: { payee: string }) => row.payee === 'cy')).toBe(false);
      expect(managed.body.data).toEqual(expect.arrayContaining(own.body.data));
    },
  );
});

describe('a list', () => {
  it.each(['payees', 'plan-assignments', 'deals', 'earnings'])(
    'of %s comes in pages of which each says where the next begins',
    async (noun) => {
      const all = (await admin.get(`/v1/${noun}?limit=200&after=${head}`).expect(200)).body.data;
      expect(all.length).toBeGreaterThan(1);
      const paged: unknown[] = [];
      for (let next: string | null = ''; next !== null;) {
        const page = await admin.get(`/v1/${noun}?limit=1${next && `&cursor=${next}`}`).expect(200);
        paged.push(...page.body.data);
        next = page.body.page.next as string | null;
      }
      expect(paged).toEqual(all);
    },
  );

  it.each([
    ['payees?limit=0', 'limit'],
    ['payees?limit=201', 'limit'],
    ['payees?limit=1&limit=2', 'limit'],
    ['payees?limit=x', 'limit'],
    ['payees?cursor=%22', 'cursor'],
    ['payees?cursor=AAAA', 'cursor'],
    ['payees?colour=red', 'colour'],
    ['payees?asOf=yesterday', 'asOf'],
    ['payees?asOf=999999', 'asOf'],
    ['payees?after=999999', 'after'],
    ['payees?after=-1', 'after'],
    ['payees?after[x]=1', 'after[x]'],
    ['earnings?period=2026', 'period'],
    ['earnings?period=FY9999', 'period'],
    ['credits?kind=other', 'kind'],
    ['deals?account=%00', 'account'],
    ['payouts?status=lost', 'status'],
  ])('refuses %s and names the parameter', async (query, pointer) => {
    const { status, body } = await admin.get(`/v1/${query}`);
    expect([status, body.code, body.errors?.[0].pointer]).toEqual([
      422,
      'InvalidParameter',
      pointer,
    ]);
  });

  it('shows what was known then', async () => {
    const then = (await admin.get('/v1/payees?asOf=2')).body.data;
    expect(then.map(({ id }: { id: string }) => id)).toEqual(['boss']);
    expect((await admin.get(`/v1/deals?asOf=${head - 2}&after=${head}`)).body.data).toHaveLength(1);
    expect((await admin.get('/v1/payees?asOf=2000-01-01T00:00:00Z')).body.data).toEqual([]);
    expect((await admin.get('/v1/payees?asOf=2999-01-01T00:00:00Z')).body.data).toHaveLength(3);
  });
});

describe('others’ things', () => {
  it.each([
    ['/v1/payees/cy', 404],
    ['/v1/payees/ana', 200],
    ['/v1/statements/cy/FY2026-Q1', 404],
    ['/v1/statements/nobody/FY2026-Q1', 404],
    ['/v1/deals/d2', 404],
    ['/v1/deals/d1', 200],
    ['/v1/disputes/q1', 404],
  ])('%s answers a rep %i', async (where, status) => {
    await admin.get(`/v1/payees?after=${head}`).expect(200);
    await ana.get(where).expect(status);
    await boss.get(where).expect(status);
  });

  it('cannot be disputed, commented or withdrawn by a rep', async () => {
    await ana
      .post('/v1/disputes', { id: 'q2', payee: 'cy', about: { deal: 'd2' }, claim: 'x' })
      .expect(404);
    await ana.post('/v1/disputes/q1/comments', { text: 'x' }).expect(404);
    await ana.post('/v1/disputes/q1/withdraw').expect(404);
    await ana
      .post('/v1/disputes', { id: 'q3', payee: 'ana', about: { deal: 'd1' }, claim: 'x' })
      .expect(201);
    await ana.post('/v1/disputes/q3/comments', { text: 'x' }).expect(201);
    await ana.post('/v1/disputes/q3/withdraw').expect(200);
    await boss.get('/v1/disputes/q3').expect(200);
  });
});

describe('a payout', () => {
  it('goes from draft to paid by two people, each naming what he saw', async () => {
    await admin.post('/v1/payouts', { id: 'p1', through: 'FY2026-M03' }).expect(201);
    await approver.post('/v1/payouts/p1/approve').expect(409);
    await admin.post('/v1/payouts/p1/submit').expect(200);
    const { body, headers } = await approver.get('/v1/payouts/p1').expect(200);
    expect(body).toMatchObject({
      status: 'submitted',
      rootHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(body.totals).toEqual([{ currency: 'USD', amount: '35050.00' }]);

    const own = await api.login({ user: 'dana', role: 'approver' });
    const refused = await own
      .post('/v1/payouts/p1/approve')
      .set('If-Match', headers['etag'] as string);
    expect([refused.status, refused.body.code]).toEqual([403, 'MakerCannotCheck']);
    await own.post('/v1/payouts/p1/approve').expect(403);
    await admin
      .post('/v1/payouts/p1/approve')
      .set('If-Match', headers['etag'] as string)
      .expect(403);

    await approver.post('/v1/payouts/p1/approve').expect(428);
    await approver.post('/v1/payouts/p1/approve').set('If-Match', '*').expect(428);
    await approver.post('/v1/payouts/p1/approve').set('If-Match', '"other"').expect(412);
    const approve = () =>
      approver
        .post('/v1/payouts/p1/approve', {}, 'approve-p1')
        .set('If-Match', headers['etag'] as string);
    const answer = await approve().expect(200);
    const again = await approve().expect(200);
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([answer.body, 'true']);
    await admin.post('/v1/payouts/p1/confirm').expect(200);
    expect((await admin.get('/v1/payouts/p1')).body.status).toBe('paid');
    expect((await admin.get('/v1/payouts?status=paid')).body.data).toHaveLength(1);
    expect((await admin.get('/v1/payouts?status=draft')).body.data).toHaveLength(0);
  });

  it('is refused where there is none, and empty where nothing is payable', async () => {
    await admin.get('/v1/payouts/none').expect(404);
    await admin.post('/v1/payouts', { id: 'p2', through: 'FY2026-M03' }).expect(201);
    const { body } = await admin.get('/v1/payouts/p2').expect(200);
    expect(body).toMatchObject({ status: 'draft', totals: [], lines: [], payeeCount: 0 });
    await admin.post('/v1/payouts/p2/reject').expect(200);
    const hold = (currency: string) => ({
      id: 'p3',
      through: 'FY2026-M03',
      holds: [{ payee: 'ana', reason: 'instalments', pay: { amount: '10.00', currency } }],
    });
    const other = await admin.post('/v1/payouts', hold('JPY')).expect(422);
    expect(other.body.errors[0].pointer).toBe('/holds/0/pay');
  });

  it('that a late fact changes is stale', async () => {
    const deal = ownDeal('d9', '1000', '2026-03-20', 'cy');
    await admin.post('/v1/deals', deal).expect(201);
    await admin.post('/v1/payouts', { id: 'p3', through: 'FY2026-M03' }).expect(201);
    await admin.post('/v1/payouts/p3/submit').expect(200);
    const { headers } = await approver.get('/v1/payouts/p3').expect(200);
    await admin.post('/v1/deals/d9/amend', { on: '2026-03-21', amount: '2000' }).expect(200);
    const refused = await approver
      .post('/v1/payouts/p3/approve')
      .set('If-Match', headers['etag'] as string);
    expect([refused.status, refused.body.code]).toEqual([409, 'PayoutStale']);
  });
});
