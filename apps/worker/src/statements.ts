import { createHash } from 'node:crypto';
import { refuse, requirePayee, type Period } from '#kernel';
import {
  MONTHS_BEFORE,
  statementContent,
  statementOf,
  type KnownAt,
  type LedgerQueries,
  type PayeeMonth,
  type Statement,
} from '#statements';

/** Whose statement, of which fiscal period, as of when, and whether each line is explained. */
export interface StatementQuestion {
  readonly payee: string;
  /** The period's name, `FY2026-Q1`. */
  readonly period: string;
  /** An instant or a position of the log; now where not given. */
  readonly asOf?: string | bigint;
  readonly trace?: boolean;
}

/** Where statements are read: the running company. */
export interface StatementSources {
  readonly ledger: LedgerQueries;
  readonly followers: { position(): Promise<bigint> };
  positionOf(asOf: string | bigint | undefined): Promise<bigint | undefined>;
  knownAt(position: bigint): Promise<KnownAt>;
}

const allOf = async (payees: AsyncIterable<PayeeMonth[]>): Promise<PayeeMonth[]> => {
  const found: PayeeMonth[] = [];
  for await (const months of payees) found.push(...months);
  return found;
};

/** A fiscal period by its name; refused where there is none of that name. */
export const periodNamed = (
  book: { readonly calendar: { parse(name: string): Period | undefined } },
  name: string,
): Period =>
  book.calendar.parse(name) ??
  refuse(
    'Malformed',
    `There is no fiscal period "${name}"; valid: FY2026, FY2026-H1, FY2026-Q1, FY2026-M01.`,
  );

/** The statement of a payee, from rows, or calculated anew as of any other position, or to explain it. */
export const statementAt = async (
  company: StatementSources,
  question: StatementQuestion,
): Promise<Statement> => {
  const { payee, asOf, trace = false } = question;
  const asked = await company.positionOf(asOf);
  const known = await company.knownAt(asked ?? (await company.followers.position()));
  const { book, position, payouts } = known;
  if (!book.hasCalendar) refuse('CalendarNotDefined', 'No fiscal calendar was defined by then.');
  requirePayee(book, payee);
  const period = periodNamed(book, question.period);
  const through = await company.ledger.through();
  const isStored = asked === undefined && !trace && through !== null && period.last <= through;
  const payees = isStored
    ? company.ledger.current({
        payees: [payee],
        months: { first: period.first - MONTHS_BEFORE, last: through },
      })
    : company.ledger.calculated({ payees: [payee] }, known, trace, period.last);
  const months = await allOf(payees);
  return statementOf({ book, position: Number(position), payouts, months }, payee, period);
};

/** Names what a statement says, wherever and whenever it was read: the SHA-256 of its content. */
export const statementHash = (statement: Statement): string =>
  createHash('sha256').update(statementContent(statement)).digest('hex');
