import { ownDeal, planOf } from '#testing';
import { TriedApi, type Fact, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  await admin.record(FACTS);
});
afterAll(() => api.close());

const FACTS: readonly Fact[] = [
  ['/v1/calendar', { start: '2026-01-01' }],
  ['/v1/payees', { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency: 'USD' }],
  ['/v1/payees', { id: 'bob', name: 'Bob Lee', hiredOn: '2025-01-01', currency: 'EUR' }],
  ['/v1/accounts', { id: 'acme', name: 'Acme' }],
  ['/v1/territories', { id: 'west', name: 'West' }],
  ['/v1/territories/west/assignments', { payee: 'ana', role: 'owner', from: '2026-01-01' }],
  ['/v1/plans', planOf({ id: 'bookings', type: 'commission', rate: '8%' })],
  [
    '/v1/plan-assignments',
    {
      payee: 'ana',
      plan: 'ae',
      from: '2026-01-01',
      targetIncentive: { amount: '100000', currency: 'USD' },
    },
  ],
  ['/v1/quotas', { payee: 'ana', component: 'bookings', period: 'FY2026-Q1', amount: '500000' }],
  ['/v1/fx-rates', { base: 'EUR', quote: 'USD', rate: '1.1', on: '2026-01-01' }],
];

const deal = ownDeal('d1', '1000', '2026-02-10');
const numbered = (id: string) => ({ ...deal, id });

