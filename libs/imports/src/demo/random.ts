/**
 * Chance that is the same every time: numbers drawn one after the other from a seed. Mulberry32,
 * whole numbers of 32 bits only, so that every machine draws the same.
 */
export class Chance {
  constructor(private state: number) {}

  /** A whole number from 0 to below `n`. */
  below(n: number): number {
    return Math.floor((this.next() / 4294967296) * n);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Whether something happens that happens so many times in a thousand. */
  inThousand(n: number): boolean {
    return this.below(1000) < n;
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
}
