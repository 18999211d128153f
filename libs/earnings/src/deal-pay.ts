import { Exact } from '#kernel';
import type { Compiled } from './compile.js';
import type { Entry } from './entry.js';
import type { Governing } from './governing.js';
import type { PayTerms, Standing } from './lookup.js';
import { payWindow, type Paid } from './pay.js';
import { inCreditOrder, type RawLine } from './raw-line.js';
import { difference, entryLine, fixedKey, RawPay } from './raw-pay.js';
import { fact } from './trace.js';

/** The terms of a month's pay, for somebody who stands so. */
export type TermsOf = (governing: Governing, month: number, own: Standing) => PayTerms;

/** A deal whose pay is determined by itself: its window is the deal. */
interface DealState {
  readonly entries: Entry[];
  paid?: Paid;
  version?: Compiled;
  /** The last month in which something of it counted. */
  month: number;
}

/** Pay that each deal determines by itself, where the window of the running total is the deal. */
export class DealPay {
  private readonly deals = new Map<string, DealState>();

  constructor(
    private readonly termsOf: TermsOf,
    private readonly mayReverse: boolean,
    private readonly trace: boolean,
  ) {}

  /** What the deals of a month earn, of which these entries count in it. */
  earned(governing: Governing, month: number, counted: readonly Entry[]): readonly RawLine[] {
    const byDeal = new Map<string, Entry[]>();
    for (const entry of counted) {
      const entries = byDeal.get(entry.deal);
      if (entries) entries.push(entry);
      else byDeal.set(entry.deal, [entry]);
    }
    return inCreditOrder(
      [...byDeal].flatMap(([deal, entries]) => this.payDeal(governing, month, deal, entries)),
    );
  }

  // A deal's measure once a cancellation has taken its credit back does not undo what it reached:
  // pay and fixed sum fall by the cancellation's own part.
  private payTermsOfDeal(governing: Governing, month: number, { entries }: DealState): PayTerms {
    const measure = Exact.sum(
      entries.filter((entry) => !entry.reverses).map((entry) => entry.value),
    );
    return this.termsOf(governing, month, { measure, attainment: Exact.ZERO });
  }

  // The month takes the window's place: within it a cancellation takes back the raw pay.
  private payDeal(
    governing: Governing,
    month: number,
    deal: string,
    added: readonly Entry[],
  ): RawLine[] {
    const { compiled } = governing;
    const state = this.deals.get(deal) ?? { entries: [], month };
    this.deals.set(deal, state);
    if (state.paid && state.version !== compiled) {
      state.paid = payWindow(
        compiled,
        state.entries,
        this.payTermsOfDeal(governing, state.month, state),
      );
    }
    const before = state.paid;
    const count = before?.pays.length ?? 0;
    const fixedBefore = before?.fixed ?? Exact.ZERO;
    const kept = added.filter((entry) => !entry.reverses);
    state.entries.push(...kept);
    const paid = payWindow(
      compiled,
      state.entries,
      this.payTermsOfDeal(governing, month, state),
      before,
    );
    Object.assign(state, { paid, version: compiled, month });
    const raw = new RawPay(this.mayReverse);
    const lines = raw.determined(state.entries, paid, before, count, this.trace);
    const fixed = paid.fixed.minus(fixedBefore);
    if (!fixed.isZero) {
      const why = difference(paid.fixedWhy ?? fact('step amount', paid.fixed), fixedBefore);
      const line: RawLine = {
        deal,
        what: 'fixed',
        amount: fixed,
        ...(this.trace && why && { why }),
      };
      raw.add(fixedKey(deal), line);
      lines.push(line);
    }
    return [...lines, ...this.reversedInMonth(deal, added, raw)];
  }

  // A step's fixed sum falls in the same part as the deal's pay, once.
  private reversedInMonth(deal: string, added: readonly Entry[], raw: RawPay): RawLine[] {
    const reversals = added.filter((entry) => entry.reverses);
    const lines = reversals.map((entry) => {
      const { amount, why } = raw.reversal(entry, entry.reverses as Exact);
      return entryLine(entry, amount, this.trace ? why() : undefined);
    });
    const [first] = reversals;
    if (!first) return lines;
    const { amount, why } = raw.reversal(first, first.reverses as Exact, fixedKey(deal));
    return [...lines, { deal, what: 'fixed', amount, ...(this.trace && { why: why() }) }];
  }
}
