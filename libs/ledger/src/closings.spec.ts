import fc from 'fast-check';
import type { Book } from '#crediting';
import { evaluate, type Trace } from '#earnings';
import { minorUnits } from '#kernel';
import { company, type StepOf } from '#testing';
import { calculate } from './calculate.js';
import { positionsFor } from './late.js';
import type { Ledger } from './rows.js';

const THROUGH = 8;
const MONTHS = 6;

const ids = ['ana', 'ben', 'mia'];
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

const components = (terms: object[]) => [
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

interface History {
  readonly book: Book;
  /** The position of the log before each closing, by month. */
  readonly closings: ReadonlyMap<number, number>;
}

/** Records what the rules allow of some steps; `close` closes the next month. */
const history = (plan: object, steps: readonly (StepOf | 'close')[]): History => {
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

const upTo = (ledger: Ledger, month: number) => {
  const before = <T extends { readonly month: number }>(rows: readonly T[]): T[] =>
    rows.filter((row) => row.month <= month);
  const plain = before(ledger.earnings).map(({ lines, ...row }) => ({
    ...row,
    lines: lines.length,
  }));
  return {
    earnings: plain,
    adjustments: before(ledger.adjustments),
    payable: before(ledger.payable),
    balances: before(ledger.balances),
    postings: before(ledger.postings),
  };
};

const sumBy = <T>(
  rows: readonly T[],
  key: (row: T) => string,
  of: (row: T) => bigint,
): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0n) + of(row));
  for (const [name, sum] of sums) if (sum === 0n) sums.delete(name);
  return new Map([...sums].sort());
};

const anyHistory = fc
  .tuple(terms, fc.array(step, { minLength: 5, maxLength: 30 }))
  .map(([plan, steps]) => history(plan, steps));

const check = (law: (made: History) => void): void =>
  fc.assert(fc.property(anyHistory, law), { numRuns: 40, seed: 20261125 });

describe('for every history of facts and closings', () => {
  it('a closed month stays as it was known at its closing', () =>
    check(({ book, closings }) => {
      const now = calculate(book, { through: THROUGH });
      for (const [month, position] of closings) {
        const then = calculate(book.asOf(position), { through: THROUGH });
        expect(upTo(now, month)).toEqual(upTo(then, month));
      }
    }));

  it('earnings and adjustments are together what is known now', () =>
    check(({ book }) => {
      const { earnings, adjustments } = calculate(book, { through: THROUGH });
      const known = [...earnings.map((row) => ({ ...row, origin: row.month })), ...adjustments];
      const key = (row: { payee: string; component: string; origin: number }): string =>
        `${row.payee} ${row.component} ${row.origin}`;
      // The last closing is far behind what is asked here: all months are open in a book without them.
      const open = company();
      for (const id of [
        'calendar',
        'payee',
        'account',
        'territory',
        'fx',
        'plan',
        'assignment',
        'quota',
        'deal',
        'creditadjustment',
        'earningsadjustment',
      ]) {
        for (const name of id === 'calendar' ? ['company'] : book.idsOf(id)) {
          for (const fact of book.facts(`${id}-${name}`)) open.book.record(fact);
        }
      }
      const all = calculate(open.book, { through: THROUGH }).earnings;
      expect(sumBy(known, key, (row) => row.amount)).toEqual(
        sumBy(
          all.map((row) => ({ ...row, origin: row.month })),
          key,
          (row) => row.amount,
        ),
      );
    }));

  it('every posting balances in every currency, and none is zero', () =>
    check(({ book }) => {
      for (const { entries } of calculate(book, { through: THROUGH }).postings) {
        expect(entries.length).toBeGreaterThan(1);
        for (const { amount: posted } of entries) expect(posted).not.toBe(0n);
        expect(
          sumBy(
            entries,
            ({ currency }) => currency,
            (entry) => entry.amount,
          ).size,
        ).toBe(0);
      }
    }));

  it('the payable account holds what is payable, month by month', () =>
    check(({ book }) => {
      const { postings, payable } = calculate(book, { through: THROUGH });
      const entries = postings.flatMap(({ payee: whose, month, entries: of }) =>
        of
          .filter(({ account }) => account === 'payable')
          .map((entry) => ({ ...entry, whose, month })),
      );
      expect(
        sumBy(
          entries,
          (row) => `${row.whose} ${row.month} ${row.currency}`,
          (row) => -row.amount,
        ),
      ).toEqual(
        sumBy(
          payable,
          (row) => `${row.payee} ${row.month} ${row.currency}`,
          (row) => row.amount,
        ),
      );
    }));

  it('what is payable is what its explanation, evaluated by itself, gives', () =>
    check(({ book }) => {
      for (const { amount: paid, currency, trace } of calculate(book, {
        through: THROUGH,
        trace: true,
      }).payable) {
        expect(evaluate(trace as Trace).round(minorUnits(currency))).toBe(paid);
        expect(evaluate(trace as Trace).toText()).toBe(trace?.result);
      }
    }));

  it('every adjustment names a cause that arrived after the closing', () =>
    check(({ book, closings }) => {
      for (const { origin, month, causes, amount: sum } of calculate(book, { through: THROUGH })
        .adjustments) {
        expect(sum).not.toBe(0n);
        expect(causes.length).toBeGreaterThan(0);
        expect(Math.min(...causes)).toBeGreaterThan(closings.get(month - 1) as number);
        expect(origin).toBeLessThan(month);
      }
    }));

  it('a payee is calculated alike, alone or with everybody', () =>
    check(({ book }) => {
      const all = calculate(book, { through: THROUGH });
      const alone = ids.map((id) => calculate(book, { through: THROUGH, payees: [id] }));
      expect(alone.flatMap(({ postings }) => postings)).toEqual(all.postings);
      expect(alone.flatMap(({ payable }) => payable)).toEqual(all.payable);
      expect(alone.flatMap(({ adjustments }) => adjustments)).toEqual(all.adjustments);
    }));
});

describe('earnings are calculated anew for a closing', () => {
  const plan = { components: components([{}, {}]) };
  const booked = (id: string, bookedOn: string) => ({
    'book-deal': {
      id,
      account: 'acme',
      bookedOn,
      amount: '100',
      currency: 'USD',
      team: [{ payee: 'ana', share: '100%' }],
    },
  });

  it('never, where all that arrived later lies later', () => {
    const { book } = history(plan, [
      booked('d1', '2026-01-05'),
      'close',
      booked('d2', '2026-02-05'),
      'close',
      booked('d3', '2026-03-05'),
    ]);
    expect([...positionsFor(book, 'ana').values()]).toEqual([Infinity, Infinity]);
  });

  it('once, where one fact came late, and only for whom it concerns', () => {
    const { book, closings } = history(plan, [
      booked('d1', '2026-01-05'),
      'close',
      'close',
      booked('late', '2026-01-06'),
      'close',
      booked('d3', '2026-04-05'),
    ]);
    const second = (closings.get(1) as number) + 1;
    expect([...positionsFor(book, 'ana')]).toEqual([
      [2, Infinity],
      [1, second],
      [0, second],
    ]);
    expect([...positionsFor(book, 'ben').values()]).toEqual([Infinity, Infinity, Infinity]);
    expect(positionsFor(book, 'mia').get(0)).toBe(second);
  });
});
