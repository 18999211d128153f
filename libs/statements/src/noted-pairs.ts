import { TextIndex } from '#kernel';

/** Two words that are stored together once, such as a payee and a currency. */
export type Pair = readonly [string, string];

/** Remembers which pairs are stored, so that a flood does not write them over and over. */
export class NotedPairs {
  private noted = new TextIndex();
  private fresh: Pair[] = [];

  /** Notes a pair; what is noted already costs next to nothing. */
  note(first: string, second: string): void {
    const known = this.noted.size;
    if (this.noted.add(`${first}\n${second}`) === known) this.fresh.push([first, second]);
  }

  /** The pairs that are to be stored now. */
  take(): Pair[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  /** What was written last may not have been kept: nothing is certain any more. */
  forget(): void {
    this.noted = new TextIndex();
    this.fresh = [];
  }
}
