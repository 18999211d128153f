import fc from 'fast-check';
import { Exact, formatUnits, minorUnits } from '#kernel';
import type { EarningsRow, Ledger } from '#ledger';
import { decideCommand, readSteps, World } from '#scenarios';

// Every run prints its seed when it fails; EVERYCENT_SEED runs that one again.
const seed = Number(process.env.EVERYCENT_SEED ?? 20260101);
const runs = Number(process.env.EVERYCENT_RUNS ?? 40);
const check = (property: fc.IProperty<unknown>): void =>
  fc.assert(property, { seed, numRuns: runs });

// ---- Worlds -----------------------------------------------------------------------------

type Plain = Readonly<Record<string, unknown>>;

const record = (...steps: readonly Plain[]): World => {
  const world = new World(decideCommand);
  for (const step of readSteps(steps)) if (step.kind === 'command') world.execute(step);
  return world;
};

const PAYEES = ['ann', 'bob', 'cal'];
const CURRENCIES = ['JPY', 'USD', 'BHD'];
const beginning = (currency: string, plan: Plain, quota = '10'): Plain[] => [
  { 'define-calendar': { start: '2026-01-01' } },
  { 'add-payee': { id: 'mel', name: 'Mel', hiredOn: '2025-01-01', currency } },
  ...PAYEES.map((id) => ({
    'add-payee': { id, name: id, hiredOn: '2025-01-01', currency, manager: 'mel' },
  })),
  { 'publish-plan': { id: 'p', currency, from: '2026-01-01', ...plan } },
  ...PAYEES.map((payee) => ({
    'assign-plan': { payee, plan: 'p', from: '2026-01-01', targetIncentive: '120' },
  })),
  ...PAYEES.map((payee) => ({
    'assign-quota': { payee, component: 'c', period: 'FY2026', amount: quota },
  })),
];

interface Booked {
  readonly day: number;
  readonly units: bigint;
  readonly shares: readonly number[];
}

const day = (number: number): string =>
  new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10);
const amountOf = (units: bigint, currency: string): string =>
  formatUnits(units, minorUnits(currency));

const team = (shares: readonly number[]): Plain[] => {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return PAYEES.map((payee, i) => ({ payee, share: `${shares[i]}/${whole}` })).filter(
    (_, i) => (shares[i] ?? 0) > 0,
  );
};

const booking = (id: string, { day: on, units, shares }: Booked, currency: string): Plain => ({
  'book-deal': {
    id,
    account: 'acme',
    bookedOn: day(on),
    currency,
    amount: amountOf(units, currency),
    team: team(shares),
  },
});

const units = fc.bigInt({ min: -5000n, max: 20_000n });
const shares = fc
  .tuple(fc.nat(5), fc.nat(5), fc.nat(5))
  .filter((all) => all.some((share) => share > 0));
const booked: fc.Arbitrary<Booked> = fc.record({ day: fc.nat(180), units, shares });
const deals = fc.array(booked, { minLength: 1, maxLength: 8 });
const currency = fc.constantFrom(...CURRENCIES);

const rate = fc.integer({ min: 0, max: 40 }).map((percent) => `${percent}%`);
const steps = fc.tuple(rate, rate, rate).map(([a, b, c]) => [
  { from: '0%', rate: a },
  { from: '50%', rate: b },
  { from: '4/3', rate: c },
]);
const windows = fc.constantFrom('month', 'quarter', 'half', 'year');
const tiered = (apply: string): fc.Arbitrary<Plain> =>
  fc
    .record({ steps, window: windows })
    .map(({ steps: of, window }) => ({
      components: [
        { id: 'c', type: 'commission', window, tiers: { by: 'attainment', apply, steps: of } },
      ],
    }));
const curved: fc.Arbitrary<Plain> = windows.map((window) => ({
  components: [
    {
      id: 'c',
      type: 'bonus',
      window,
      every: 'month',
      curve: {
        shape: 'linear',
        beyond: 'extend',
        points: [
          { at: '20%', pays: '0%' },
          { at: '100%', pays: '100%' },
        ],
      },
    },
  ],
}));
const limited: fc.Arbitrary<Plain> = fc
  .record({ rate, window: windows })
  .map(({ rate: of, window }) => ({
    cap: { amount: '9', per: 'quarter' },
    components: [
      {
        id: 'c',
        type: 'commission',
        window,
        rate: of,
        cap: { amount: '5', per: 'month' },
        floor: { amount: '1', per: 'quarter' },
        gate: { self: true, atLeast: '10%', before: 'pay' },
      },
    ],
  }));
const plan = fc.oneof(tiered('marginal'), tiered('retroactive'), curved, limited);

