import { Exact } from '#kernel';

/** A line under a limit: what came, and what the limit lets through of it. */
interface Item<T> {
  readonly line: T;
  readonly amount: Exact;
  kept: Exact;
}

/** A line of a month after the limit: `amount` is what is let through now, beyond what was before. */
export interface Kept<T> {
  readonly line: T;
  readonly amount: Exact;
  /** Whether the limit changed it. */
  readonly isCut: boolean;
}

/**
 * The lines of one cap's period, from which a cut is taken: the last earned first. The cut is
 * always that of the whole running sum, so that what no longer exceeds the cap is given back to
 * the lines that it was taken from.
 */
export class CutLines<T> {
  private readonly items: Item<T>[] = [];
  private cut = Exact.ZERO;

  /** Adds a month's lines, and takes what the running sum now has too much. */
  add(lines: readonly T[], amountOf: (line: T) => Exact, cut: Exact): Kept<T>[] {
    const before = this.items.length;
    for (const line of lines) this.items.push({ line, amount: amountOf(line), kept: Exact.ZERO });
    const first = cut.isZero && this.cut.isZero ? before : 0;
    this.cut = cut;
    let left = cut;
    const kept: Kept<T>[] = [];
    for (let i = this.items.length - 1; i >= first; i -= 1) {
      const item = this.items[i] as Item<T>;
      const taken =
        left.sign > 0 ? Exact.min(left, Exact.max(item.amount, Exact.ZERO)) : Exact.ZERO;
      left = left.minus(taken);
      const now = item.amount.minus(taken);
      const amount = now.minus(item.kept);
      item.kept = now;
      if (i >= before || !amount.isZero) {
        kept.push({ line: item.line, amount, isCut: i < before || !taken.isZero });
      }
    }
    return kept.reverse();
  }
}
