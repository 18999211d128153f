/** Two words that are stored together once, such as a payee and a currency. */
export type Pair = readonly [string, string];

/** Remembers which pairs are stored, so that a flood does not write them over and over. */
export class NotedPairs {
  private readonly stored = new Set<string>();
  private readonly written = new Set<string>();

  /** The pairs of a kind that are not known to be stored; they are, once what is written now is kept. */
  fresh(kind: string, pairs: Iterable<Pair>): Pair[] {
    const found: Pair[] = [];
    for (const pair of pairs) {
      const key = `${kind}\n${pair[0]}\n${pair[1]}`;
      if (this.stored.has(key) || this.written.has(key)) continue;
      this.written.add(key);
      found.push(pair);
    }
    return found;
  }

  /** What was written last is stored. */
  keep(): void {
    for (const key of this.written) this.stored.add(key);
    this.written.clear();
  }

  /** Nothing is certain any more. */
  forget(): void {
    this.stored.clear();
    this.written.clear();
  }
}
