import { formatDay } from '#kernel';
import { repOf } from './company-of.js';

/** A payee's quota for a component. */
export const quota = (
  payee: string,
  component: string,
  amount: string,
  period = 'FY2026',
): object => ({ 'assign-quota': { payee, component, period, amount } });
/** The quota of most plans. */
export const forBookings = (payee: string): object[] => [quota(payee, 'bookings', '400000')];
/** A deal's amount by its number. */
export const cents = (n: number): string =>
  `${500 + ((n * 37) % 9000)}.${String(n % 100).padStart(2, '0')}`;

/** A deal of two lines: a product with costs, by the unit, and a service. */
export const twoLines = (n: number): object => ({
  amount: undefined,
  lines: [
    {
      id: 'a',
      amount: cents(n),
      product: `p${n % 40}`,
      family: n % 4 === 0 ? 'hardware' : 'software',
      cost: `${200 + (n % 250)}.50`,
      quantity: String(1 + (n % 9)),
      attributes: { seats: String(n % 50) },
    },
    { id: 'b', amount: cents(n + 7), product: 'service', family: 'service', cost: '99.90' },
  ],
});

/** Every so many deals are cancelled. */
export const cancelled = (share: number) => (deal: string, n: number, on: number) =>
  n % share === 0 ? [{ 'cancel-deal': { deal, on: formatDay(on + 20 + (n % 60)) } }] : [];

/** An invoice and a payment of a part of each deal. */
export const received = (deal: string, n: number, on: number): object[] => [
  { 'record-invoice': { deal, id: `${deal}-i`, on: formatDay(on + 10), amount: '500.00' } },
  {
    'record-payment': {
      deal,
      id: `${deal}-p`,
      on: formatDay(on + 40 + (n % 30)),
      amount: '400.00',
    },
  },
];

/** Some deals are amended, and some cancelled. */
export const amended = (deal: string, n: number, on: number): object[] =>
  n % 10 === 0
    ? [{ 'amend-deal': { deal, on: formatDay(on + 15), amount: cents(n + 3) } }]
    : cancelled(20)(deal, n, on);

/** Two share a deal. */
export const team = (n: number, rep: number): object => ({
  ...twoLines(n),
  team: [
    { payee: repOf(rep), share: '60%' },
    { payee: repOf(rep ^ 1), share: '40%' },
  ],
});

/** What is measured of a payee beside his deals, and how his goals are scored. */
export const metrics = (payee: string): object[] =>
  ['02', '05', '08', '11'].flatMap((month, i) => [
    {
      'record-metric': {
        id: `csat-${payee}-${month}`,
        metric: 'csat',
        on: `2026-${month}-20`,
        amount: `${80 + i * 5}`,
        payee,
      },
    },
    {
      'score-objective': {
        payee,
        component: 'goals',
        objective: 'onboarding',
        period: `FY2026-Q${i + 1}`,
        score: `${60 + i * 10}%`,
      },
    },
  ]);
