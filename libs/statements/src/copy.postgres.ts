import type { ClientBase } from 'pg';
import { CopyIn, escaped } from '#event-store';

/** What a column can be given: text, whole numbers, lists of texts, nothing. */
export type Cell = string | number | bigint | boolean | null | readonly string[];

const item = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const field = (cell: Cell): string => {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return escaped(cell);
  if (typeof cell === 'object') return escaped(`{${cell.map(item).join(',')}}`);
  return String(cell);
};

/** Writes many rows into a table with COPY, inside the client's transaction; gives their number. */
export const copyRows = async (
  client: ClientBase,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<number> => {
  let count = 0;
  let copy: CopyIn | undefined;
  for (const row of rows) {
    copy ??= new CopyIn(client, table, columns.join(', '));
    let text = '';
    for (let i = 0; i < row.length; i += 1) {
      text += (i === 0 ? '' : '\t') + field(row[i] as Cell);
    }
    copy.add(`${text}\n`);
    count += 1;
    if (copy.isFull) await copy.send();
  }
  await copy?.end();
  return count;
};
