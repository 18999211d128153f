import { canonicalJson, type Exact, type Period } from '#kernel';
import type { Book } from '#crediting';
import { dispute, type Dispute, type DisputeEvent, type OpenDispute } from '#disputes';
import { standingIn, type AdjustmentRow, type BalanceRow, type PayableRow } from '#ledger';
import type { PayeeMonth } from './month-body.js';
import { nextStep, type NextStep } from './next-step.js';
import {
  isIn,
  linesOf,
  money,
  type Money,
  type StatementLine,
  type StatementSources,
} from './statement-lines.js';
import { ratioText } from './tables.js';

/** What facts that arrived late changed of a closed month. */
export interface StatementAdjustment {
  readonly component: string;
  readonly origin: string;
  readonly postedIn: string;
  /** What was earned by the component in the month that it belongs to, as that was closed, if not long ago. */
  readonly adjusts?: Money;
  readonly amount: Money;
  readonly deals: readonly { readonly deal?: string; readonly amount: string }[];
  /** The log positions of the facts that caused it. */
  readonly causes: readonly number[];
}

/** What a payee sees of a period: where he stands, what he earned and why, what he is paid. */
export interface Statement {
  readonly payee: string;
  readonly name: string;
  readonly period: string;
  /** The log position at which it is true. */
  readonly position: number;
  readonly attainment: readonly {
    readonly component: string;
    readonly period: string;
    readonly measure?: string;
    readonly quota?: string;
    readonly attainment?: string;
    /** What is to be reached next; nothing at the top. */
    readonly next?: NextStep;
  }[];
  readonly lines: readonly StatementLine[];
  readonly earned: readonly Money[];
  /** Posted in this period for earlier months. */
  readonly adjustments: readonly StatementAdjustment[];
  /** Posted later for months of this period. */
  readonly adjustedLater: readonly StatementAdjustment[];
  readonly payable: readonly { readonly period: string; readonly amount: Money }[];
  readonly balances: readonly { readonly account: string; readonly amount: Money }[];
  readonly payouts: readonly {
    readonly payout: string;
    readonly status: string;
    readonly amount: Money;
  }[];
  /** What he says is wrong with what this period shows. */
  readonly disputes: readonly {
    readonly dispute: string;
    readonly status: string;
    readonly about: OpenDispute['about'];
    readonly claim: string;
  }[];
}

/** How many months before a period its statement looks at: no window is longer. */
export const MONTHS_BEFORE = 12;

const sums = (
  amounts: readonly { readonly amount: bigint; readonly currency: string }[],
): Money[] => {
  const found = new Map<string, bigint>();
  for (const { amount, currency } of amounts)
    found.set(currency, (found.get(currency) ?? 0n) + amount);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => money(amount, currency));
};

const closedAmount = (
  months: readonly PayeeMonth[],
  { plan, component, origin, currency }: AdjustmentRow,
): Money =>
  money(
    months
      .filter(({ month }) => month === origin)
      .flatMap(({ earnings }) => earnings)
      .filter((row) => row.plan === plan && row.component === component)
      .reduce((sum, { amount }) => sum + amount, 0n),
    currency,
  );

const adjustmentOf =
  ({ book: { calendar }, months }: StatementSources, { first }: Period) =>
  (row: AdjustmentRow): StatementAdjustment => ({
    component: row.component,
    origin: calendar.monthName(row.origin),
    postedIn: calendar.monthName(row.month),
    // However many months were read, the statement says the same.
    ...(row.origin >= first - MONTHS_BEFORE && { adjusts: closedAmount(months, row) }),
    amount: money(row.amount, row.currency),
    deals: row.lines.map(({ deal, amount }) => ({
      ...(deal !== undefined && { deal }),
      amount: money(amount, row.currency).amount,
    })),
    causes: row.causes,
  });

const textOf = (number: Exact): string =>
  number.decimals() === undefined ? number.toFixed(6) : number.toText();

