import fc from 'fast-check';

const PAYEES = ['ana', 'bob', 'cyd', 'dee', 'eve'];
const ACCOUNTS = ['a1', 'a2', 'a3', 'a4'];
const TERRITORIES = ['t1', 't2', 't3'];
const DEALS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'];

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const day = fc
  .integer({ min: 0, max: 240 })
  .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const money = fc.integer({ min: 1, max: 2_000_000 }).map((n) => (n / 100).toFixed(2));
const step = (
  type: string,
  data: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<[string, object]> =>
  fc.record(data).map((of) => [type, JSON.parse(JSON.stringify(of)) as object]);
const team = fc.option(
  one(
    [{ payee: 'ana', share: '1' }],
    [
      { payee: 'bob', share: '60%' },
      { payee: 'cyd', share: '40%' },
    ],
    [{ payee: 'eve', share: '1' }],
  ),
  { nil: undefined, freq: 2 },
);

const tiers = {
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0', rate: '0.05' },
    { from: '1', rate: '0.1' },
  ],
};
const PLANS: Record<string, object[]> = {
  rep: [{ id: 'bookings', type: 'commission', window: 'quarter', tiers }],
  lead: [
    {
      id: 'team',
      type: 'bonus',
      measure: { who: 'team' },
      window: 'quarter',
      curve: {
        shape: 'linear',
        pays: 'amount',
        by: 'value',
        points: [
          { at: '0', pays: '0' },
          { at: '10000', pays: '500' },
        ],
      },
    },
    { id: 'rollup', type: 'override', rate: '0.01' },
  ],
  boss: [
    {
      id: 'below',
      type: 'override',
      measure: { value: 'earnings', of: ['bookings', 'rollup'] },
      rate: '0.1',
    },
  ],
};

/** Any command that changes what somebody earns or has credit of, many of them refused. */
export const CHANGES = fc.oneof(
  {
    weight: 8,
    arbitrary: step('book-deal', {
      id: one(...DEALS),
      account: one(...ACCOUNTS),
      bookedOn: day,
      amount: money,
      currency: one('USD', 'USD', 'EUR'),
      team,
    }),
  },
  { weight: 3, arbitrary: step('amend-deal', { deal: one(...DEALS), on: day, amount: money }) },
  {
    weight: 2,
    arbitrary: step('correct-deal', {
      deal: one(...DEALS),
      bookedOn: fc.option(day, { nil: undefined }),
      account: one(...ACCOUNTS),
      team,
      reason: fc.constant('wrong'),
    }),
  },
  { weight: 2, arbitrary: step('cancel-deal', { deal: one(...DEALS), on: day }) },
  {
    weight: 2,
    arbitrary: step('adjust-credit', {
      id: one('c1', 'c2', 'c3'),
      deal: one(...DEALS),
      payee: one(...PAYEES),
      amount: money,
      on: day,
      reason: fc.constant('agreed'),
    }),
  },
  {
    weight: 1,
    arbitrary: step('adjust-earnings', {
      id: one('e1', 'e2'),
      payee: one(...PAYEES),
      period: one('FY2026-M02', 'FY2026-M05'),
      amount: money,
      reason: fc.constant('agreed'),
    }),
  },
  {
    weight: 3,
    arbitrary: step('move-account', {
      account: one(...ACCOUNTS),
      to: one(...TERRITORIES),
      on: day,
      holdover: fc.option(fc.record({ until: fc.constant('2026-09-30') }), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: step('register-account', {
      id: one(...ACCOUNTS),
      name: fc.constant('A'),
      attributes: fc.record({ zone: one('w', 'e') }),
    }),
  },
  {
    weight: 4,
    arbitrary: step('assign-territory', {
      territory: one(...TERRITORIES),
      payee: one(...PAYEES),
      role: one('owner', 'overlay'),
      share: one('1', '50%'),
      from: day,
    }),
  },
  {
    weight: 1,
    arbitrary: step('define-territory', {
      id: one('t4', 't5'),
      name: fc.constant('T'),
      parent: one('t1', 't2'),
      rule: one('account.attributes.zone == "w"', 'account.id == "a1"'),
      priority: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: step('change-payee', { payee: one(...PAYEES), on: day, manager: one(...PAYEES) }),
  },
  {
    weight: 2,
    arbitrary: step('assign-plan', {
      payee: one(...PAYEES),
      plan: one(...Object.keys(PLANS)),
      from: day,
      to: fc.option(fc.constant('2026-08-31'), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: step('assign-quota', {
      payee: one(...PAYEES),
      component: one('bookings'),
      period: one('FY2026', 'FY2026-Q1', 'FY2026-Q2'),
      amount: money,
    }),
  },
  {
    weight: 2,
    arbitrary: step('publish-fx-rate', {
      base: fc.constant('EUR'),
      quote: fc.constant('USD'),
      rate: one('1.1', '1.2'),
      on: day,
    }),
  },
  {
    weight: 2,
    arbitrary: step('close-period', { period: one('FY2026-M01', 'FY2026-M02', 'FY2026-M03') }),
  },
);

/** A small company before anything happens: five payees in a line, their plans, three territories. */
export const START: [string, object][] = [
  ['define-calendar', { start: '2026-01-01' }],
  ...PAYEES.map((id, i): [string, object] => [
    'add-payee',
    {
      id,
      name: id,
      hiredOn: '2025-01-01',
      currency: i === 4 ? 'EUR' : 'USD',
      ...(i > 0 && { manager: PAYEES[Math.floor((i - 1) / 2)] }),
    },
  ]),
  ...Object.entries(PLANS).map(([id, components]): [string, object] => [
    'publish-plan',
    { id, currency: 'USD', from: '2026-01-01', components },
  ]),
  ...PAYEES.map((payee, i): [string, object] => [
    'assign-plan',
    { payee, plan: ['boss', 'lead', 'rep', 'rep', 'rep'][i], from: '2026-01-01' },
  ]),
  ...TERRITORIES.map((id, i): [string, object] => [
    'define-territory',
    {
      id,
      name: id,
      ...(i > 0 && { parent: 't1' }),
      ...(i === 1 && { rule: 'account.attributes.zone == "w"' }),
    },
  ]),
];
