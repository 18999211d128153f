import {
  canonicalJson,
  type Exact,
  formatDay,
  formatUnits,
  minorUnits,
  type Period,
} from '#kernel';
import type { Book } from '#crediting';
import { dispute, type Dispute, type DisputeEvent, type OpenDispute } from '#disputes';
import { explainText, type EarningsLine, type Trace } from '#earnings';
import {
  standingIn,
  type AdjustmentRow,
  type BalanceRow,
  type PayableRow,
  type Payout,
} from '#ledger';
import type { PayeeMonth } from './month-body.js';
import { nextStep, type NextStep } from './next-step.js';
import { ratioText } from './tables.js';

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

/** What a statement is made of: a payee's months, at a position that the book knows. */
export interface StatementSources {
  readonly book: Book;
  readonly position: number;
  readonly payouts: readonly Payout[];
  /** All months from `MONTHS_BEFORE` its period on. */
  readonly months: readonly PayeeMonth[];
}

const money = (amount: bigint, currency: string): Money => ({
  amount: formatUnits(amount, minorUnits(currency)),
  currency,
});

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

const isIn = (month: number, period: Period): boolean =>
  period.first <= month && month <= period.last;

const linesOf = ({ book, months }: StatementSources, period: Period): StatementLine[] =>
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

// ---- Explanations ----------------------------------------------------------------------

/** A node of an explanation: the rule, what went in, how, what came out, and the facts' positions. */
export interface ExplainNode {
  readonly rule: string;
  readonly says?: string;
  readonly formula: string;
  readonly result: string;
  readonly rounding?: string;
  readonly inputs: readonly ExplainNode[];
  readonly events: readonly number[];
}

const FORMULAS: Readonly<Record<Trace['op'], string>> = {
  fact: 'as recorded',
  sum: 'sum of the inputs',
  difference: 'first input − the others',
  product: 'product of the inputs',
  quotient: 'first input ÷ second input',
  min: 'the least of the inputs',
  max: 'the greatest of the inputs',
  round: 'the input, rounded',
};

/** The tree that explains an amount, as it is answered. */
export const explainNode = ({
  rule,
  says,
  op,
  inputs,
  scale,
  rounding,
  result,
  events,
}: Trace): ExplainNode => ({
  rule,
  ...(says !== undefined && { says }),
  formula: FORMULAS[op],
  result,
  ...(rounding && {
    rounding: scale === undefined ? rounding : `${rounding} to ${scale} decimals`,
  }),
  inputs: inputs.map(explainNode),
  events: events ?? [],
});

/** A line and why it came to its amount, as text for people. */
export const explainLine = ({ id, reason, amount, trace, events }: StatementLine): string => {
  const head = `${id}  ${amount.amount} ${amount.currency}  ${reason}  (events ${events.join(', ')})`;
  return trace ? `${head}\n${explainText(trace).replace(/^/gm, '    ')}` : head;
};
