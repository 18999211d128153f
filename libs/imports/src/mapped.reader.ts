import { BadCell } from './filters.js';
import { columnsAsked, requireColumns, type Asked } from './columns.js';
import { readCsv } from './files.reader.js';
import { Header } from './header.js';
import type { Item } from './item.js';
import type { OnBytes } from './lines.reader.js';
import type { FileMapping, Joined, RowList } from './mapping.js';
import { BadRow, rowAsMap, RowMapper } from './row-mapper.js';
import { RowTable } from './row-table.js';
import type { Row } from './rows.js';

/** Where a file of that name is found; undefined if it is not there. */
export type Find = (name: string) => string | undefined;

/** A joined file that cannot be used, and with it none of the rows that need it. */
export class BadJoin extends Error {
  override readonly name = 'BadJoin';
}

const isList = (joined: Joined): joined is RowList => 'field' in joined;

const loadTable = async (
  joined: Joined,
  columns: readonly string[],
  find: Find,
): Promise<RowTable> => {
  const path = find(joined.file);
  if (path === undefined && isList(joined) && joined.optional) {
    return new RowTable(joined.file, new Header([joined.key]), joined.key, []);
  }
  if (path === undefined) throw new BadJoin(`${joined.file}, whose rows are needed, is not there`);
  let table: RowTable | undefined;
  try {
    for await (const { header, rows } of readCsv(path, joined.delimiter)) {
      table ??= new RowTable(joined.file, header, joined.key, columns);
      for (const { line, cells, fault } of rows) {
        const wrong = fault?.message ?? header.widthFault(cells);
        if (wrong !== undefined) throw new BadJoin(`line ${line}: ${wrong}`);
        if (joined.where?.holds(rowAsMap(header, cells)) ?? true) table.add(line, cells);
      }
    }
  } catch (error) {
    throw new BadJoin(`${joined.file}, whose rows are needed: ${(error as Error).message}`);
  }
  return table as RowTable;
};

// Two lists may name the same file in the same way; each table is kept once.
const loadTables = async ({ joined }: Asked, find: Find): Promise<Map<Joined, RowTable>> => {
  const tables = new Map<Joined, RowTable>();
  for (const [one, columns] of joined) tables.set(one, await loadTable(one, columns, find));
  return tables;
};

const shownRow = (header: Header, cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(cells.map((cell, i) => [header.names[i] ?? `(${i + 1})`, cell.slice(0, 200)]));

const faulty = (
  line: number,
  message: string,
  column?: string | number,
  row?: () => unknown,
): Item => ({
  line,
  faults: [{ code: 'Malformed', message, ...(column !== undefined && { column }) }],
  ...(row !== undefined && { row }),
});

const itemOf = (
  mapper: RowMapper,
  header: Header,
  { line, cells, fault }: Row,
): Item | undefined => {
  if (fault) return faulty(line, fault.message, fault.column);
  const row = (): unknown => shownRow(header, cells);
  const wide = header.widthFault(cells);
  if (wide !== undefined) return faulty(line, wide, undefined, row);
  try {
    const mapped = mapper.map(cells);
    return mapped && { line, step: mapped.step, columnOf: mapped.columnOf, row };
  } catch (error) {
    if (error instanceof BadCell) return faulty(line, error.message, error.column, row);
    if (!(error instanceof BadRow)) throw error;
    const faults = error.cells.map(({ column, message }) => ({
      code: 'Malformed',
      column,
      message,
    }));
    return { line, faults, row };
  }
};

/**
 * Holds rows back until the one that they name as their parent has come; what never does comes
 * last.
 */
class ParentsFirst {
  private readonly seen = new Set<string>();
  private readonly waiting = new Map<string, Row[]>();

  constructor(
    private readonly key: number,
    private readonly parent: number,
  ) {}

  *take(row: Row): Generator<Row> {
    const parent = row.cells[this.parent] ?? '';
    if (!row.fault && parent !== '' && !this.seen.has(parent)) {
      const waiting = this.waiting.get(parent);
      if (waiting) waiting.push(row);
      else this.waiting.set(parent, [row]);
      return;
    }
    yield row;
    const key = row.cells[this.key] ?? '';
    this.seen.add(key);
    const children = this.waiting.get(key) ?? [];
    this.waiting.delete(key);
    for (const child of children) yield* this.take(child);
  }

  rest(): Row[] {
    return [...this.waiting.values()].flat().sort((a, b) => a.line - b.line);
  }
}

const orderOf = ({ parentsFirst }: FileMapping, header: Header): ParentsFirst | undefined =>
  parentsFirst &&
  new ParentsFirst(header.place(parentsFirst.key), header.place(parentsFirst.parent));

/**
 * The steps that a mapping makes of the rows of a file. What makes the whole file unusable, its
 * header or a file that it is joined with, is the fault of its first line.
 */
export async function* readMapped(
  mapping: FileMapping,
  path: string,
  find: Find,
  onBytes?: OnBytes,
): AsyncGenerator<readonly Item[]> {
  try {
    const asked = columnsAsked(mapping);
    const tables = await loadTables(asked, find);
    let mapper: RowMapper | undefined;
    let order: ParentsFirst | undefined;
    const itemsOf = (header: Header, rows: Iterable<Row>): Item[] =>
      [...rows]
        .map((row) => itemOf(mapper as RowMapper, header, row))
        .filter((item) => item !== undefined);
    let last: Header | undefined;
    for await (const { header, rows } of readCsv(path, mapping.delimiter, onBytes)) {
      if (!mapper) {
        requireColumns(header, asked.own);
        mapper = new RowMapper(mapping, header, (joined) => tables.get(joined) as RowTable);
        order = orderOf(mapping, header);
      }
      last = header;
      const held = order;
      yield itemsOf(header, held ? rows.flatMap((row) => [...held.take(row)]) : rows);
    }
    if (last && order) yield itemsOf(last, order.rest());
    yield orphans(mapping, tables);
  } catch (error) {
    if (!['BadHeader', 'BadJoin', 'NotText'].includes((error as Error).name)) throw error;
    yield [faulty(1, (error as Error).message)];
  }
}

// Rows that belong to nobody were meant for somebody: they are named, not passed over.
const orphans = ({ lists, file }: FileMapping, tables: ReadonlyMap<Joined, RowTable>): Item[] =>
  lists.flatMap((list) => {
    const rows = [...(tables.get(list)?.unused() ?? [])];
    const [first] = rows;
    if (!first) return [];
    const key = `${list.key} ${JSON.stringify(first.cells[0])}`;
    const message = `${rows.length} rows of ${list.file} belong to no row of ${file}; the first, on line ${first.line}, has ${key}`;
    return [faulty(first.line, message, list.key)];
  });