const attainmentOf = (
  { book, months }: StatementSources,
  period: Period,
): Statement['attainment'] => {
  const rows = months.flatMap(({ attainment }) => attainment);
  return [...new Set(rows.map(({ component }) => component))].flatMap((component) => {
    const own = rows.filter((row) => row.component === component);
    const standing = standingIn(own, period);
    if (!standing) return [];
    const { measure, quota, attainment } = standing;
    const next = nextStep(book, own, period);
    return [
      {
        component,
        period: book.calendar.name(period),
        ...(measure && { measure: textOf(measure) }),
        ...(quota && { quota: textOf(quota) }),
        ...(attainment && { attainment: ratioText(attainment) }),
        ...(next && { next }),
      },
    ];
  });
};

const disputeIn = (book: Book, id: string): Dispute | undefined =>
  book
    .facts(`dispute-${id}`)
    .reduce(
      (before, { type, data }) => dispute.evolve(before, { type, data } as DisputeEvent),
      dispute.initial,
    );

// Those about the period, about a deal that the statement shows, or about nothing that says when.
const disputesOf = (
  book: Book,
  payee: string,
  period: Period,
  lines: readonly StatementLine[],
): Statement['disputes'] => {
  const deals = new Set(lines.map(({ deal }) => deal));
  return book.idsOf('dispute').flatMap((id) => {
    if ((book.facts(`dispute-${id}`)[0]?.data as OpenDispute | undefined)?.payee !== payee)
      return [];
    const { opened, status, statement } = disputeIn(book, id) as Dispute;
    const { about, claim } = opened;
    const spoken = about.period ?? statement?.period;
    const named = spoken === undefined ? undefined : book.calendar.period(spoken);
    const isHere = named
      ? isIn(named.first, period) || isIn(period.first, named)
      : deals.has(about.deal);
    return isHere || (about.deal !== undefined && deals.has(about.deal))
      ? [{ dispute: id, status, about, claim }]
      : [];
  });
};

/** The statement of a payee for a fiscal period of any length. */
export const statementOf = (
  sources: StatementSources,
  payee: string,
  period: Period,
): Statement => {
  const { book, position, months, payouts } = sources;
  const { calendar } = book;
  const lines = linesOf(sources, period);
  const inside = months.filter(({ month }) => isIn(month, period));
  const adjustments = months.flatMap((month) => month.adjustments);
  const payable: readonly PayableRow[] = inside.flatMap((month) => month.payable);
  const balances: readonly BalanceRow[] = months
    .filter(({ month }) => month === period.last)
    .flatMap((month) => month.balances);
  return {
    payee,
    name: book.payee(payee)?.name ?? '',
    period: calendar.name(period),
    position,
    attainment: attainmentOf(sources, period),
    lines,
    earned: sums(inside.flatMap(({ earnings }) => earnings)),
    adjustments: adjustments
      .filter(({ month }) => isIn(month, period))
      .map(adjustmentOf(sources, period)),
    adjustedLater: adjustments
      .filter(({ month, origin }) => month > period.last && isIn(origin, period))
      .map(adjustmentOf(sources, period)),
    payable: payable.map(({ month, amount, currency }) => ({
      period: calendar.monthName(month),
      amount: money(amount, currency),
    })),
    balances: balances.map(({ account, amount, currency }) => ({
      account,
      amount: money(amount, currency),
    })),
    payouts: payouts
      .filter(({ through }) => isIn(through, period))
      .flatMap(({ id, status, amounts }) =>
        amounts
          .filter((item) => item.payee === payee)
          .map(({ amount, currency }) => ({ payout: id, status, amount: money(amount, currency) })),
      ),
    disputes: disputesOf(book, payee, period, lines),
  };
};

/**
 * The statement's content as bytes to hash: where it was read does not matter, only what it says; and the payee is
 * named by his id alone, so that what was issued stays what it is when his name is forgotten.
 */
export const statementContent = ({ position: _, name: _name, ...content }: Statement): string =>
  canonicalJson({ ...content, lines: content.lines.map(({ trace: _trace, ...line }) => line) });
