import type { Period } from '#kernel';
import {
  ledgerRows,
  monthsNeeded,
  type LedgerTable,
  type TableName,
  type TableRow,
} from '#statements';
import type { AsOf, OpenCompany } from './company.js';

/** Which rows of a table somebody wants to see; everybody's, of every month or window, where not said. */
export interface TableQuestion {
  readonly period?: Period;
  readonly payee?: string;
  readonly asOf?: AsOf;
}

const isOfDeals = (table: TableName): table is 'credits' | 'uncredited' =>
  table === 'credits' || table === 'uncredited';

// The last rows know, or what was known at the position asked for.
async function* ofDeals(
  company: OpenCompany,
  table: 'credits' | 'uncredited',
  { period, payee, asOf }: TableQuestion,
): AsyncGenerator<TableRow> {
  const position = await company.positionOf(asOf);
  const known = await company.knownAt(position ?? (await company.followers.position()));
  if (!known.book.hasCalendar) return;
  const { calendar } = known.book;
  const question = { calendar, ...(period && { period }), ...(payee !== undefined && { payee }) };
  const { credits } = company;
  if (position === undefined)
    yield* table === 'credits' ? credits.current(question) : credits.uncredited(question);
  else if (table === 'credits') yield* credits.calculated(question, known);
  else yield* credits.uncreditedAt(question, known, await company.ledger.missingAt(known));
}

async function* ofPayees(
  company: OpenCompany,
  table: LedgerTable,
  { period, payee, asOf }: TableQuestion,
): AsyncGenerator<TableRow> {
  const position = await company.positionOf(asOf);
  const known = await company.knownAt(position ?? (await company.followers.position()));
  if (!known.book.hasCalendar) return;
  const question = {
    ...(payee !== undefined && { payees: [payee] }),
    ...(period && { months: monthsNeeded(table, period) }),
  };
  // Rows end with the fiscal year of the latest activity; what lies beyond is calculated when it is asked for.
  const isStored =
    position === undefined &&
    (period?.last ?? -Infinity) <= ((await company.ledger.through()) ?? -1);
  const payees = isStored
    ? company.ledger.current(question)
    : company.ledger.calculated(question, known);
  const { calendar } = known.book;
  for await (const months of payees)
    yield* ledgerRows(table, months, calendar, period && { period });
}

/** A table of the language, row by row, ordered by its keys, from rows or as of any position of the log. */
export const tableOf = (
  company: OpenCompany,
  table: TableName,
  question: TableQuestion,
): AsyncGenerator<TableRow> =>
  isOfDeals(table) ? ofDeals(company, table, question) : ofPayees(company, table, question);
