import { Exact, minorUnits } from '#kernel';
import type { Book } from '#crediting';
import type { EarningsLine, MissingRate } from '#earnings';
import { adjustmentLines, causesOf, changedLines, type Interval } from './causes.js';
import { Changes, type Change } from './changes.js';
import {
  drawsIn,
  NO_DRAWS,
  NOTHING_CARRIED,
  settle,
  type Carried,
  type DrawMove,
} from './draws.js';
import type { View } from './origins.js';
import { payCurrency, payRate } from './pay-currency.js';
import { payableWhy } from './payable-trace.js';
import type { Payout } from './payouts.js';
import { Accounts, entriesOf, type Entry, type PostingSet } from './postings.js';
import type { AdjustmentRow, BalanceRow, EarningsRow, PayableRow } from './rows.js';

/** What the figures of a fiscal month come from. */
export interface Basis {
  readonly view: View;
  /** The last log position that they know: that of the month's closing, or none if it is open. */
  readonly position: number;
}

const BALANCES = { draw: 1n, owed: 1n, held: -1n, paid: -1n } as const;

const add = (sums: Map<string, bigint>, currency: string, amount: bigint): void => {
  sums.set(currency, (sums.get(currency) ?? 0n) + amount);
};

/** Goes through the fiscal months of one payee in order, and posts what each of them changes. */
export class PayeeLedger {
  readonly earnings: EarningsRow[] = [];
  readonly adjustments: AdjustmentRow[] = [];
  readonly payable: PayableRow[] = [];
  readonly balances: BalanceRow[] = [];
  readonly postings: PostingSet[] = [];
  readonly missingRates: MissingRate[] = [];
  private readonly accounts = new Accounts();
  private readonly changes = new Changes();
  private readonly carried = new Map<string, Carried>();
  private before: Basis | undefined;

  constructor(
    private readonly payee: string,
    private readonly basisOf: (month: number) => Basis,
    private readonly payouts: readonly Payout[],
    private readonly firstDraw: number,
    private readonly trace: boolean,
  ) {}

  /** Goes through the months from `first` to `through`. */
  run(first: number, through: number): this {
    for (let month = first; month <= through; month += 1) this.month(month);
    return this;
  }

  private month(month: number): void {
    const basis = this.basisOf(month);
    const { view } = basis;
    const currency = payCurrency(view.book, this.payee, month);
    if (currency === undefined) return;
    const released = new Map<string, bigint>([[currency, 0n]]);
    const changes = this.changes.in(month, view, currency);
    for (const change of changes) {
      this.post(month, change);
      add(released, change.currency, change.by.payable);
    }
    this.earned(month, view);
    this.adjust(month, basis, changes);
    this.convertCarried(view.book, month, currency);
    for (const [paidIn, amount] of released) {
      const mayDraw = paidIn === currency && month >= this.firstDraw;
      this.settle(view.book, month, paidIn, amount, mayDraw, changes);
    }
    this.pay(month);
    this.balance(month);
    this.before = basis;
  }

  private record(set: PostingSet): void {
    const entries = entriesOf(set.entries);
    if (entries.length === 0) return;
    this.accounts.post(entries);
    this.postings.push({ ...set, entries });
  }

  // ---- Earned, adjusted, released -------------------------------------------------------

  private post(month: number, { origin, currency, by, converted }: Change): void {
    const { plan, component, month: earnedIn, currency: kept } = origin;
    const names = { payee: this.payee, month, plan, component, origin: earnedIn };
    if (converted) {
      const { from, held, into } = converted;
      this.record({
        ...names,
        cause: 'converted',
        entries: moved('held', from, -held, currency, -into),
      });
    }
    const late = by.earned === 0n ? 'released' : 'adjusted';
    const cause = earnedIn === month ? 'earned' : late;
    this.record({ ...names, cause, entries: changed(kept, currency, by) });
  }

  private earned(month: number, view: View): void {
    for (const { plan, component, currency, lines, release } of view.inMonth(month)) {
      const names = { payee: this.payee, plan, component, month, currency };
      this.earnings.push({ ...names, amount: release.earned, lines });
    }
  }

  private adjust(month: number, { view, position }: Basis, changes: readonly Change[]): void {
    const { before } = this;
    if (!before) return;
    const interval: Interval = { after: before.position, upTo: position };
    const late = changes
      .filter(({ origin, by }) => origin.month < month && by.earned !== 0n)
      .map(({ origin, by }) => {
        const was = before.view.same(origin)?.lines ?? [];
        const is = view.same(origin)?.lines ?? [];
        return { origin, by, was, is, changed: changedLines(was, is) };
      });
    const elsewhere = (): EarningsLine[] => late.flatMap(({ changed }) => changed);
    for (const { origin, by, was, is, changed } of late) {
      const { plan, component, currency, month: belongsTo } = origin;
      this.adjustments.push({
        payee: this.payee,
        plan,
        component,
        origin: belongsTo,
        month,
        currency,
        amount: by.earned,
        lines: adjustmentLines(was, is),
        causes: causesOf(view.book, this.payee, changed, elsewhere, interval),
      });
    }
  }

