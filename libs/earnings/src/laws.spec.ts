import fc from 'fast-check';
import { company, type StepOf } from '#testing';
import { earningsOf } from './earnings-of.js';

// Laws that hold for every plan: seeded, so that a run tells the same each time.
const RUNS = { numRuns: 60, seed: 20260101 } as const;
const THROUGH = 5;
const WINDOW = 3;

interface Booking {
  readonly id: string;
  readonly day: string;
  /** In minor units of the currency. */
  readonly units: number;
}

type Currency = 'JPY' | 'USD' | 'BHD';
const DECIMALS: Readonly<Record<Currency, number>> = { JPY: 0, USD: 2, BHD: 3 };

// Minor units as decimal text, without a binary float in between.
const written = (units: number, currency: Currency): string => {
  const decimals = DECIMALS[currency];
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals);
  return `${units < 0 ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
};

const day = fc
  .tuple(fc.integer({ min: 1, max: WINDOW }), fc.integer({ min: 1, max: 28 }))
  .map(([month, date]) => `2026-0${month}-${String(date).padStart(2, '0')}`);

const bookings = fc
  .array(fc.tuple(day, fc.integer({ min: -50_000, max: 900_000 })), { minLength: 1, maxLength: 7 })
  .map((found) => found.map(([on, units], i): Booking => ({ id: `d${i}`, day: on, units })));

const book = ({ id, day: on, units }: Booking, currency: Currency): StepOf => ({
  'book-deal': {
    id,
    account: 'acme',
    bookedOn: on,
    currency,
    amount: written(units, currency),
    team: [{ payee: 'ana', share: '100%' }],
  },
});

const BOUNDS = [0, 500_000, 1_200_000] as const;
const PER_CENT = [3, 7, 11] as const;

const tiers = (apply: string, currency: Currency) => ({
  by: 'value',
  apply,
  steps: BOUNDS.map((from, i) => ({ from: written(from, currency), rate: `${PER_CENT[i]}%` })),
});

const shapes = (currency: Currency) => ({
  flat: { rate: '7.25%' },
  marginal: { tiers: tiers('marginal', currency) },
  retroactive: { tiers: tiers('retroactive', currency) },
  attained: {
    tiers: {
      by: 'attainment',
      apply: 'marginal',
      steps: [
        { from: '0%', rate: '1/30' },
        { from: '80%', multiplier: '1.5' },
        { from: '100%', rate: '12%' },
      ],
    },
  },
  capped: { rate: '10%', cap: { amount: written(60_000, currency), per: 'quarter' } },
});
type Shape = keyof ReturnType<typeof shapes>;
const shape = fc.constantFrom<Shape>('flat', 'marginal', 'retroactive', 'attained', 'capped');
const currencies = fc.constantFrom<Currency>('JPY', 'USD', 'BHD');

const setting = (component: object, currency: Currency): StepOf[] => [
  { 'define-calendar': { start: '2026-01-01' } },
  { 'add-payee': { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency } },
  {
    'publish-plan': {
      id: 'ae',
      currency,
      from: '2026-01-01',
      components: [{ id: 'c', type: 'commission', window: 'quarter', ...component }],
    },
  },
  {
    'assign-plan': {
      payee: 'ana',
      plan: 'ae',
      from: '2026-01-01',
      targetIncentive: written(4_000_000, currency),
    },
  },
  {
    'assign-quota': {
      payee: 'ana',
      component: 'c',
      period: 'FY2026-Q1',
      amount: written(1_000_000, currency),
    },
  },
];

interface Terms {
  readonly component: object;
  readonly currency: Currency;
  readonly through?: number;
}

// What Ana earns month by month, line by line, in minor units.
const earned = ({ component, currency, through = THROUGH }: Terms, facts: readonly StepOf[]) => {
  const made = company(...setting(component, currency), ...facts).book;
  const months = earningsOf(made, 'ana', { through }).components[0]?.months ?? new Map();
  return [...months].map(([month, lines]) => ({
    month,
    lines: [...lines].map(({ deal, line, kind, what, amount }) => ({
      deal,
      line,
      kind,
      what,
      amount,
    })),
  }));
};

const sum = (
  months: ReturnType<typeof earned>,
  inMonths: (month: number) => boolean = () => true,
): bigint =>
  months
    .filter(({ month }) => inMonths(month))
    .flatMap(({ lines }) => lines)
    .reduce((total, line) => total + line.amount, 0n);

const booked = (deals: readonly Booking[], currency: Currency): StepOf[] =>
  deals.map((deal) => book(deal, currency));

// A hundredth of units rounded half away from zero, in whole numbers.
const hundredth = (hundredths: bigint): bigint => {
  const size = hundredths < 0n ? -hundredths : hundredths;
  const rounded = (size + 50n) / 100n;
  return hundredths < 0n ? -rounded : rounded;
};

// The area under the steps up to a running total, in hundredths of minor units.
const areaUnderSteps = (total: number): bigint => {
  if (total <= 0) return BigInt(total) * BigInt(PER_CENT[0]);
  return BOUNDS.reduce((area, from, i) => {
    const to = Math.min(total, BOUNDS[i + 1] ?? Infinity);
    return area + BigInt(Math.max(to - from, 0)) * BigInt(PER_CENT[i] as number);
  }, 0n);
};

describe('whatever is sold', () => {
  it('the order of recording changes nothing, to the last line', () =>
    fc.assert(
      fc.property(
        bookings.chain((deals) =>
          fc.tuple(
            fc.constant(deals),
            fc.shuffledSubarray([...deals], { minLength: deals.length }),
          ),
        ),
        shape,
        currencies,
        ([deals, shuffled], of, currency) => {
          const terms = { component: shapes(currency)[of], currency };
          expect(earned(terms, booked(shuffled, currency))).toEqual(
            earned(terms, booked(deals, currency)),
          );
        },
      ),
      RUNS,
    ));

  it('two credits of one day earn what they earn as one', () =>
    fc.assert(
      fc.property(
        bookings,
        fc.integer({ min: 1, max: 400_000 }),
        shape,
        currencies,
        (deals, part, of, currency) => {
          const terms = { component: shapes(currency)[of], currency };
          const [first, ...rest] = deals as [Booking, ...Booking[]];
          const halves = [
            { ...first, units: first.units - part },
            { ...first, id: 'dx', units: part },
          ];
          const one = earned(terms, booked(deals, currency));
          const two = earned(terms, booked([...halves, ...rest], currency));
          for (let month = 0; month <= THROUGH; month += 1) {
            expect(sum(two, (m) => m === month)).toBe(sum(one, (m) => m === month));
          }
        },
      ),
      RUNS,
    ));

  it('a deal added and cancelled in its window leaves the window as it was', () =>
    fc.assert(
      fc.property(
        bookings,
        fc.integer({ min: 1, max: 900_000 }),
        currencies,
        fc.constantFrom('recalculate', 'restate', 'reverse'),
        shape,
        (deals, units, currency, how, of) => {
          // A reversal takes back what the deal earned, not what others earned beside it by tiers.
          const kind = how === 'reverse' ? 'flat' : of;
          const terms = { component: { ...shapes(currency)[kind], clawback: { how } }, currency };
          const added: StepOf[] = [
            book({ id: 'dx', day: '2026-02-03', units }, currency),
            { 'cancel-deal': { deal: 'dx', on: '2026-03-20' } },
          ];
          const without = earned(terms, booked(deals, currency));
          const withIt = earned(terms, [...booked(deals, currency), ...added]);
          expect(sum(withIt)).toBe(sum(without));
        },
      ),
      RUNS,
    ));

  it('earnings scale with the currency: the same minor units earn the same minor units', () =>
    fc.assert(
      fc.property(bookings, shape, (deals, of) => {
        const [yen, dollars, dinars] = (['JPY', 'USD', 'BHD'] as const).map((currency) =>
          earned({ component: shapes(currency)[of], currency }, booked(deals, currency)),
        );
        expect(dollars).toEqual(yen);
        expect(dinars).toEqual(yen);
      }),
      RUNS,
    ));

  it('marginal tiers pay the area under the steps', () =>
    fc.assert(
      fc.property(bookings, currencies, (deals, currency) => {
        const total = deals.reduce((running, { units }) => running + units, 0);
        const months = earned(
          { component: shapes(currency).marginal, currency },
          booked(deals, currency),
        );
        expect(sum(months)).toBe(hundredth(areaUnderSteps(total)));
      }),
      RUNS,
    ));

  it('calculated month by month or all at once, a month earns the same', () =>
    fc.assert(
      fc.property(bookings, shape, currencies, (deals, of, currency) => {
        const terms = { component: shapes(currency)[of], currency };
        const whole = earned(terms, booked(deals, currency));
        for (let through = 0; through <= THROUGH; through += 1) {
          const sofar = deals.filter((deal) => Number(deal.day.slice(5, 7)) - 1 <= through);
          const part = earned({ ...terms, through }, booked(sofar, currency));
          expect(part).toEqual(whole.filter(({ month }) => month <= through));
        }
      }),
      RUNS,
    ));

  it('the months of a window sum to the rounded window', () =>
    fc.assert(
      fc.property(bookings, shape, currencies, (deals, of, currency) => {
        const component = shapes(currency)[of];
        const monthly = earned({ component, currency }, booked(deals, currency));
        const atOnce = earned(
          { component: { ...component, every: 'quarter' }, currency },
          booked(deals, currency),
        );
        expect(sum(monthly)).toBe(sum(atOnce));
        expect(atOnce.every(({ month }) => month === WINDOW - 1)).toBe(true);
      }),
      RUNS,
    ));
});
