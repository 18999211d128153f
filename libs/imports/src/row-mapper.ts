import { Exact, parseDay } from '#kernel';
import { BadCell, type Value } from './filters.js';
import type { Header } from './header.js';
import type { FileMapping, Joined, Lookup, RowList, Tree } from './mapping.js';
import type { JoinedRow, RowTable } from './row-table.js';
import type { Cells, Template } from './template.js';

/**
 * What a row says: a step, and which column stands behind each of its fields; nothing where it is
 * left out.
 */
export interface Mapped {
  readonly step: Readonly<Record<string, unknown>>;
  /**
   * The column behind a field such as `lines[2].cost`, with its file and line where that is
   * another.
   */
  columnOf(field: string): string | undefined;
}

/** The tables of joined files, as the mapping names them. */
export type TablesOf = (joined: Joined) => RowTable;

type Content = Value | readonly Content[] | { readonly [field: string]: Content };

interface Scope {
  readonly cells: Cells;
  /** Where the row stands, if it is not the one that is mapped. */
  readonly where?: string;
}

/** Cells of one row that cannot be read: all of them. */
export class BadRow extends Error {
  override readonly name = 'BadRow';

  constructor(readonly cells: readonly BadCell[]) {
    super(cells.map(({ message }) => message).join('; '));
  }
}

// What is noted while a row is read: the column behind each field, and what is wrong.
interface Notes {
  readonly columns: Map<string, string>;
  readonly faults: Map<string, BadCell>;
}

