import fc from 'fast-check';
import type { Book } from '#crediting';
import { company, type StepOf } from '#testing';

const MONTHS = 6;

const date = fc
  .tuple(fc.integer({ min: 1, max: MONTHS }), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `2026-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
const amount = fc.integer({ min: -500, max: 2000 }).map(String);
const payee = fc.constantFrom('ana', 'ben');
const dealId = fc.integer({ min: 1, max: 6 }).map((n) => `d${n}`);
const teams = fc.constantFrom(
  undefined,
  [{ payee: 'ana', share: '100%' }],
  [
    { payee: 'ana', share: '1/3' },
    { payee: 'ben', share: '2/3' },
  ],
);

/** A plan of a flat rate and of tiers, each with further terms. */
export const components = (terms: object[]) => [
  { id: 'flat', type: 'commission', window: 'month', rate: '7%', ...terms[0] },
  {
    id: 'tiered',
    type: 'commission',
    window: 'quarter',
    ...terms[1],
    tiers: {
      by: 'attainment',
      apply: 'marginal',
      steps: [
        { from: '0%', rate: '3%' },
        { from: '50%', rate: '5%' },
        { from: '100%', rate: '11%' },
      ],
    },
  },
];

const release = fc.constantFrom(
  {},
  { spread: { months: 3 } },
  { clawback: { how: 'reverse', instalments: 2 } },
  {
    release: [
      { on: 'booking', share: '40%' },
      { on: 'payment', share: '60%' },
    ],
  },
  { clawback: { how: 'restate' } },
  { clawback: { how: 'pay-only' } },
);
const draw = fc.constantFrom(
  {},
  { draw: { amount: '100', kind: 'recoverable', to: '2026-04-30' } },
  { draw: { amount: '100', kind: 'advance', from: '2026-02-01', to: '2026-02-28' } },
  { draw: { amount: '80', kind: 'guarantee' } },
);

const terms = fc.tuple(release, release, draw).map(([flat, tiered, given]) => {
  // A clawback that reverses has no single meaning for quotas to be judged anew: tiers only recalculate.
  const how = (tiered as { clawback?: object }).clawback ? {} : tiered;
  return { components: components([flat, how]), ...given };
});

const start = (plan: object): StepOf[] => [
  { 'define-calendar': { start: '2026-01-01' } },
  { 'add-payee': { id: 'mia', name: 'Mia', hiredOn: '2025-01-01', currency: 'USD' } },
  {
    'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD', manager: 'mia' },
  },
  {
    'add-payee': { id: 'ben', name: 'Ben', hiredOn: '2025-01-01', currency: 'EUR', manager: 'mia' },
  },
  { 'publish-plan': { id: 'ae', currency: 'USD', from: '2026-01-01', ...plan } },
  {
    'publish-plan': {
      id: 'lead',
      currency: 'USD',
      from: '2026-01-01',
      components: [
        { id: 'override', type: 'override', window: 'quarter', rate: '1%' },
        {
          id: 'share',
          type: 'override',
          window: 'month',
          rate: '10%',
          measure: { value: 'earnings', of: ['flat'] },
        },
      ],
    },
  },
  { 'assign-plan': { payee: 'ana', plan: 'ae', from: '2026-01-01' } },
  { 'assign-plan': { payee: 'ben', plan: 'ae', from: '2026-01-15' } },
  { 'assign-plan': { payee: 'mia', plan: 'lead', from: '2026-01-01' } },
  { 'assign-quota': { payee: 'ana', component: 'tiered', period: 'FY2026', amount: '8000' } },
  { 'publish-fx-rate': { base: 'EUR', quote: 'USD', on: '2026-01-02', rate: '1.25' } },
  { 'define-territory': { id: 'west', name: 'West', rule: "account.id != 'acme'" } },
  { 'assign-territory': { territory: 'west', payee: 'ben', role: 'owner', from: '2026-01-01' } },
];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('close' as const) },
  {
    weight: 8,
    arbitrary: fc
      .record({
        id: dealId,
        account: fc.constantFrom('acme', 'bolt'),
        bookedOn: date,
        amount,
        team: teams,
      })
      .map(({ team, ...data }) => ({
        'book-deal': { ...data, currency: 'USD', ...(team && { team }) },
      })),
  },
  fc.record({ deal: dealId, on: date }).map((data) => ({ 'cancel-deal': data })),
  fc.record({ deal: dealId, on: date, amount }).map((data) => ({ 'amend-deal': data })),
  fc
    .record({ deal: dealId, amount, reason: fc.constant('wrong') })
    .map((data) => ({ 'correct-deal': data })),
  fc
    .record({ deal: dealId, bookedOn: date, reason: fc.constant('wrong') })
    .map((data) => ({ 'correct-deal': data })),
  fc
    .record({
      deal: dealId,
      team: teams.filter((team) => team !== undefined),
      reason: fc.constant('wrong'),
    })
    .map((data) => ({ 'correct-deal': data })),
  fc
    .record({ deal: dealId, id: fc.uuid(), on: date, amount })
    .map((data) => ({ 'record-payment': data })),
  fc
    .record({ id: fc.uuid(), deal: dealId, payee, amount, on: date, reason: fc.constant('agreed') })
    .map((data) => ({ 'adjust-credit': data })),
  fc
    .record({
      id: fc.uuid(),
      payee,
      amount,
      period: fc.constantFrom('FY2026-M01', 'FY2026-M03'),
      reason: fc.constant('agreed'),
    })
    .map((data) => ({ 'adjust-earnings': data })),
  fc
    .record({
      payee,
      component: fc.constant('tiered'),
      period: fc.constantFrom('FY2026', 'FY2026-Q1', 'FY2026-Q2'),
      amount: fc.constantFrom('1000', '3000'),
    })
    .map((data) => ({ 'assign-quota': data })),
  fc
    .record({ account: fc.constantFrom('acme', 'bolt'), to: fc.constant('west'), on: date })
    .map((data) => ({ 'move-account': data })),
  fc
    .record({
      territory: fc.constant('west'),
      payee,
      role: fc.constantFrom('owner', 'overlay'),
      share: fc.constant('50%'),
      from: date,
    })
    .map((data) => ({ 'assign-territory': data })),
  fc
    .record({
      base: fc.constant('EUR'),
      quote: fc.constant('USD'),
      on: date,
      rate: fc.constantFrom('1.1', '1.3'),
    })
    .map((data) => ({ 'publish-fx-rate': data })),
  fc
    .record({ payee, on: date, manager: fc.constantFrom('mia', 'ana') })
    .map((data) => ({ 'change-payee': data })),
  fc
    .record({ payee, from: date })
    .map(({ payee: who, from }) => ({ 'record-leave': { payee: who, from, to: '2026-06-30' } })),
  fc.record({ payee, on: date }).map((data) => ({ 'terminate-payee': data })),
);

/** A company, and when its months were closed. */
export interface History {
  readonly book: Book;
  /** The position of the log before each closing, by month. */
  readonly closings: ReadonlyMap<number, number>;
}

/** Records what the rules allow of some steps; `close` closes the next month. */
export const history = (plan: object, steps: readonly (StepOf | 'close')[]): History => {
  const made = company(...start(plan));
  const closings = new Map<number, number>();
  for (const item of steps) {
    const month = closings.size;
    const { outcome, closes } =
      item === 'close'
        ? {
            closes: month < MONTHS,
            outcome:
              month < MONTHS
                ? made.outcome({ 'close-period': { period: `FY2026-M0${month + 1}` } })
                : 'nothing',
          }
        : { closes: false, outcome: made.outcome(item) };
    if (closes && outcome === 'recorded')
      closings.set(month, (made.book.closes.at(-1)?.position ?? 0) - 1);
  }
  return { book: made.book, closings };
};

/** Whatever may happen in six months to two reps and their manager, and when each month is closed. */
export const anyHistory = fc
  .tuple(terms, fc.array(step, { minLength: 5, maxLength: 30 }))
  .map(([plan, steps]) => history(plan, steps));