  // ---- Draw, shortfall, payout ----------------------------------------------------------

  private settle(
    book: Book,
    month: number,
    currency: string,
    released: bigint,
    mayDraw: boolean,
    changes: readonly Change[],
  ): void {
    const { terms, unpaid } = mayDraw ? drawsIn(book, this.payee, month, currency) : NO_DRAWS;
    for (const { base, quote, on } of unpaid) {
      this.missingRates.push({ payee: this.payee, base, quote, on });
    }
    const before = this.carried.get(currency) ?? NOTHING_CARRIED;
    const settled = settle(released, month, terms, before, book.policy(month).rounding);
    for (const move of settled.moves) this.postDraw(month, currency, move);
    const shortfall = settled.carried.owed - before.owed;
    if (shortfall !== 0n) {
      const entries: Entry[] = [
        { account: 'owed', currency, amount: shortfall },
        { account: 'payable', currency, amount: -shortfall },
      ];
      this.record({ payee: this.payee, month, cause: 'shortfall', entries });
    }
    this.carried.set(currency, settled.carried);
    if (settled.payable === 0n) return;
    const trace = this.trace
      ? { trace: payableWhy(month, currency, changes, before, settled) }
      : {};
    this.payable.push({ payee: this.payee, month, currency, amount: settled.payable, ...trace });
  }

  private postDraw(month: number, currency: string, move: DrawMove): void {
    const { plan, kind, given, recovered } = move;
    const forGood = kind === 'guarantee' || kind === 'stipend';
    const amount = given - recovered;
    const entries: Entry[] = [
      { account: forGood ? 'commission-expense' : 'draw', currency, amount },
      { account: 'payable', currency, amount: -amount },
    ];
    this.record({ payee: this.payee, month, cause: 'draw', plan, entries });
  }

  // What is carried follows the payee into another pay currency, at the rate of the month.
  private convertCarried(book: Book, month: number, currency: string): void {
    for (const [from, { owed, draws }] of this.carried) {
      if (from === currency || (owed === 0n && draws.size === 0)) continue;
      const rate = payRate(book, from, currency, month, month);
      if (!rate) {
        const on = book.calendar.endOf(month);
        this.missingRates.push({ payee: this.payee, base: from, quote: currency, on });
        continue;
      }
      const { rounding } = book.policy(month);
      const into = (amount: bigint): bigint =>
        Exact.units(amount, minorUnits(from)).times(rate).round(minorUnits(currency), rounding);
      const known = this.carried.get(currency) ?? NOTHING_CARRIED;
      const merged = new Map(known.draws);
      const entries = moved('owed', from, owed, currency, into(owed));
      for (const [plan, owing] of draws) {
        const balance = (merged.get(plan)?.balance ?? 0n) + into(owing.balance);
        merged.set(plan, { ...owing, balance });
        entries.push(...moved('draw', from, owing.balance, currency, into(owing.balance)));
      }
      this.record({ payee: this.payee, month, cause: 'converted', entries });
      this.carried.delete(from);
      this.carried.set(currency, { owed: known.owed + into(owed), draws: merged });
    }
  }

  private pay(month: number): void {
    for (const { id, status, through, amounts, wasPaid } of this.payouts) {
      const isReversed = status === 'reversed' && wasPaid === true;
      if (through !== month || !(status === 'paid' || isReversed)) continue;
      for (const { payee, currency, amount } of amounts) {
        if (payee !== this.payee) continue;
        const entries = (paid: bigint): Entry[] => [
          { account: 'payable', currency, amount: paid },
          { account: 'paid', currency, amount: -paid },
        ];
        this.record({ payee, month, cause: 'paid', payout: id, entries: entries(amount) });
        // A reversal leaves both entries standing.
        if (!isReversed) continue;
        this.record({ payee, month, cause: 'reversed', payout: id, entries: entries(-amount) });
      }
    }
  }

  private balance(month: number): void {
    for (const account of ['draw', 'held', 'owed', 'paid'] as const) {
      for (const [currency, sum] of this.accounts.standing(account)) {
        const amount = sum * BALANCES[account];
        this.balances.push({ payee: this.payee, account, month, currency, amount });
      }
    }
  }
}

// What a change of pay is in double entry: earned in one currency, held or payable in another.
const changed = (kept: string, currency: string, by: Change['by']): Entry[] => {
  const entries: Entry[] = [
    { account: 'commission-expense', currency: kept, amount: by.earned },
    { account: 'held', currency: kept, amount: -by.unconverted },
    { account: 'held', currency, amount: -by.held },
    { account: 'payable', currency, amount: -by.payable },
  ];
  if (kept === currency) return entries;
  return [
    ...entries,
    { account: 'conversion', currency: kept, amount: by.unconverted - by.earned },
    { account: 'conversion', currency, amount: by.held + by.payable },
  ];
};

// Moves what stands in an account from one currency into another.
const moved = (
  account: Entry['account'],
  from: string,
  amount: bigint,
  currency: string,
  into: bigint,
): Entry[] => [
  { account, currency: from, amount: -amount },
  { account: 'conversion', currency: from, amount },
  { account, currency, amount: into },
  { account: 'conversion', currency, amount: -into },
];
