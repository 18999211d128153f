import fc from 'fast-check';
import { formatUnits, minorUnits } from '#kernel';
import type { EarningsRow, Ledger } from '#ledger';
import { decideCommand, readSteps, World } from '#scenarios';

// Every run prints its seed when it fails; EVERYCENT_SEED runs that one again.
const seed = Number(process.env.EVERYCENT_SEED ?? 20260101);
const runs = Number(process.env.EVERYCENT_RUNS ?? 40);
/** Tries a law with as many worlds as are asked for. */
export const check = (property: fc.IProperty<unknown>): void =>
  fc.assert(property, { seed, numRuns: runs });

/** A step, or a part of one, as a scenario writes it. */
export type Plain = Readonly<Record<string, unknown>>;

/** A company in which some steps were recorded. */
export const record = (...steps: readonly Plain[]): World => {
  const world = new World(decideCommand);
  for (const step of readSteps(steps)) if (step.kind === 'command') world.execute(step);
  return world;
};

/** Three reps under one manager, mel. */
export const PAYEES = ['ann', 'bob', 'cal'];
const CURRENCIES = ['JPY', 'USD', 'BHD'];
/** The company before its first deal: everybody has the plan, the reps have a quota for the year. */
export const beginning = (currency: string, plan: Plain, quota = '10'): Plain[] => [
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

/** A day of 2026, counted from the first. */
export const day = (number: number): string =>
  new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10);
/** Minor units as decimal text. */
export const amountOf = (units: bigint, currency: string): string =>
  formatUnits(units, minorUnits(currency));

const team = (shares: readonly number[]): Plain[] => {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return PAYEES.map((payee, i) => ({ payee, share: `${shares[i]}/${whole}` })).filter(
    (_, i) => (shares[i] ?? 0) > 0,
  );
};

/** A deal as it is booked. */
export const booking = (
  id: string,
  { day: on, units, shares }: Booked,
  currency: string,
): Plain => ({
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
/** A deal of anybody in the first half of the year. */
export const booked: fc.Arbitrary<Booked> = fc.record({ day: fc.nat(180), units, shares });
/** Some deals. */
export const deals = fc.array(booked, { minLength: 1, maxLength: 8 });
/** Currencies of none, two and three decimals. */
export const currency = fc.constantFrom(...CURRENCIES);

/** A rate of 0% to 40%. */
export const rate = fc.integer({ min: 0, max: 40 }).map((percent) => `${percent}%`);
/** Three steps of attainment. */
export const steps = fc.tuple(rate, rate, rate).map(([a, b, c]) => [
  { from: '0%', rate: a },
  { from: '50%', rate: b },
  { from: '4/3', rate: c },
]);
const windows = fc.constantFrom('month', 'quarter', 'half', 'year');
/** A commission of tiers. */
export const tiered = (apply: string): fc.Arbitrary<Plain> =>
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
/** Plans of all sorts. */
export const plan = fc.oneof(tiered('marginal'), tiered('retroactive'), curved, limited);

/** What was earned, month by month. */
export const earned = ({ earnings }: Ledger): string[] =>
  earnings
    .filter(({ amount }) => amount !== 0n)
    .map(({ payee, component, month, amount }) => `${payee} ${component} ${month} ${amount}`)
    .sort();
/** What each deal earned, month by month. */
export const byLine = ({ earnings }: Ledger): string[] =>
  earnings
    .flatMap(({ payee, month, lines }) =>
      lines.map(({ deal, amount }) => `${payee} ${month} ${deal} ${amount}`),
    )
    .sort();
/** What a payee earned from one month through another, in minor units. */
export const inHalf = (
  rows: readonly EarningsRow[],
  payee: string,
  first: number,
  last: number,
): bigint =>
  rows
    .filter((row) => row.payee === payee && first <= row.month && row.month <= last)
    .reduce((sum, { amount }) => sum + amount, 0n);
/** The ledger of a company. */
export const ledgerOf = (world: World): Ledger => world.view().ledger();
