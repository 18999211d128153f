import { didYouMean } from '#kernel';

/** A file whose columns are not what they must be; the message names the column. */
export class BadHeader extends Error {
  override readonly name = 'BadHeader';
}

/** The columns of a CSV file by name. */
export class Header {
  private readonly places = new Map<string, number>();

  /** Throws `BadHeader` for a name that stands twice. */
  constructor(readonly names: readonly string[]) {
    names.forEach((name, i) => {
      const first = this.places.get(name);
      // A column without a name cannot be asked for.
      if (name === '') return;
      if (first !== undefined) {
        throw new BadHeader(
          `the column ${JSON.stringify(name)} stands twice, as number ${first + 1} and ${i + 1}`,
        );
      }
      this.places.set(name, i);
    });
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  /**
   * The place of a column; throws `BadHeader`, naming the nearest one there is, if there is no such
   * column.
   */
  place(name: string): number {
    const place = this.places.get(name);
    if (place !== undefined) return place;
    throw new BadHeader(
      `there is no column ${JSON.stringify(name)}${didYouMean(name, this.names)}; ${this.valid()}`,
    );
  }

  private valid(): string {
    const [only] = this.names;
    const other = [';', '\t', '|'].find((delimiter) => only?.includes(delimiter));
    if (this.names.length === 1 && other) {
      return `the header is one cell: is the file separated by ${JSON.stringify(other)}? Then the mapping says delimiter: ${JSON.stringify(other)}`;
    }
    return `the columns are ${this.names.join(', ')}`;
  }

  /** What is wrong with the number of cells of a row, if anything. */
  widthFault(cells: readonly string[]): string | undefined {
    const [found, expected] = [cells.length, this.names.length];
    return found === expected
      ? undefined
      : `found ${found} cells, expected ${expected} as in the header`;
  }
}
