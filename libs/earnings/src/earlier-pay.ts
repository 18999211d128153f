import { Exact } from '#kernel';
import type { Entry } from './entry.js';
import { creditKey, entryLine, fixedKey, takenBackWhy } from './raw-pay.js';
import type { RawLine } from './raw-line.js';
import { fact, type Trace } from './trace.js';

type LineOf = (amount: Exact, why: Trace | undefined) => RawLine;

/**
 * What each credit came to after caps and gate in the windows before the present one. A reversal
 * takes it back as it was due, outside the caps and gates of its own window.
 */
export class EarlierPay {
  private readonly earlier = new Map<string, Exact>();
  private current = new Map<string, Exact>();

  constructor(private readonly trace: boolean) {}

  /** Notes what was due in a month of the present window. */
  note(lines: readonly RawLine[]): void {
    for (const { entry, deal, amount, what } of lines) {
      const ofDeal = what === 'fixed' && deal !== '' ? fixedKey(deal) : undefined;
      const key = entry ? creditKey(entry) : ofDeal;
      if (key === undefined) continue;
      this.current.set(key, (this.current.get(key) ?? Exact.ZERO).plus(amount));
    }
  }

  /** A new window begins: what was the present one is an earlier one. */
  turn(): void {
    if (this.current.size === 0) return;
    for (const [key, amount] of this.current) {
      this.earlier.set(key, (this.earlier.get(key) ?? Exact.ZERO).plus(amount));
    }
    this.current = new Map();
  }

  /** What reversals take back of earlier windows: the credits' pay, and once a deal's fixed sum. */
  takenBack(reversals: readonly Entry[]): RawLine[] {
    const deals = new Set<string>();
    return reversals.flatMap((entry) => {
      const { deal } = entry;
      const lines = this.take(creditKey(entry), entry, (amount, why) =>
        entryLine(entry, amount, why),
      );
      if (deals.has(deal)) return lines;
      deals.add(deal);
      const fixed: LineOf = (amount, why) => ({ deal, what: 'fixed', amount, ...(why && { why }) });
      return [...lines, ...this.take(fixedKey(deal), entry, fixed)];
    });
  }

  private take(key: string, { deal, reverses, positions }: Entry, line: LineOf): RawLine[] {
    const earned = this.earlier.get(key);
    if (!earned || earned.isZero || !reverses) return [];
    const amount = earned.times(reverses).negated();
    this.earlier.set(key, earned.plus(amount));
    const why = (): Trace => takenBackWhy(deal, reverses, fact('earned before', earned, positions));
    return [line(amount, this.trace ? why() : undefined)];
  }
}
