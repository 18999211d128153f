import { formatDay, formatUnits, minorUnits, type Period } from '#kernel';
import type { Book } from '#crediting';
import type { EarningsLine, Trace } from '#earnings';
import type { Payout } from '#ledger';
import type { PayeeMonth } from './month-body.js';

/** An amount of money as statements carry it. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** One credit's pay in one month, or what has no deal, and why it is there. */
export interface StatementLine {
  /** Names the line in its statement: `FY2026-M02.bookings.3`. */
  readonly id: string;
  readonly component: string;
  readonly month: string;
  readonly deal?: string;
  readonly line?: string;
  readonly kind?: string;
  readonly on?: string;
  readonly reason: string;
  readonly amount: Money;
  /** The log positions of the facts that it rests on. */
  readonly events: readonly number[];
  /** The tree that explains the amount; only where it was asked for. */
  readonly trace?: Trace;
}

/** What a statement is made of: a payee's months, at a position that the book knows. */
export interface StatementSources {
  readonly book: Book;
  readonly position: number;
  readonly payouts: readonly Payout[];
  /** All months from `MONTHS_BEFORE` its period on. */
  readonly months: readonly PayeeMonth[];
}

/** An amount of minor units as statements carry it. */
export const money = (amount: bigint, currency: string): Money => ({
  amount: formatUnits(amount, minorUnits(currency)),
  currency,
});

const WHAT: Readonly<Record<NonNullable<EarningsLine['what']>, string>> = {
  fixed: 'fixed sum',
  floor: 'minimum',
  reversal: 'taken back',
  manual: 'manual amount',
  override: 'on what those below earned',
  metric: 'metric',
};

/** Why a line is there, in words. */
export const reasonOf = ({ deal, line, kind, on, what, cancellation }: EarningsLine): string => {
  const of = [
    what && WHAT[what],
    cancellation && !what && 'cancellation',
    kind && `${kind} credit`,
    deal !== undefined && `of deal ${deal}${line ? `, line ${line}` : ''}`,
    on !== undefined && `on ${formatDay(on)}`,
  ];
  return of.filter(Boolean).join(' ') || 'pay without a deal';
};

// What was said of an amount by hand is why it is there.
const saidOf = (book: Book, payee: string, { what, positions: [at] }: EarningsLine): string => {
  const said = book.manualEarnings(payee).find(({ position }) => position === at);
  return what === 'manual' && said ? `: ${said.data.reason}` : '';
};

/** Whether a month lies in a period. */
export const isIn = (month: number, period: Period): boolean =>
  period.first <= month && month <= period.last;

/** The lines of the months of a period, numbered within month and component. */
export const linesOf = ({ book, months }: StatementSources, period: Period): StatementLine[] =>
  months
    .filter(({ month }) => isIn(month, period))
    .flatMap(({ month, earnings }) => {
      const name = book.calendar.monthName(month);
      const counts = new Map<string, number>();
      return earnings.flatMap(({ payee, component, currency, lines }) =>
        lines.map((line): StatementLine => {
          const number = (counts.get(component) ?? 0) + 1;
          counts.set(component, number);
          return {
            id: `${name}.${component}.${number}`,
            component,
            month: name,
            ...(line.deal !== undefined && { deal: line.deal }),
            ...(line.line && { line: line.line }),
            ...(line.kind && { kind: line.kind }),
            ...(line.on !== undefined && { on: formatDay(line.on) }),
            reason: `${reasonOf(line)}${saidOf(book, payee, line)}`,
            amount: money(line.amount, currency),
            events: line.positions,
            ...(line.trace && { trace: line.trace }),
          };
        }),
      );
    });