describe('a write', () => {
  it('answers with the position that shows it', async () => {
    const { status, body } = await admin.post('/v1/deals', numbered('w1'));
    expect([status, body]).toEqual([
      201,
      { id: 'w1', position: expect.any(Number), events: ['DealBooked'] },
    ]);
    expect((await api.company.store.read('deal-w1'))[0]).toMatchObject({
      position: BigInt(body.position),
      data: { amount: '1000' },
      meta: { by: 'dana', role: 'comp-admin' },
    });
  });

  it('that says again what is known changes nothing, and what differs is refused', async () => {
    const first = await admin.post('/v1/deals', numbered('w2'));
    const again = await admin.post('/v1/deals', { ...numbered('w2'), amount: '1000.00' });
    expect([again.status, again.body]).toEqual([200, { ...first.body, events: [] }]);
    const other = await admin.post('/v1/deals', { ...numbered('w2'), amount: '1001' });
    expect([other.status, other.body.code]).toEqual([409, 'DealBookedDifferently']);
  });

  it('takes the rest of a command from the path', async () => {
    await admin.post('/v1/deals', numbered('w3'));
    expect(
      (await admin.post('/v1/deals/w3/amend', { on: '2026-03-01', amount: '1200' })).status,
    ).toBe(200);
    expect(
      (await admin.post('/v1/deals/w3/invoices', { id: 'i1', on: '2026-03-02', amount: '600' }))
        .status,
    ).toBe(201);
    const against = await admin.post('/v1/deals/w3/cancel', { deal: 'w2', on: '2026-03-03' });
    expect([against.status, against.body.errors]).toEqual([
      422,
      [{ pointer: '/deal', code: 'contradiction', message: 'the path says "w3"' }],
    ]);
  });

  it('lists every fault with its place', async () => {
    const { status, body, headers } = await admin.post('/v1/deals', {
      ...numbered('w4'),
      bookedOn: '2026-02-30',
      curency: 'USD',
      team: [{ payee: 'ana', share: '120%' }],
    });
    expect([status, headers['content-type']]).toEqual([
      422,
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).toMatchObject({
      type: 'urn:everycent:problem:Malformed',
      status: 422,
      code: 'Malformed',
      requestId: headers['x-request-id'],
    });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/bookedOn',
      '/curency',
      '/team/0/share',
    ]);
  });

  it.each([
    ['/v1/payees/nobody/terminate', { on: '2026-01-01' }, 404, 'PayeeNotFound'],
    ['/v1/deals/none/amend', { on: '2026-01-01', amount: '1' }, 404, 'DealNotFound'],
    ['/v1/payouts/none/submit', {}, 404, 'PayoutNotFound'],
    ['/v1/disputes/none/comments', { text: 'x' }, 404, 'NotFound'],
    [
      '/v1/plans',
      {
        id: 'x',
        currency: 'USD',
        from: '2026-01-01',
        components: [
          { id: 'c', type: 'commission', gate: { self: true, atLeast: '1' }, window: 'deal' },
        ],
      },
      422,
      'PlanFaulty',
    ],
    ['/v1/periods/FY2026-M03/close', {}, 409, 'PeriodNotNext'],
    ['/v1/periods/FY2026-Q1/close', {}, 422, 'Malformed'],
    ['/v1/nothing', {}, 404, 'NotFound'],
  ])('to %s that a rule forbids is a problem', async (where, body, status, code) => {
    const answer = await admin.post(where, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('money', () => {
  it('may name its currency', async () => {
    const { currency: _, ...others } = numbered('m1');
    const answer = await admin.post('/v1/deals', {
      ...others,
      amount: { amount: '1000.50', currency: 'USD' },
    });
    expect(answer.status).toBe(201);
    expect((await api.company.store.read('deal-m1'))[0]?.data).toMatchObject({
      amount: '1000.5',
      currency: 'USD',
    });
  });

  it.each([
    ['/v1/deals', { ...numbered('m2'), amount: 1000 }, '/amount'],
    ['/v1/deals', { ...numbered('m2'), amount: { amount: 1000, currency: 'USD' } }, '/amount'],
    ['/v1/deals', { ...numbered('m2'), amount: { amount: '1', currency: 'usd' } }, '/amount'],
    ['/v1/deals', { ...numbered('m2'), amount: { amount: '1', currency: 'EUR' } }, '/amount'],
    [
      '/v1/deals',
      {
        ...numbered('m2'),
        amount: undefined,
        lines: [{ id: 'l', amount: { amount: '1', currency: 'EUR' } }],
      },
      '/lines/0/amount',
    ],
    [
      '/v1/deals',
      {
        ...numbered('m2'),
        amount: undefined,
        lines: [{ id: 'l', amount: '1', quantity: { amount: '1', currency: 'USD' } }],
      },
      '/lines/0/quantity',
    ],
    [
      '/v1/quotas',
      {
        payee: 'ana',
        component: 'bookings',
        period: 'FY2026-Q2',
        amount: { amount: '1', currency: 'EUR' },
      },
      '/amount',
    ],
    [
      '/v1/plan-assignments',
      {
        payee: 'bob',
        plan: 'ae',
        from: '2026-01-01',
        targetIncentive: { amount: '1', currency: 'EUR' },
      },
      '/targetIncentive',
    ],
    [
      '/v1/adjustments',
      {
        id: 'x',
        payee: 'bob',
        period: 'FY2026-M01',
        reason: 'x',
        amount: { amount: '1', currency: 'USD' },
      },
      '/amount',
    ],
    [
      '/v1/metrics',
      { id: 'x', metric: 'csat', on: '2026-01-01', amount: { amount: '1', currency: 'USD' } },
      '/amount',
    ],
  ])('to %s that is not right is refused %#', async (where, body, pointer) => {
    const answer = await admin.post(where, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it('beneath a deal is in the currency of the deal', async () => {
    await admin.post('/v1/deals', numbered('m3'));
    const wrong = await admin.post('/v1/deals/m3/amend', {
      on: '2026-03-01',
      amount: { amount: '1', currency: 'EUR' },
    });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/amount']);
    const right = await admin.post('/v1/deals/m3/amend', {
      on: '2026-03-01',
      amount: { amount: '1', currency: 'USD' },
    });
    expect(right.status).toBe(200);
  });
});

describe('a body', () => {
  const send = (body: string, type = 'application/json') =>
    admin
      .send('post', '/v1/deals')
      .set('Idempotency-Key', 'b')
      .set('Content-Type', type)
      .send(body);

  it.each([
    ['{', 'application/json', 400, 'MalformedRequest'],
    ['', 'application/json', 422, 'Malformed'],
    ['[]', 'application/json', 422, 'Malformed'],
    ['"text"', 'application/json', 400, 'MalformedRequest'],
    ['{"__proto__":{"id":"x"}}', 'application/json', 422, 'Malformed'],
    ['{"constructor":{"prototype":{}}}', 'application/json', 422, 'Malformed'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'application/json', 413, 'TooLarge'],
    [`"${'x'.repeat(1_100_000)}"`, 'application/json', 413, 'TooLarge'],
    ['id=1', 'application/x-www-form-urlencoded', 415, 'UnsupportedMediaType'],
    ['{}', 'text/plain', 415, 'UnsupportedMediaType'],
    ['{}', 'application/json; charset=koi8-r', 415, 'UnsupportedMediaType'],
  ])('that is not what is read here is a problem %#', async (body, type, status, code) => {
    const answer = await send(body, type);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('has no key twice, since reading it would keep the last one without a word', async () => {
    const answer = await send(
      '{"id":"d1","account":"acme","bookedOn":"2026-01-10","amount":"1.00","currency":"USD","amount":"2.00"}',
    );
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      400,
      'MalformedRequest',
      'In the body, the key "amount" stands here for the second time.',
    ]);
  });
});

describe('a plan', () => {
  it('is edited only by who names what he saw', async () => {
    const version = {
      id: 'ae',
      currency: 'USD',
      from: '2026-04-01',
      components: [{ id: 'bookings', type: 'commission', rate: '8%', window: 'month' }],
    };
    await admin.post('/v1/plans', version).expect(428);
    await admin.post('/v1/plans', version).set('If-Match', '"1"').expect(412);
    const { headers } = await admin.get('/v1/plans/ae').expect(200);
    await admin
      .post('/v1/plans', version)
      .set('If-Match', headers['etag'] as string)
      .expect(201);
    await admin.post('/v1/plans', version).expect(200);
    expect((await admin.get('/v1/plans/ae')).body.versions).toHaveLength(2);
  });
});

describe('a period', () => {
  it('is closed in order', async () => {
    expect((await admin.get('/v1/periods/FY2026-M01')).body).toMatchObject({
      status: 'open',
      from: '2026-01-01',
      to: '2026-01-31',
    });
    await admin.post('/v1/periods/FY2026-M01/close').expect(200);
    expect((await admin.get('/v1/periods/FY2026-M01')).body).toMatchObject({
      status: 'closed',
      closedAt: expect.any(String),
    });
    expect((await admin.get('/v1/periods?limit=1')).body.data).toEqual([
      expect.objectContaining({ status: 'closed' }),
    ]);
  });
});
