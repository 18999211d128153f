import { Exact } from '#kernel';
import type { Entry } from './entry.js';
import type { Paid } from './pay.js';
import type { RawLine } from './raw-line.js';
import { fact, step, type Trace } from './trace.js';

/** What tells one credit from another when its pay is taken back, whatever window it is in. */
export const creditKey = (entry: Entry): string =>
  [entry.deal, entry.line, entry.kind, entry.payee].join('\u0000');

/** A deal's own fixed sum, as it is taken back. */
export const fixedKey = (deal: string): string => `${deal}\u0000fixed sum`;

/** Why an amount is what it is beyond what was determined before. */
export const difference = (now: Trace | undefined, before: Exact): Trace | undefined =>
  now &&
  (before.isZero ? now : step('difference', 'true-up', [now, fact('determined before', before)]));

/** The line of one credit. */
export const entryLine = (entry: Entry, amount: Exact, why: Trace | undefined): RawLine => ({
  deal: entry.deal,
  entry,
  what: entry.reverses && 'reversal',
  amount,
  why,
});

/** A reversal's part of what was earned. */
export const takenBackWhy = (deal: string, part: Exact, earned: Trace): Trace =>
  step('product', 'clawback', [
    fact('part taken back', part.negated(), [], `cancellation of deal ${deal}`),
    earned,
  ]);

/**
 * What the credits of a window really earned before caps and gate, whatever versions of the plan
 * determined it: a reversal inside the window takes that back.
 */
export class RawPay {
  // Most windows, and most deals, have nothing to take back.
  private earned: Map<string, RawLine[]> | undefined;
  private taken: Map<string, Exact> | undefined;

  /** Only what a reversal may take back has to be remembered. */
  constructor(private readonly remember: boolean) {}

  add(key: string, line: RawLine): void {
    if (!this.remember) return;
    this.earned ??= new Map();
    const lines = this.earned.get(key);
    if (lines) lines.push(line);
    else this.earned.set(key, [line]);
  }

  /** What a reversal takes back now of a credit's pay, beyond what it took before. */
  reversal(entry: Entry, part: Exact, key = creditKey(entry)): { amount: Exact; why: () => Trace } {
    const lines = this.earned?.get(key) ?? [];
    this.taken ??= new Map();
    const before = this.taken.get(key) ?? Exact.ZERO;
    const now = Exact.sum(lines.map((line) => line.amount))
      .times(part)
      .negated();
    this.taken.set(key, now);
    const why = (): Trace => {
      const earned = lines.map((line) => line.why ?? fact('earned', line.amount));
      const whole = takenBackWhy(entry.deal, part, step('sum', 'earned by the deal', earned));
      return difference(whole, before) as Trace;
    };
    return { amount: now.minus(before), why };
  }

  /** What credits earn now beyond what was determined `before`, which had the first `count`. */
  determined(
    entries: readonly Entry[],
    paid: Paid,
    before: Paid | undefined,
    count: number,
    trace: boolean,
  ): RawLine[] {
    const carried = before !== undefined && before === paid;
    const lines: RawLine[] = [];
    for (let i = carried ? count : 0; i < entries.length; i += 1) {
      const entry = entries[i] as Entry;
      if (entry.reverses) {
        const { amount, why } = this.reversal(entry, entry.reverses);
        if (!amount.isZero) lines.push(entryLine(entry, amount, trace ? why() : undefined));
        continue;
      }
      const earlier = (carried ? undefined : before?.pays[i]) ?? Exact.ZERO;
      const pay = paid.pays[i] as Exact;
      const amount = earlier === Exact.ZERO ? pay : pay.minus(earlier);
      if (amount.isZero) continue;
      const line = entryLine(entry, amount, trace ? difference(paid.whys[i], earlier) : undefined);
      if (this.remember) this.add(creditKey(entry), line);
      lines.push(line);
    }
    return lines;
  }
}
