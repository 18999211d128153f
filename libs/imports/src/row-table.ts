import { Header } from './header.js';

/** A row of a joined file, with the line on which it stands. */
export interface JoinedRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of a joined file by their key; kept in memory, with only the columns that are asked for. */
export class RowTable {
  private readonly groups = new Map<string, JoinedRow[]>();
  private readonly used = new Set<string>();
  private readonly kept: readonly number[];
  readonly header: Header;
  private readonly key: number;

  /** Throws `BadHeader` where a column that is asked for is not there. */
  constructor(
    readonly file: string,
    full: Header,
    key: string,
    columns: readonly string[],
  ) {
    const asked = columns.flatMap((name) => {
      if (!name.endsWith('?')) return [name];
      return full.has(name.slice(0, -1)) ? [name.slice(0, -1)] : [];
    });
    const names = [...new Set([key, ...asked])];
    this.kept = names.map((name) => full.place(name));
    this.header = new Header(names);
    this.key = 0;
  }

  add(line: number, cells: readonly string[]): void {
    const kept = this.kept.map((place) => cells[place] as string);
    const key = kept[this.key] as string;
    const group = this.groups.get(key);
    if (group) group.push({ line, cells: kept });
    else this.groups.set(key, [{ line, cells: kept }]);
  }

  /** The rows of a key, in the order of the file. */
  rows(key: string): readonly JoinedRow[] {
    const rows = this.groups.get(key);
    if (rows) this.used.add(key);
    return rows ?? [];
  }

  /** Rows that nobody has asked for. */
  *unused(): Generator<JoinedRow> {
    for (const [key, rows] of this.groups) if (!this.used.has(key)) yield* rows;
  }
}
