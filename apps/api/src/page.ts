import { HttpRefusal } from './problem.js';

/** A part of a list, and where the next one begins; null at the end. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly page: { readonly next: string | null };
}

/** Where a row stands in its list: the values of its keys. */
export type Keys = readonly string[];

const DEFAULT_LIMIT = 25;

/** A row of a list, with the keys by which the list is ordered. */
export interface Keyed<T> {
  readonly keys: Keys;
  readonly value: T;
}

/** Orders by keys, by code units. */
export const compareKeys = (a: Keys, b: Keys): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    if (a[i] !== b[i]) return (a[i] as string) < (b[i] as string) ? -1 : 1;
  }
  return a.length - b.length;
};

/** The keys after which a page begins; undefined at the beginning. */
export const keysOf = (cursor: string | undefined): Keys | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string'))
      return keys;
  } catch {
    // Refused below.
  }
  const message = 'cursor: expected the value of "next" of another page of the same list';
  throw new HttpRefusal('InvalidParameter', message, [
    { pointer: 'cursor', code: 'invalid', message },
  ]);
};

/** Takes a page from rows that come in order, without reading more of them than it needs. */
export const pageOf = async <T>(
  rows: AsyncIterable<Keyed<T>> | Iterable<Keyed<T>>,
  { limit, cursor }: { readonly limit?: string; readonly cursor?: string },
): Promise<Page<T>> => {
  const after = keysOf(cursor);
  const most = Number(limit ?? DEFAULT_LIMIT);
  const data: T[] = [];
  let last: Keys = [];
  for await (const { keys, value } of rows) {
    if (after && compareKeys(keys, after) <= 0) continue;
    if (data.length === most) {
      return { data, page: { next: Buffer.from(JSON.stringify(last)).toString('base64url') } };
    }
    data.push(value);
    last = keys;
  }
  return { data, page: { next: null } };
};
