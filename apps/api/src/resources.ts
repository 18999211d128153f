import { Injectable } from '@nestjs/common';
import { kinds } from '#kernel';
import type { Exchange } from './exchange.js';
import { NOUNS, resourcesOf, type Noun, type NounName } from './nouns.js';
import { keysOf, pageOf, type Keyed, type Page } from './page.js';
import { asOf, cursor, limit, position, readPath, readQuery, type Allowed } from './parameters.js';
import { notFound, Reader, type Visible } from './reader.js';

type Value = Readonly<Record<string, unknown>>;

const FILTERS: Readonly<Record<string, kinds.Scalar>> = {
  period: kinds.period,
  overdue: kinds.oneOf(['true', 'false']),
};

/** The query parameters of a list of a noun. */
export const listQuery = (name: NounName): Allowed => ({
  limit,
  cursor,
  after: position,
  asOf,
  ...Object.fromEntries(NOUNS[name].filters.map((filter) => [filter, FILTERS[filter] ?? kinds.id])),
});

/** The query parameters of one thing. */
export const ITEM_QUERY = { after: position, asOf } as const satisfies Allowed;

/** The payee whom a resource belongs to; none where it is everybody's. */
const payeeOf = (name: NounName, id: string, value: Value): unknown =>
  name === 'payees' ? id : value['payee'];

/** Lists and shows the nouns that are kept in the book. */
@Injectable()
export class Resources {
  constructor(private readonly reader: Reader) {}

  async list(name: NounName, { request }: Exchange): Promise<Page<Value>> {
    const query: Readonly<Record<string, string | undefined>> = readQuery(
      listQuery(name),
      request.query,
    );
    await this.reader.wait(query);
    const { book, day } = await this.reader.view(query);
    const visible = await this.reader.visible(request, query);
    const { limit: most, cursor: from, after: _after, asOf: _asOf, ...filters } = query;
    const { payee } = filters;
    if (payee !== undefined && visible !== 'all' && !visible.has(payee)) notFound('payee', payee);
    const rows = resourcesOf(NOUNS[name], book, day, keysOf(from)?.[0]);
    return pageOf(keyed(name, rows, visible, filters), {
      ...(most && { limit: most }),
      ...(from && { cursor: from }),
    });
  }

  async item(name: NounName, noun: string, { request, response }: Exchange): Promise<Value> {
    const query = readQuery(ITEM_QUERY, request.query);
    await this.reader.wait(query);
    const { book, day } = await this.reader.view(query);
    const [id] = Object.values(readPath(request.params)) as [string];
    const { category, resources }: Noun = NOUNS[name];
    const [found] = resources(book.facts(`${category}-${id}`), id, day);
    if (!found || found.value.position === 0) return notFound(noun, id);
    const payee = payeeOf(name, id, found.value);
    if (typeof payee === 'string')
      await this.reader.requireVisible(request, payee, noun, id, query);
    response.setHeader('ETag', `"${found.value.position}"`);
    return found.value;
  }
}

// What a query says is text.
const textOf = (value: unknown): unknown => (typeof value === 'boolean' ? String(value) : value);

function* keyed(
  name: NounName,
  rows: ReturnType<typeof resourcesOf>,
  visible: Visible,
  filters: Readonly<Record<string, string | undefined>>,
): Generator<Keyed<Value>> {
  const wanted = Object.entries(filters);
  for (const { id, key, value } of rows) {
    const of = value as Value;
    if (visible !== 'all' && !visible.has(String(payeeOf(name, id, of)))) continue;
    if (wanted.some(([field, expected]) => textOf(of[field]) !== expected)) continue;
    yield { keys: [id, key], value };
  }
}
