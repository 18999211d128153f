import type { Book } from '#crediting';
import type { Ledger } from '#ledger';
import {
  KEY_COLUMNS,
  ledgerRows,
  moneyText,
  payeeMonths,
  TABLES,
  type LedgerTable,
  type PayeeMonth,
} from '#statements';

/** A payee's lines of all tables: the table and its keys, and the values beside them as text. */
export type Lines = ReadonlyMap<string, string>;

/** A table of which lines are compared. */
export type ComparedTable = LedgerTable | 'credits';

const LEDGER: readonly LedgerTable[] = [
  'attainment',
  'earnings',
  'adjustments',
  'payable',
  'balances',
];
/** Stands between a line's table and its keys. */
export const SEPARATOR = '\n';

const noteLine = (
  lines: Map<string, string>,
  table: ComparedTable,
  cells: readonly string[],
): void => {
  const keys = cells.slice(0, KEY_COLUMNS[table]);
  lines.set([table, ...keys].join(SEPARATOR), cells.slice(keys.length).join(' ').trim());
};

const linesOf = (months: readonly PayeeMonth[], credits: Ledger['credits'], book: Book): Lines => {
  const lines = new Map<string, string>();
  if (!book.hasCalendar) return lines;
  for (const table of LEDGER)
    for (const { cells } of ledgerRows(table, months, book.calendar)) noteLine(lines, table, cells);
  for (const { deal, payee, kind, line, amount, currency } of credits) {
    noteLine(lines, 'credits', [deal, payee, kind, line, moneyText(amount, currency)]);
  }
  return lines;
};

const byPayee = <T extends { readonly payee: string }>(rows: readonly T[]): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const known = found.get(row.payee);
    if (known) known.push(row);
    else found.set(row.payee, [row]);
  }
  return found;
};

/** The lines of each payee of a ledger. */
export const linesByPayee = (ledger: Ledger, book: Book): Map<string, Lines> => {
  const [months, credits] = [byPayee(payeeMonths(ledger)), byPayee(ledger.credits)];
  return new Map(
    [...new Set([...months.keys(), ...credits.keys()])].map((payee) => [
      payee,
      linesOf(months.get(payee) ?? [], credits.get(payee) ?? [], book),
    ]),
  );
};

/** Which lines are others, gone or new. */
export const unlike = (before: Lines, after: Lines): string[] => {
  const found: string[] = [];
  for (const [key, line] of after) if (before.get(key) !== line) found.push(key);
  for (const key of before.keys()) if (!after.has(key)) found.push(key);
  return found.sort();
};

/** The names of a line's keys. */
export const keyNames = (table: ComparedTable): readonly string[] =>
  TABLES[table].slice(0, KEY_COLUMNS[table]);
