import { addMonths, dayOf, formatDay } from '#kernel';
import { PEOPLE, type Person } from './people.js';
import type { Chance } from './random.js';
import { fact, type DemoStep } from './step.js';

const START = dayOf('2025-01-01');

const tiers = (low: string, high: string, top: string): object => ({
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0%', rate: low },
    { from: '100%', rate: high },
    { from: '150%', rate: top },
  ],
});

const sellerPlan = (from: string, rates: readonly [string, string, string]): object => ({
  id: 'seller',
  currency: 'USD',
  from,
  components: [
    {
      id: 'bookings',
      type: 'commission',
      measure: { value: 'amount', on: 'booking' },
      window: 'quarter',
      tiers: tiers(...rates),
    },
    {
      id: 'year-end',
      type: 'bonus',
      measure: { value: 'amount', where: 'deal.type == "new"' },
      window: 'year',
      weight: '20%',
      curve: {
        shape: 'linear',
        points: [
          { at: '50%', pays: '25%' },
          { at: '100%', pays: '100%' },
          { at: '150%', pays: '200%' },
        ],
      },
    },
  ],
});

const published = (): DemoStep[] => [
  fact(START, 5, 'define-calendar', { start: '2025-01-01' }),
  fact(START, 6, 'publish-plan', sellerPlan('2025-01-01', ['6%', '9%', '12%'])),
  fact(START, 6, 'publish-plan', {
    id: 'manager',
    currency: 'USD',
    from: '2025-01-01',
    components: [{ id: 'team', type: 'override', window: 'quarter', rate: '1%' }],
  }),
  fact(START, 6, 'publish-plan', {
    id: 'engineer',
    currency: 'USD',
    from: '2025-01-01',
    components: [
      {
        id: 'support',
        type: 'commission',
        measure: { value: 'amount', credits: ['overlay'] },
        window: 'quarter',
        rate: '0.4%',
        cap: { amount: '45000', per: 'quarter' },
      },
    ],
  }),
  // The second version: less on the way to quota, more beyond it.
  fact(dayOf('2025-12-15'), 10, 'publish-plan', sellerPlan('2026-01-01', ['5.5%', '10%', '14%'])),
];

const PLAN_OF = {
  head: 'manager',
  director: 'manager',
  manager: 'manager',
  seller: 'seller',
  engineer: 'engineer',
} as const;
const RATE_OF: Readonly<Partial<Record<Person['role'], string>>> = {
  head: '0.1%',
  director: '0.3%',
};

const held = (person: Person, chance: Chance): DemoStep[] => {
  const { id, role, hiredOn } = person;
  const isNew = hiredOn > '2025-01-01';
  const from = isNew ? hiredOn : '2025-01-01';
  const day = Math.max(START, dayOf(from));
  const rate = RATE_OF[role];
  const isSeller = role === 'seller';
  const plan = fact(day, 9, 'assign-plan', {
    payee: id,
    plan: PLAN_OF[role],
    from,
    ...(isSeller && { targetIncentive: '60000' }),
    ...(isSeller && isNew && { ramp: ['25%', '50%', '75%'] }),
    ...(rate !== undefined && { rates: { team: rate } }),
  });
  if (!isSeller) return [plan];
  const year = chance.between(90, 150) * 10_000;
  const quota = (on: number, component: string, period: string, amount: number): DemoStep =>
    fact(on, 10, 'assign-quota', { payee: id, component, period, amount: String(amount) });
  const next = dayOf('2025-12-18');
  return [
    plan,
    quota(day, 'bookings', 'FY2025', year),
    quota(day, 'year-end', 'FY2025', Math.round(year / 2)),
    quota(next, 'bookings', 'FY2026', Math.round(year * 1.1)),
    quota(next, 'year-end', 'FY2026', Math.round(year / 2)),
  ];
};

// Rates of the first of each month; they drift a little.
const rates = (chance: Chance): DemoStep[] => {
  let [euro, yen] = [10_700, 14_850];
  return Array.from({ length: 16 }, (_, i) => {
    const day = addMonths(START, i);
    const on = formatDay(day);
    euro += chance.between(-120, 130);
    yen += chance.between(-200, 210);
    const decimal = (n: number, digits: number): string =>
      `${Math.floor(n / 10 ** digits)}.${String(n % 10 ** digits).padStart(digits, '0')}`;
    return [
      fact(day, 5, 'publish-fx-rate', { base: 'EUR', quote: 'USD', rate: decimal(euro, 4), on }),
      fact(day, 5, 'publish-fx-rate', { base: 'USD', quote: 'JPY', rate: decimal(yen, 2), on }),
    ];
  }).flat();
};

/** The calendar, plans in two versions, who is paid by which, quotas and exchange rates. */
export const planSteps = (chance: Chance): DemoStep[] => {
  const midYear = PEOPLE.filter(({ role }) => role === 'seller')[7];
  return [
    ...published(),
    ...rates(chance),
    ...PEOPLE.flatMap((person) => held(person, chance)),
    fact(dayOf('2025-08-12'), 10, 'assign-quota', {
      payee: midYear?.id,
      component: 'bookings',
      period: 'FY2025-Q3',
      amount: '200000',
      from: '2025-08-15',
      reason: 'gave up two accounts',
    }),
  ];
};
