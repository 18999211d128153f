import type { ClientBase } from 'pg';
import { CopyIn, escaped } from '#event-store';

/** What a column can be given: text, whole numbers, nothing. */
export type Cell = string | number | bigint | null;

const QUOTED = /["\\]/;
const item = (text: string): string =>
  QUOTED.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

/** A list of texts as COPY wants it. */
export const escapedList = (texts: readonly string[]): string =>
  escaped(`{${texts.map(item).join(',')}}`);

const field = (cell: Cell): string => {
  if (cell === null) return '\\N';
  return typeof cell === 'string' ? escaped(cell) : String(cell);
};

/**
 * Writes many rows into a table with COPY, inside the client's transaction: each a line of escaped
 * fields with tabs between them. Gives their number.
 */
export const copyLines = async (
  client: ClientBase,
  table: string,
  columns: readonly string[],
  lines: Iterable<string>,
): Promise<number> => {
  let count = 0;
  let copy: CopyIn | undefined;
  for (const line of lines) {
    copy ??= new CopyIn(client, table, columns.join(', '));
    copy.add(`${line}\n`);
    count += 1;
    if (copy.isFull) await copy.send();
  }
  await copy?.end();
  return count;
};

/** The same of rows cell by cell. */
export const copyRows = (
  client: ClientBase,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<number> => {
  const lines = function* (): Generator<string> {
    for (const row of rows) yield row.map(field).join('\t');
  };
  return copyLines(client, table, columns, lines());
};
