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
    if (currency === undefined) {
      // Nobody knew the payee when the month was closed: what it comes to since then is late.
      this.before = basis;
      return;
    }
    let released = 0n;
    // Pay that could not follow its payee into this currency.
    const elsewhere = new Map<string, bigint>();
    const changes = this.changes.in(month, view, currency);
    for (const change of changes) {
      this.post(month, change);
      if (change.currency === currency) released += change.by.payable;
      else add(elsewhere, change.currency, change.by.payable);
    }
    this.earned(month, view);
    this.adjust(month, basis, changes);
    this.convertCarried(view.book, month, currency);
    this.settle(view.book, month, currency, released, month >= this.firstDraw, changes);
    for (const [paidIn, amount] of elsewhere) {
      this.settle(view.book, month, paidIn, amount, false, changes);
    }
    this.pay(month);
    this.balance(month);
    this.before = basis;
  }

  // Notes a posting, of entries that are gathered.
  private record(set: PostingSet): void {
    if (set.entries.length === 0) return;
    this.accounts.post(set.entries);
    this.postings.push(set);
  }

  // ---- Earned, adjusted, released -------------------------------------------------------

  private post(month: number, { origin, currency, by, converted }: Change): void {
    const { payee } = this;
    const { plan, component, month: earnedIn, currency: kept } = origin;
    if (converted) {
      const { from, held, into } = converted;
      const entries = entriesOf(moved('held', from, -held, currency, -into));
      const cause = 'converted';
      this.record({ payee, month, plan, component, origin: earnedIn, cause, entries });
    }
    const late = by.earned === 0n ? 'released' : 'adjusted';
    const cause = earnedIn === month ? 'earned' : late;
    const entries = changed(kept, currency, by);
    this.record({ payee, month, plan, component, origin: earnedIn, cause, entries });
  }

  private earned(month: number, view: View): void {
    const { payee } = this;
    for (const { plan, component, currency, lines, release } of view.inMonth(month)) {
      const amount = release.earned;
      this.earnings.push({ payee, plan, component, month, currency, amount, lines });
    }
  }

  private adjust(month: number, { view, position }: Basis, changes: readonly Change[]): void {
    const { before } = this;
    if (!before || !changes.some(({ origin }) => origin.month < month)) return;
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
    const settled = settle(released, month, terms, before, () => book.policy(month).rounding);
    for (const move of settled.moves) this.postDraw(month, currency, move);
    const shortfall = settled.carried.owed - before.owed;
    if (shortfall !== 0n) {
      const entries = between('owed', 'payable', currency, shortfall);
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
    const account = forGood ? 'commission-expense' : 'draw';
    const entries = between(account, 'payable', currency, given - recovered);
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
      this.record({ payee: this.payee, month, cause: 'converted', entries: entriesOf(entries) });
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
        const entries = (paid: bigint): Entry[] => between('payable', 'paid', currency, paid);
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

// From one account to another.
const between = (
  to: Entry['account'],
  from: Entry['account'],
  currency: string,
  amount: bigint,
): Entry[] =>
  amount === 0n
    ? []
    : [
        { account: to, currency, amount },
        { account: from, currency, amount: -amount },
      ];

// What a change of pay is in double entry: earned in one currency, held or payable in another.
const changed = (kept: string, currency: string, by: Change['by']): Entry[] => {
  const { earned, unconverted, held, payable } = by;
  // Mostly all of it is payable at once, in the currency in which it was earned.
  if (kept === currency && unconverted === 0n && held === 0n) {
    return between('commission-expense', 'payable', currency, earned);
  }
  const entries: Entry[] = [
    { account: 'commission-expense', currency: kept, amount: earned },
    { account: 'held', currency: kept, amount: -unconverted },
    { account: 'held', currency, amount: -held },
    { account: 'payable', currency, amount: -payable },
  ];
  if (kept === currency) return entriesOf(entries);
  return entriesOf([
    ...entries,
    { account: 'conversion', currency: kept, amount: unconverted - earned },
    { account: 'conversion', currency, amount: held + payable },
  ]);
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
