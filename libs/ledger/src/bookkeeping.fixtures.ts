import { formatUnits, minorUnits } from '#kernel';
import { company, ownDeal, type StepOf } from '#testing';
import { calculate, type CalculateOptions } from './calculate.js';
import type { Ledger } from './rows.js';

const sales = { id: 'sales', type: 'commission', window: 'month', rate: '10%' };

/** A plan of one component, 10% of what is booked in a month, by other terms where they are given. */
export const plan = (terms: object = {}, component: object = {}, currency = 'USD') => ({
  'publish-plan': {
    id: 'ae',
    currency,
    from: '2026-01-01',
    components: [{ ...sales, ...component }],
    ...terms,
  },
});
/** Ana has the plan all the time. */
export const assign = { 'assign-plan': { payee: 'ana', plan: 'ae', from: '2026-01-01' } };
/** Ana, who is paid in a currency. */
export const ana = (currency = 'USD') => ({
  'add-payee': { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency },
});
/** Months as in the calendar. */
export const calendar = { 'define-calendar': { start: '2026-01-01' } };

/** A deal that is Ana's alone. */
export const deal = (id: string, bookedOn: string, amount: string, currency = 'USD'): StepOf => ({
  'book-deal': { ...ownDeal(id, amount, bookedOn), currency },
});
/** Closes a month: 1 is the first. */
export const close = (month: number): StepOf => ({
  'close-period': { period: `FY2026-M${String(month).padStart(2, '0')}` },
});

/** Ana and her plan. */
export const setting = (terms: object = {}, component: object = {}): StepOf[] => [
  calendar,
  ana(),
  plan(terms, component),
  assign,
];

const text = (amount: bigint, currency: string): string =>
  formatUnits(amount, minorUnits(currency));

const M = (month: number): string => `M${month + 1}`;

/** The tables of a ledger as a bookkeeper would note them. */
export const tables = (ledger: Ledger) => ({
  earnings: ledger.earnings.map((row) => `${M(row.month)} ${text(row.amount, row.currency)}`),
  adjustments: ledger.adjustments.map(
    (row) =>
      `${M(row.origin)} in ${M(row.month)} ${text(row.amount, row.currency)} by ${row.causes.join(',')}`,
  ),
  payable: ledger.payable.map(
    (row) => `${M(row.month)} ${text(row.amount, row.currency)} ${row.currency}`,
  ),
  balances: (account: string) =>
    ledger.balances
      .filter((row) => row.account === account)
      .map((row) => `${M(row.month)} ${text(row.amount, row.currency)} ${row.currency}`),
});

const sumsOf = (ledger: Ledger): string[] =>
  ledger.postings.flatMap(({ entries }) => {
    const sums = new Map<string, bigint>();
    for (const { currency, amount } of entries)
      sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    return [...sums.values()].map(String);
  });

/** The tables after some steps, through the sixth month; that all postings balance is checked on the way. */
export const run = (steps: readonly StepOf[], options: CalculateOptions = {}) => {
  const ledger = calculate(company(...steps).book, { through: 5, ...options });
  expect(new Set(sumsOf(ledger))).toEqual(new Set(ledger.postings.length > 0 ? ['0'] : []));
  return tables(ledger);
};