// ---- What is compared -------------------------------------------------------------------

const earned = ({ earnings }: Ledger): string[] =>
  earnings
    .filter(({ amount }) => amount !== 0n)
    .map(({ payee, component, month, amount }) => `${payee} ${component} ${month} ${amount}`)
    .sort();
const byLine = ({ earnings }: Ledger): string[] =>
  earnings
    .flatMap(({ payee, month, lines }) =>
      lines.map(({ deal, amount }) => `${payee} ${month} ${deal} ${amount}`),
    )
    .sort();
const inHalf = (rows: readonly EarningsRow[], payee: string, first: number, last: number): bigint =>
  rows
    .filter((row) => row.payee === payee && first <= row.month && row.month <= last)
    .reduce((sum, { amount }) => sum + amount, 0n);
const ledgerOf = (world: World): Ledger => world.view().ledger();

// ---- Laws -------------------------------------------------------------------------------

describe('the parts of a deal', () => {
  it('sum to the whole, in every currency', () =>
    check(
      fc.property(currency, deals, (of, booked) => {
        const world = record(
          ...beginning(of, { components: [{ id: 'c', type: 'commission', rate: '1%' }] }),
          ...booked.map((deal, i) => booking(`d${i}`, deal, of)),
        );
        booked.forEach((deal, i) => {
          const parts = ledgerOf(world).credits.filter(
            (row) => row.deal === `d${i}` && row.kind === 'direct',
          );
          expect(Exact.sum(parts.map(({ amount }) => amount)).toText()).toBe(
            Exact.units(deal.units, minorUnits(of)).toText(),
          );
          const [rollup] = ledgerOf(world).credits.filter(
            (row) => row.deal === `d${i}` && row.kind === 'rollup',
          );
          expect(rollup?.amount.toText()).toBe(Exact.units(deal.units, minorUnits(of)).toText());
        });
      }),
    ));
});

