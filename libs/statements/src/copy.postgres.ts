import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** What a column can be given: text, whole numbers, lists of texts, nothing. */
export type Cell = string | number | bigint | boolean | null | readonly string[];

const CHUNK = 256 * 1024;
const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

const escaped = (text: string): string =>
  NEEDS_ESCAPE.test(text)
    ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string)
    : text;

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
  let chunk = '';
  let copy: ReturnType<typeof copyFrom> | undefined;
  for (const row of rows) {
    copy ??= client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
    for (let i = 0; i < row.length; i += 1) {
      chunk += (i === 0 ? '' : '\t') + field(row[i] as Cell);
    }
    chunk += '\n';
    count += 1;
    if (chunk.length < CHUNK) continue;
    if (!copy.write(chunk)) await Promise.race([once(copy, 'drain'), finished(copy)]);
    chunk = '';
  }
  if (!copy) return 0;
  copy.end(chunk);
  await finished(copy);
  return count;
};