const isEmpty = (value: Content | undefined): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** A row as conditions see it. */
export const rowAsMap = (header: Header, cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(header.names.map((name, i) => [name, cells[i] as string]));

/** Makes steps of the rows of one file. */
export class RowMapper {
  constructor(
    private readonly mapping: FileMapping,
    private readonly header: Header,
    private readonly tableOf: TablesOf,
  ) {}

  /** The step of a row; undefined where the mapping leaves it out. Throws `BadRow` or `BadCell`. */
  map(cells: readonly string[]): Mapped | undefined {
    const { mapping, header } = this;
    if (mapping.where && !this.holds(cells)) {
      // Its rows in other files belong to it, and are left out with it.
      for (const list of mapping.lists)
        this.tableOf(list).rows(this.keyOf(list, this.scope(header, cells, [])));
      return undefined;
    }
    const scope = this.scope(header, cells, mapping.lookups);
    const notes: Notes = { columns: new Map(), faults: new Map() };
    const content = (this.content(mapping.set, scope, '', notes) ?? {}) as Record<string, Content>;
    for (const list of mapping.lists) {
      const items = this.items(list, scope, notes);
      if (items.length === 0) continue;
      content[list.field] = items;
      if (list.insteadOf !== undefined) delete content[list.insteadOf];
    }
    const recorded = mapping.recorded ? this.fill(mapping.recorded, scope, notes) : '';
    if (notes.faults.size > 0) throw new BadRow([...notes.faults.values()]);
    const { columns } = notes;
    return {
      step: { [mapping.step]: content, ...(recorded !== '' && { recorded }) },
      columnOf: (field) => columns.get(field) ?? columns.get(field.replace(/\[\d+\]$/, '')),
    };
  }

  private holds(cells: readonly string[]): boolean {
    try {
      return this.mapping.where?.holds(rowAsMap(this.header, cells)) ?? true;
    } catch (error) {
      throw new BadCell(
        'where',
        `the condition cannot be evaluated: ${(error as Error).message.split('\n', 1)[0]}`,
      );
    }
  }

  private scope(
    header: Header,
    cells: readonly string[],
    lookups: readonly Lookup[],
    parent?: Scope,
    where?: string,
  ): Scope {
    const found = new Map<Lookup, Cells>();
    const own: Cells = (name, isOptional) => {
      if (header.has(name)) return cells[header.place(name)] as string;
      const dot = name.indexOf('.');
      const [prefix, column] = [name.slice(0, dot), name.slice(dot + 1)];
      const lookup = lookups.find((one) => one.name === prefix);
      if (lookup) {
        if (!found.has(lookup)) found.set(lookup, this.look(lookup, own));
        return (found.get(lookup) as Cells)(column, isOptional);
      }
      if (parent && prefix === 'row') return parent.cells(column, isOptional);
      if (isOptional) return '';
      throw new BadCell(name, `there is no column ${JSON.stringify(name)}`);
    };
    return { cells: own, ...(where !== undefined && { where }) };
  }

  private look(lookup: Lookup, cells: Cells): Cells {
    const key = String(lookup.by.fill(cells));
    const table = this.tableOf(lookup);
    const row = key === '' ? undefined : this.inForce(lookup, table, key, cells);
    if (!row && key !== '' && !lookup.optional) {
      const on = lookup.inForce ? ` in force on ${String(lookup.inForce.on.fill(cells))}` : '';
      throw new BadCell(
        nameOf(lookup.by),
        `${lookup.file} has no row with ${lookup.key} ${JSON.stringify(key)}${on}`,
      );
    }
    return (column, isOptional) =>
      isOptional && !table.header.has(column) ? '' : (row?.cells[table.header.place(column)] ?? '');
  }

  private inForce(
    lookup: Lookup,
    table: RowTable,
    key: string,
    cells: Cells,
  ): JoinedRow | undefined {
    const { inForce, file } = lookup;
    const on = inForce && String(inForce.on.fill(cells));
    if (on !== undefined && parseDay(on) === undefined) {
      throw new BadCell(
        nameOf(inForce?.on ?? lookup.by),
        `found ${JSON.stringify(on)}, expected a date such as 2026-01-31`,
      );
    }
    const rows = table.rows(key).filter(({ cells: of }) => {
      if (!inForce || on === undefined) return true;
      const to = of[table.header.place(inForce.to)] as string;
      return (of[table.header.place(inForce.from)] as string) <= on && (to === '' || on <= to);
    });
    const [first, second] = rows;
    if (first && second) {
      const what = `${lookup.key} ${JSON.stringify(key)}${on === undefined ? '' : ` in force on ${on}`}`;
      throw new BadCell(
        nameOf(lookup.by),
        `${file} has two rows with ${what}, on lines ${first.line} and ${second.line}`,
      );
    }
    return first;
  }

  private keyOf(joined: Joined, scope: Scope): string {
    return String(joined.by.fill(scope.cells));
  }

  private items(list: RowList, parent: Scope, notes: Notes): Content[] {
    const table = this.tableOf(list);
    const key = this.keyOf(list, parent);
    const items: Content[] = [];
    for (const row of key === '' ? [] : table.rows(key)) {
      const where = `${list.file}:${row.line}`;
      const scope = this.scope(table.header, row.cells, list.lookups, parent, where);
      const path = `${list.field}[${items.length}]`;
      items.push(this.content(list.set, scope, path, notes) ?? {});
    }
    const { total } = list;
    if (total && items.length > 0 && notes.faults.size === 0)
      this.addRest(list, total, parent, items);
    return items;
  }

  private addRest(
    list: RowList,
    total: NonNullable<RowList['total']>,
    parent: Scope,
    items: Content[],
  ): void {
    const text = String(total.is.fill(parent.cells));
    const [is, within] = [Exact.parse(text), Exact.from(total.within)];
    if (!is)
      throw new BadCell(
        nameOf(total.is),
        `found ${JSON.stringify(text)}, expected a decimal number such as 1234.56`,
      );
    const amounts = items.map(
      (item) => Exact.parse(String((item as { amount?: Value }).amount)) ?? Exact.ZERO,
    );
    const rest = is.minus(Exact.sum(amounts));
    if (rest.isZero) return;
    if (within.lessThan(rest.sign < 0 ? rest.negated() : rest)) {
      const sum = Exact.sum(amounts).toText();
      throw new BadCell(
        nameOf(total.is),
        `found ${text}, and its rows in ${list.file} sum to ${sum}, more than ${total.within} away`,
      );
    }
    items.push({ id: total.rest, amount: rest.toText() });
  }

  private content(tree: Tree, scope: Scope, path: string, notes: Notes): Content | undefined {
    switch (tree.is) {
      case 'constant':
        return tree.value;
      case 'template':
        notes.columns.set(path, named(nameOf(tree.template), scope));
        return this.fill(tree.template, scope, notes);
      case 'map': {
        const content: Record<string, Content> = {};
        for (const [field, of] of tree.entries) {
          const value = this.content(of, scope, path === '' ? field : `${path}.${field}`, notes);
          if (!isEmpty(value)) content[field] = value as Content;
        }
        return Object.keys(content).length > 0 ? content : undefined;
      }
      case 'list':
        return tree.items
          .map((item, i) => this.content(item, scope, `${path}[${i}]`, notes))
          .filter((item): item is Content => !isEmpty(item));
    }
  }

  private fill(template: Template, scope: Scope, { faults }: Notes): Value {
    try {
      return template.fill(scope.cells);
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      const fault = new BadCell(named(error.column, scope), error.message);
      faults.set(`${fault.column} ${fault.message}`, fault);
      return '';
    }
  }
}

const named = (column: string, { where }: Scope): string =>
  where === undefined ? column : `${column} (${where})`;

const nameOf = (template: Template): string => template.columns.join(', ');