describe('what is earned', () => {
  it('does not depend on the order in which deals were recorded', () =>
    check(
      fc.property(
        plan,
        deals.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
          ),
        ),
        (of, [all, order]) => {
          const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
          const [one, other] = [facts, order.map((i) => facts[i] as Plain)].map((list) =>
            ledgerOf(record(...beginning('USD', of), ...list)),
          );
          expect(byLine(other as Ledger)).toEqual(byLine(one as Ledger));
        },
      ),
    ));

  it('does not depend on whether a deal was recorded in one line or in two', () =>
    check(
      fc.property(plan, deals, fc.bigInt({ min: -5000n, max: 5000n }), (of, all, part) => {
        const whole = all.map((deal, i) => booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD'));
        const split = all.map((deal, i) => {
          const { amount: _, ...rest } = booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD')[
            'book-deal'
          ] as Plain;
          const lines = [part, deal.units - part].map((line, j) => ({
            id: `l${j}`,
            amount: amountOf(line, 'USD'),
          }));
          return { 'book-deal': { ...rest, lines } };
        });
        const [one, other] = [whole, split].map((list) =>
          ledgerOf(record(...beginning('USD', of), ...list)),
        );
        expect(earned(other as Ledger)).toEqual(earned(one as Ledger));
      }),
    ));

  it('does not change with a deal that is booked and cancelled as if it had never been', () =>
    check(
      fc.property(plan, deals, booked, (of, all, extra) => {
        const restated = {
          ...of,
          components: (of.components as Plain[]).map((item) => ({
            ...item,
            clawback: { how: 'restate' },
          })),
        };
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const undone = [
          booking('x', extra, 'USD'),
          { 'cancel-deal': { deal: 'x', on: day(extra.day + 20) } },
        ];
        const [one, other] = [facts, [...facts, ...undone]].map((list) =>
          ledgerOf(record(...beginning('USD', restated), ...list)),
        );
        expect(earned(other as Ledger)).toEqual(earned(one as Ledger));
      }),
    ));

  it('does not depend on the unit of currency', () =>
    check(
      fc.property(fc.oneof(tiered('marginal'), tiered('retroactive')), deals, (of, all) => {
        // The same numbers of minor units: yen have none, dollars hundredths.
        const [yen, dollars] = [
          ['JPY', '1000'],
          ['USD', '10'],
        ].map(([unit = '', quota]) =>
          ledgerOf(
            record(
              ...beginning(unit, of, quota),
              ...all.map((deal, i) => booking(`d${i}`, deal, unit)),
            ),
          ),
        );
        expect(earned(dollars as Ledger)).toEqual(earned(yen as Ledger));
      }),
    ));

  it('is the area under the steps where they are marginal, rounded once for the window', () =>
    check(
      fc.property(
        steps,
        fc.array(fc.record({ day: fc.nat(89), units: fc.bigInt({ min: 0n, max: 2000n }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        (of, all) => {
          const plain = {
            components: [
              {
                id: 'c',
                type: 'commission',
                tiers: { by: 'attainment', apply: 'marginal', steps: of },
              },
            ],
          };
          const { earnings } = ledgerOf(
            record(
              ...beginning('USD', plain, '40'),
              ...all.map((deal, i) => booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD')),
            ),
          );
          // The quarter's quota is 10.
          const value = Exact.units(
            all.reduce((sum, deal) => sum + deal.units, 0n),
            2,
          );
          const bounds = [Exact.ZERO, Exact.of(5), Exact.of(40, 3), undefined];
          const area = Exact.sum(
            of.map(({ rate: text }, i) => {
              const [from, to] = [bounds[i] as Exact, bounds[i + 1]];
              const end = to && to.lessThan(value) ? to : value;
              return end.lessThan(from) ? Exact.ZERO : end.minus(from).times(Exact.from(text));
            }),
          );
          expect(inHalf(earnings, 'ann', 0, 2)).toBe(area.round(2));
        },
      ),
    ));

  it('sums over the months of a window to what the window comes to when it is determined once', () =>
    check(
      fc.property(tiered('retroactive'), deals, (of, all) => {
        const [component] = of.components as [Plain];
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const once = { components: [{ ...component, window: 'half', every: 'half' }] };
        const monthly = { components: [{ ...component, window: 'half', every: 'month' }] };
        const [one, other] = [once, monthly].map(
          (version) => ledgerOf(record(...beginning('USD', version), ...facts)).earnings,
        );
        for (const payee of PAYEES) {
          expect(inHalf(other ?? [], payee, 0, 5)).toBe(inHalf(one ?? [], payee, 0, 5));
        }
      }),
    ));

  it('plus adjustments is what is known now, whenever months were closed', () =>
    check(
      fc.property(plan, deals, fc.array(fc.nat(12), { maxLength: 4 }), (of, all, when) => {
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const closings = [...when].sort((a, b) => a - b);
        const mixed = facts.flatMap((fact, i) => {
          const now = closings.flatMap((at, nth) =>
            at === i ? [{ 'close-period': { period: `FY2026-M0${nth + 1}` } }] : [],
          );
          return [...now, fact];
        });
        const [open, closed] = [facts, mixed].map((list) =>
          ledgerOf(record(...beginning('USD', of), ...list)),
        );
        const known = new Map<string, bigint>();
        const add = (key: string, amount: bigint): void =>
          void known.set(key, (known.get(key) ?? 0n) + amount);
        for (const row of (closed as Ledger).earnings) add(`${row.payee} ${row.month}`, row.amount);
        for (const row of (closed as Ledger).adjustments) {
          expect(row.amount).not.toBe(0n);
          add(`${row.payee} ${row.origin}`, row.amount);
        }
        for (const row of (open as Ledger).earnings) add(`${row.payee} ${row.month}`, -row.amount);
        expect([...known].filter(([, amount]) => amount !== 0n)).toEqual([]);
      }),
    ));

  it('is all paid in the end, however late it is released', () =>
    check(
      fc.property(rate, deals, fc.integer({ min: 1, max: 5 }), (of, all, months) => {
        const positive = all.map((deal) => ({
          ...deal,
          units: deal.units < 0n ? -deal.units : deal.units,
        }));
        const component = { id: 'c', type: 'commission', rate: of, window: 'month' };
        const facts = positive.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const [now, later] = [component, { ...component, spread: { months } }].map(
          (version) =>
            ledgerOf(record(...beginning('USD', { components: [version] }), ...facts)).payable,
        );
        for (const payee of PAYEES) {
          const sum = (rows: Ledger['payable'] = []): bigint =>
            rows
              .filter((row) => row.payee === payee)
              .reduce((total, { amount }) => total + amount, 0n);
          expect(sum(later)).toBe(sum(now));
        }
      }),
    ));
});

describe('the postings', () => {
  it('balance to zero in every currency', () =>
    check(
      fc.property(plan, deals, (of, all) => {
        const draw = { draw: { amount: '3', kind: 'recoverable', to: 'FY2026-M04' } };
        const { postings } = ledgerOf(
          record(
            ...beginning('USD', { ...of, ...draw }),
            ...all.map((deal, i) => booking(`d${i}`, deal, 'USD')),
          ),
        );
        for (const { entries } of postings) {
          expect(entries.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
        }
      }),
    ));
});
