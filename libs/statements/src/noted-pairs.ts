/** Two words that are stored together once, such as a payee and a currency. */
export type Pair = readonly [string, string];

/** Remembers which pairs are stored, so that a flood does not write them over and over. */
export class NotedPairs {
  // Of payees there may be many, and nearly all are stored with one word only.
  private readonly noted = new Map<string, string | Set<string>>();
  private fresh: Pair[] = [];

  /** Notes a pair; what is noted already costs next to nothing. */
  note(first: string, second: string): void {
    const known = this.noted.get(first);
    if (known === second || (known instanceof Set && known.has(second))) return;
    if (known === undefined) this.noted.set(first, second);
    else if (known instanceof Set) known.add(second);
    else this.noted.set(first, new Set([known, second]));
    this.fresh.push([first, second]);
  }

  /** The pairs that are to be stored now. */
  take(): Pair[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  /** What was written last may not have been kept: nothing is certain any more. */
  forget(): void {
    this.noted.clear();
    this.fresh = [];
  }
}
