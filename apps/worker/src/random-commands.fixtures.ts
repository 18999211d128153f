import fc from 'fast-check';
import { PLANS, VERSIONS } from './random-plans.fixtures.js';

/** A command by its name, with its content as a file would say it. */
export type Said = [string, object];

const PAYEES = ['ana', 'bob', 'cyd', 'dee', 'eve'];
const ACCOUNTS = ['a1', 'a2', 'a3', 'a4'];
const TERRITORIES = ['t1', 't2', 't3'];
const DEALS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8'];

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const perhaps = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(of, { nil: undefined, freq: 2 });
const days = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .integer({ min, max })
    .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const [day, early, late] = [days(0, 260), days(0, 200), days(60, 260)];
const months = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max }).map((n) => `FY2026-M0${n}`);
const money = (min: number): fc.Arbitrary<string> =>
  fc.integer({ min, max: 2_000_000 }).map((n) => (n / 100).toFixed(2));
const id = fc.nat(1_000_000).map((n) => `x${n}`);
const agreed = fc.constant('agreed');
const [payee, account, deal] = [one(...PAYEES, 'fay'), one(...ACCOUNTS), one(...DEALS)];

const say = (type: string, data: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Said[]> =>
  fc.record(data).map((of) => [[type, JSON.parse(JSON.stringify(of)) as object]]);
const team = perhaps(
  one(
    [{ payee: 'ana', share: '1' }],
    [
      { payee: 'bob', share: '60%' },
      { payee: 'cyd', share: '40%' },
    ],
    [
      { payee: 'dee', share: '1/3' },
      { payee: 'fay', share: '2/3' },
    ],
    [{ payee: 'eve', share: '1' }],
  ),
);
const line = {
  amount: money(1),
  cost: perhaps(money(1)),
  quantity: perhaps(one('1', '3')),
  family: perhaps(one('x', 'y')),
};
const lines = fc
  .array(fc.record(line), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((of, i) => ({ id: `l${i}`, ...of })));
const booking = {
  id: deal,
  account,
  bookedOn: early,
  openedOn: perhaps(early),
  currency: one('USD', 'USD', 'EUR'),
  type: perhaps(one('new', 'renewal')),
  team,
};
const receipt = { deal, id, on: late, amount: money(1) };
const correction = { deal, account, bookedOn: perhaps(day), team, reason: agreed };
const assignment = {
  payee,
  plan: one(...Object.keys(PLANS)),
  from: early,
  to: perhaps(fc.constant('2026-08-31')),
  targetIncentive: one('12000', '40000'),
  ramp: perhaps(fc.constant(['50%', '75%'])),
};

const ABOUT_DEALS: readonly [number, fc.Arbitrary<Said[]>][] = [
  [8, say('book-deal', { ...booking, amount: money(1) })],
  [4, say('book-deal', { ...booking, lines })],
  [3, say('amend-deal', { deal, on: late, amount: money(1) })],
  [1, say('amend-deal', { deal, on: late, lines })],
  [2, say('correct-deal', correction)],
  [1, say('correct-deal', { deal, amount: money(1), reason: agreed })],
  [2, say('cancel-deal', { deal, on: late })],
  [3, say('record-invoice', receipt)],
  [3, say('record-payment', receipt)],
  [2, say('adjust-credit', { id, deal, payee, amount: money(-500_000), on: day, reason: agreed })],
];

const ABOUT_TERRITORIES: readonly [number, fc.Arbitrary<Said[]>][] = [
  [
    3,
    say('move-account', {
      account,
      to: one(...TERRITORIES),
      on: day,
      holdover: perhaps(
        fc.record({ until: one('2026-04-15', '2026-09-30'), share: one('1', '50%') }),
      ),
    }),
  ],
  [
    2,
    say('register-account', {
      id: account,
      name: fc.constant('A'),
      attributes: fc.record({ zone: one('w', 'e') }),
    }),
  ],
  [
    4,
    say('assign-territory', {
      territory: one(...TERRITORIES),
      payee,
      role: one('owner', 'overlay'),
      share: one('1', '50%'),
      from: day,
      to: perhaps(fc.constant('2026-12-31')),
    }),
  ],
  [
    1,
    say('define-territory', {
      id: one('t4', 't5', 't6'),
      name: fc.constant('T'),
      parent: perhaps(one('t1', 't2')),
      rule: one('account.attributes.zone == "w"', 'account.id == "a1"'),
      priority: fc.integer({ min: 0, max: 3 }),
    }),
  ],
];

const ABOUT_PEOPLE: readonly [number, fc.Arbitrary<Said[]>][] = [
  [3, say('change-payee', { payee, on: day, manager: payee })],
  [1, say('change-payee', { payee, on: day, role: one('senior', 'junior') })],
  [1, say('change-payee', { payee, on: day, currency: one('USD', 'EUR') })],
  [1, say('record-leave', { payee, from: days(40, 60), to: days(61, 130) })],
  [1, say('terminate-payee', { payee: one('cyd', 'eve'), on: day })],
  [
    1,
    say('add-payee', {
      id: fc.constant('fay'),
      name: fc.constant('F'),
      hiredOn: fc.constant('2025-06-01'),
      currency: fc.constant('USD'),
      manager: fc.constant('bob'),
    }),
  ],
];

const ABOUT_PAY: readonly [number, fc.Arbitrary<Said[]>][] = [
  [
    3,
    fc
      .tuple(VERSIONS, fc.integer({ min: 1, max: 8 }))
      .map(([[plan, of], n]) => [
        ['publish-plan', { id: plan, currency: 'USD', from: `2026-0${n}-01`, ...of }],
      ]),
  ],
  [3, say('assign-plan', assignment)],
  [
    3,
    say('assign-quota', {
      payee,
      component: fc.constant('bookings'),
      period: one('FY2026', 'FY2026-Q1', 'FY2026-Q2'),
      amount: money(1),
    }),
  ],
  [
    1,
    say('adjust-earnings', {
      id,
      payee,
      period: months(6),
      amount: money(-500_000),
      reason: agreed,
    }),
  ],
  [1, say('record-metric', { id, metric: fc.constant('csat'), on: day, amount: one('40', '60') })],
  [
    1,
    say('score-objective', {
      payee,
      component: fc.constant('goals'),
      objective: one('one', 'two'),
      period: one('FY2026-Q1', 'FY2026-Q2'),
      score: one('1', '50%'),
    }),
  ],
  [
    2,
    say('publish-fx-rate', {
      base: fc.constant('EUR'),
      quote: fc.constant('USD'),
      rate: one('1.1', '1.2'),
      on: day,
      type: perhaps(fc.constant('plan')),
    }),
  ],
  [
    1,
    say('set-policy', {
      rounding: one('half-up', 'half-even'),
      fx: fc.record({
        measure: one('booking-date', 'period-average', 'plan'),
        pay: one('plan', 'earned'),
      }),
    }),
  ],
  [4, say('close-period', { period: months(4) })],
];

const payout = one('p1', 'p2', 'p3');
const ABOUT_PAYOUTS: readonly [number, fc.Arbitrary<Said[]>][] = [
  [
    1,
    say('draft-payout', { id: payout, through: months(7), payees: perhaps(one(['ana', 'cyd'])) }),
  ],
  [1, say('submit-payout', { payout })],
  [1, say('reject-payout', { payout, reason: agreed })],
  [2, say('reverse-payout', { payout, reason: agreed })],
  [
    2,
    fc.tuple(payout, months(7)).map(([name, through]) => [
      ['draft-payout', { id: name, through }],
      ['submit-payout', { payout: name }],
      ['approve-payout', { payout: name }],
      ['confirm-payout', { payout: name }],
    ]),
  ],
];

/** Whatever changes what somebody has credit of, earns or is paid, much of it refused: one command, or some together. */
export const CHANGES = fc.oneof(
  ...[ABOUT_DEALS, ABOUT_TERRITORIES, ABOUT_PEOPLE, ABOUT_PAY, ABOUT_PAYOUTS]
    .flat()
    .map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** A small company before anything happens: five payees in a line, their plans, three territories. */
export const START: readonly Said[] = [
  ['define-calendar', { start: '2026-01-01' }],
  ...PAYEES.map((name, i): Said => [
    'add-payee',
    {
      id: name,
      name,
      hiredOn: '2025-01-01',
      currency: i === 4 ? 'EUR' : 'USD',
      ...(i > 0 && { manager: PAYEES[Math.floor((i - 1) / 2)] }),
    },
  ]),
  ...Object.entries(PLANS).map(([plan, components]): Said => [
    'publish-plan',
    { id: plan, currency: 'USD', from: '2026-01-01', components },
  ]),
  ...PAYEES.map((name, i): Said => [
    'assign-plan',
    { payee: name, plan: ['boss', 'lead', 'rep', 'rep', 'rep'][i], from: '2026-01-01' },
  ]),
  ...TERRITORIES.map((name, i): Said => [
    'define-territory',
    {
      id: name,
      name,
      ...(i > 0 && { parent: 't1' }),
      ...(i === 1 && { rule: 'account.attributes.zone == "w"' }),
    },
  ]),
];
