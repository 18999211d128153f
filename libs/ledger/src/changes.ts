import { originKey, type Origin, type Standing, type View } from './origins.js';

/** What a month changes of the pay of one component and month of origin. */
export interface Change {
  readonly origin: Origin;
  /** The currency that it is paid in. */
  readonly currency: string;
  /** What is added to where it stood at the end of the month before. */
  readonly by: Standing;
  /** What of it had become payable by the end of the month before, in the same currency. */
  readonly paidBefore: bigint;
  /** What is held, where it passes from one pay currency to another. */
  readonly converted?: { readonly from: string; readonly held: bigint; readonly into: bigint };
}

const NOTHING: Standing = { earned: 0n, unconverted: 0n, held: 0n, payable: 0n };

const difference = (a: Standing, b: Standing): Standing => ({
  earned: a.earned - b.earned,
  unconverted: a.unconverted - b.unconverted,
  held: a.held - b.held,
  payable: a.payable - b.payable,
});

const isNothing = ({ earned, unconverted, held, payable }: Standing): boolean =>
  earned === 0n && unconverted === 0n && held === 0n && payable === 0n;

/**
 * Follows the pay of one payee through the months: each month's view, less what the month before
 * said by its own view. What later facts changed of closed months thereby shows in the first month
 * that was not closed yet.
 */
export class Changes {
  private before: View | undefined;
  private currency = '';
  // Pay that could not follow its payee into another currency, for want of a rate.
  private readonly left = new Map<string, string>();

  /** What a month changes; months are asked for in order. */
  in(month: number, view: View, currency: string): Change[] {
    const { before } = this;
    const changes: Change[] = [];
    const note = (was: Origin | undefined, is: Origin | undefined): void => {
      const change = this.change(month, was, is, currency);
      if (!isNothing(change.by) || change.converted) changes.push(change);
    };
    const same = before === view && currency === this.currency;
    for (const now of view.origins) {
      if (now.month > month) break;
      if (now.month === month) note(undefined, now);
      // One that is released at once changes only once.
      else if (!same || !now.release.atOnce) note(before === view ? now : before?.same(now), now);
    }
    if (before && before !== view) {
      for (const was of before.origins) {
        if (was.month >= month) break;
        if (!view.same(was)) note(was, undefined);
      }
    }
    this.before = view;
    this.currency = currency;
    return changes;
  }

  private change(
    month: number,
    before: Origin | undefined,
    now: Origin | undefined,
    currency: string,
  ): Change {
    const origin = (now ?? before) as Origin;
    if (!before) {
      return { origin, currency, by: origin.standing(month, currency), paidBefore: 0n };
    }
    const key = originKey(origin);
    const paidIn = this.left.get(key) ?? this.currency;
    const was = before.standing(month - 1, paidIn);
    if (paidIn === currency || was.unconverted !== 0n) {
      const by = difference(now?.standing(month, currency) ?? NOTHING, was);
      return { origin, currency, by, paidBefore: was.payable };
    }
    const target =
      before.converts(currency) && (!now || now.converts(currency)) ? currency : paidIn;
    const start = before.standing(month - 1, target);
    const by = difference(now?.standing(month, target) ?? NOTHING, start);
    const change = { origin, currency: target, by, paidBefore: start.payable };
    if (target === paidIn) {
      this.left.set(key, paidIn);
      return change;
    }
    this.left.delete(key);
    if (was.held === 0n && start.held === 0n) return change;
    return { ...change, converted: { from: paidIn, held: was.held, into: start.held } };
  }
}
