import type { Pool } from 'pg';
import { rootOfLines } from '#audit';
import { canonicalJson } from '#kernel';
import { askedWith, type DraftPayout } from '#payouts';
import {
  ledgerRows,
  payableThrough,
  type KnownAt,
  type LedgerQueries,
  type PayeeMonth,
} from '#statements';
import { pin, type KnownPayout, type Pinned } from './payouts.js';

/**
 * The version of the calculation: raised when the same facts come to other figures, or to the same for other reasons. A
 * commitment says its own.
 */
export const CALCULATION_VERSION = 3;

/** Rows that know everything up to a position, and nothing more. */
export interface Rows {
  readonly pool: Pool;
  readonly ledger: LedgerQueries;
}

/** What is known at that position. */
export type KnownThen = KnownAt & { readonly payouts: readonly KnownPayout[] };

/** What a closed month commits to, beside its name. */
export interface Closed {
  /** The log position at which its figures were read: what is learned later shows as adjustments. */
  readonly position: number;
  /** Names all of its figures. */
  readonly root: string;
  /** How many figures there are. */
  readonly figures: number;
  readonly calculation: number;
}

/** What a payout draft commits to, by rows at rest; it may be nothing. */
export const draftAt = async (
  { pool, ledger }: Rows,
  known: KnownThen,
  { through, payees, holds }: DraftPayout,
): Promise<Pinned & { readonly calculation: number }> => {
  const asked = {
    through: known.book.calendar.period(through).last,
    ...(payees && { payees }),
    ...askedWith(holds),
  };
  const rowsGoTo = (await ledger.through()) ?? -Infinity;
  const payable =
    asked.through <= rowsGoTo
      ? await payableThrough(pool, asked.through, payees)
      : await ledger.ledgerOf(payees ?? known.book.payeeIds, known, { through: asked.through });
  return {
    ...pin(payable, asked, known.payouts, known.position),
    calculation: CALCULATION_VERSION,
  };
};

const TABLES = ['earnings', 'adjustments', 'payable', 'balances'] as const;

// What was paid is no figure of a month that is closed: payouts come after it.
const isClosed = (table: string, cells: readonly unknown[]): boolean =>
  table !== 'balances' || cells[1] !== 'paid';

/** The figures of some of a payee's months that closings commit to, one text each. */
export const figuresOf = (months: readonly PayeeMonth[], { book }: KnownThen): string[] =>
  TABLES.flatMap((table) =>
    ledgerRows(table, months, book.calendar)
      .filter(({ cells }) => isClosed(table, cells))
      .map(({ cells }) => canonicalJson([table, ...cells])),
  );

/** The figures of a fiscal month that its closing commits to, one text each, by payee and table. */
export const figuresAt = async (
  { ledger }: Rows,
  known: KnownThen,
  month: number,
): Promise<string[]> => {
  const asked = { months: { first: month, last: month } };
  const rowsGoTo = (await ledger.through()) ?? -Infinity;
  const payees = month <= rowsGoTo ? ledger.current(asked) : ledger.calculated(asked, known);
  const figures: string[] = [];
  for await (const months of payees) figures.push(...figuresOf(months, known));
  return figures;
};

/** What the closing of a fiscal month commits to, by rows at rest. */
export const closedAt = async (rows: Rows, known: KnownThen, month: number): Promise<Closed> => {
  const figures = await figuresAt(rows, known, month);
  const position = Number(known.position);
  return {
    position,
    root: rootOfLines(figures),
    figures: figures.length,
    calculation: CALCULATION_VERSION,
  };
};
