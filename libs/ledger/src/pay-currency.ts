import { Exact } from '#kernel';
import { stateOn, type Book } from '#crediting';

/** The currency in which a payee is paid in a fiscal month: that of its last day. */
export const payCurrency = (book: Book, payee: string, month: number): string | undefined => {
  const known = book.payee(payee);
  return known && stateOn(known, book.calendar.endOf(month)).currency;
};

/**
 * The rate at which what was earned in a month is paid: the last spot rate on or before the month's
 * last day, or the year's plan rate, as the policy of `policyMonth` says. Undefined where no rate
 * is known: the money is held, never zero.
 */
export const payRate = (
  book: Book,
  base: string,
  quote: string,
  month: number,
  policyMonth: number,
): Exact | undefined => {
  if (base === quote) return Exact.ONE;
  const use = book.policy(policyMonth).pay === 'plan' ? 'plan' : 'spot';
  return book.rate(base, quote, use, book.calendar.endOf(month));
};
