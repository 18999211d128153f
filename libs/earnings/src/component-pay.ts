import { Exact, type FiscalCalendar, type Period } from '#kernel';
import type { Compiled } from './compile.js';
import type { ComponentRun } from './component-run.js';
import { DealPay, type TermsOf } from './deal-pay.js';
import { EarlierPay } from './earlier-pay.js';
import type { Entry } from './entry.js';
import { consolidated, Gatekeeper, isMet } from './gates.js';
import type { Governing } from './governing.js';
import { Limits, type LimitMonth } from './limits.js';
import type { PayTerms, Standing } from './lookup.js';
import { payWindow, type Paid } from './pay.js';
import { inCreditOrder, type RawLine } from './raw-line.js';
import { difference, RawPay } from './raw-pay.js';
import type { Terms } from './terms.js';
import { fact } from './trace.js';

type StandingOf = (component: string, month: number) => Standing;

const NO_LINES: readonly RawLine[] = [];

interface WindowState {
  readonly period: Period;
  readonly gatekeeper: Gatekeeper;
  /** What counts in the window up to and including `through`. */
  readonly entries: Entry[];
  through: number;
  /** What each credit came to in the window before caps and gate, and what was taken back of it. */
  readonly raw: RawPay;
  paid?: Paid;
  version?: Compiled;
  isJudged: boolean;
}

/** What pay depends on in a month besides its credits, worked out as far as it is asked for. */
class MonthTerms implements PayTerms {
  readonly target: Exact;
  readonly positions: readonly number[];
  readonly trace: boolean;

  constructor(
    private readonly run: ComponentRun,
    private readonly month: number,
    readonly own: Standing,
    { target, positions }: Terms,
    private readonly standingOf: StandingOf,
  ) {
    this.target = target;
    this.positions = positions;
    this.trace = run.context.trace;
  }

  standing(component: string): Standing {
    return this.standingOf(component, this.month);
  }

  personalRate(day: number): { rate: Exact; position: number } | undefined {
    const assignment = this.run.context.assigned.on(day);
    const rate = assignment?.rates[this.run.id];
    return assignment && rate && { rate, position: assignment.position };
  }

  score(): ReturnType<PayTerms['score']> {
    return this.run.score(this.month);
  }
}

/**
 * What one component pays, month by month: pay in the window, then caps, floor and gate; exact.
 * Months are asked for in order.
 */
export class ComponentPay {
  private readonly limits: Limits;
  private readonly calendar: FiscalCalendar;
  private readonly trace: boolean;
  private window?: WindowState;
  private readonly byDeal: DealPay;
  private readonly earlier: EarlierPay;
  private readonly mayReverse: boolean;
  private readonly mayShut: boolean;
  // Up to which month deals were looked through for their floor.
  private dealsThrough: number | undefined;

  constructor(
    private readonly run: ComponentRun,
    private readonly standingOf: StandingOf,
  ) {
    const { book, trace } = run.context;
    this.calendar = book.calendar;
    this.trace = trace;
    const compiled = run.versions.map((version) => version.compiled);
    this.limits = new Limits(book.calendar, trace, compiled);
    this.earlier = new EarlierPay(trace);
    this.mayReverse = run.versions.some(
      ({
        compiled: {
          clawback: { how },
        },
      }) => how === 'reverse' || how === 'pay-only',
    );
    this.mayShut = run.versions.some(({ compiled }) => compiled.gates.length > 0);
    const termsOf: TermsOf = (governing, month, own) => this.payTerms(governing, month, own);
    this.byDeal = new DealPay(termsOf, this.mayReverse, trace);
  }

  /** The exact lines of a month, those that come to nothing left out. */
  month(month: number): readonly RawLine[] {
    const governing = this.run.governing(month);
    if (!governing) return NO_LINES;
    const state = this.windowState(governing);
    const isEnd = month === governing.every.last && this.isDetermined(governing, month);
    const raw = isEnd ? this.earned(governing, state, month) : NO_LINES;
    const earned = consolidated(raw, this.trace);
    const { compiled } = governing;
    const limited = this.limits.areNone
      ? earned
      : this.limits.apply(compiled, earned, this.limitMonth(governing, month, isEnd));
    const due = state.gatekeeper.due(limited, this.verdict(governing, state, month));
    const back =
      isEnd && this.mayReverse ? this.earlier.takenBack(this.reversalsIn(governing)) : NO_LINES;
    // Mostly no limit, gate or reversal has changed anything.
    const isChanged = due !== earned || back.length > 0;
    const whole = isChanged ? consolidated([...due, ...back], this.trace) : earned;
    // What consolidating leaves as it was is in order.
    const lines = whole === raw ? raw : inCreditOrder(whole);
    // Only what a reversal may take back has to be remembered.
    if (this.mayReverse) this.earlier.note(lines);
    return lines;
  }

  private windowState({ window, compiled }: Governing): WindowState {
    const before = this.window;
    if (before?.period.kind === window.kind && before.period.first === window.first) return before;
    this.earlier.turn();
    this.window = {
      period: window,
      gatekeeper: new Gatekeeper(compiled.gates, this.mayShut, this.trace),
      entries: [],
      through: window.first - 1,
      raw: new RawPay(this.mayReverse),
      isJudged: false,
    };
    // Where a version changes the window, what the new one covers already is not paid again.
    if (before && before.through >= window.first) this.carryOver(this.window, before.through);
    return this.window;
  }

  private carryOver(state: WindowState, through: number): void {
    for (let month = state.through + 1; month <= through; month += 1) {
      state.entries.push(...this.run.entriesIn(month));
    }
    state.through = through;
    state.paid = { pays: [], whys: [], running: Exact.ZERO, fixed: Exact.ZERO };
  }

  // Before the assignment begins and after it ends nothing is determined, unless something counts.
  private isDetermined({ every, window }: Governing, month: number): boolean {
    const last = this.run.judgedIn(window);
    if (last !== undefined && month <= last && this.run.hasBegunIn(window, month)) return true;
    for (let m = every.first; m <= every.last; m += 1) {
      if (this.run.entriesIn(m).length > 0) return true;
    }
    return false;
  }

  // ---- Pay ------------------------------------------------------------------------------

  private payTerms(governing: Governing, month: number, own: Standing): PayTerms {
    return new MonthTerms(this.run, month, own, this.run.terms(month, governing), this.standingOf);
  }

  private earned(governing: Governing, state: WindowState, month: number): readonly RawLine[] {
    return governing.compiled.window === 'deal'
      ? this.byDeal.earned(governing, month, this.run.entriesIn(month))
      : this.earnedInWindow(governing, state, month);
  }

  // Earnings of a period: cumulative at its end less cumulative at its start, both by the version
  // that computes the period.
  private earnedInWindow(governing: Governing, state: WindowState, month: number): RawLine[] {
    const { compiled } = governing;
    if (state.paid && state.version !== compiled) {
      const last = state.through;
      const terms = this.payTerms(governing, last, this.run.standingBy(governing, last));
      state.paid = payWindow(compiled, state.entries, terms);
    }
    const before = state.paid;
    const count = before?.pays.length ?? 0;
    const fixedBefore = before?.fixed ?? Exact.ZERO;
    for (; state.through < month; state.through += 1) {
      for (const entry of this.run.entriesIn(state.through + 1)) state.entries.push(entry);
    }
    const terms = this.payTerms(governing, month, this.run.standing(month));
    const paid = payWindow(compiled, state.entries, terms, before);
    state.paid = paid;
    state.version = compiled;
    const lines = state.raw.determined(state.entries, paid, before, count, this.trace);
    const fixed = paid.fixed.minus(fixedBefore);
    if (!fixed.isZero) {
      const now = paid.fixedWhy ?? fact('fixed sum', paid.fixed);
      const why = difference(now, fixedBefore);
      lines.push({ deal: '', what: 'fixed', amount: fixed, ...(this.trace && why && { why }) });
    }
    return lines;
  }

  // The reversals of a period.
  private reversalsIn({ every }: Governing): Entry[] {
    const reversals: Entry[] = [];
    for (let month = every.first; month <= every.last; month += 1) {
      reversals.push(...this.run.entriesIn(month).filter((entry) => entry.reverses));
    }
    return reversals;
  }

  // ---- Limits and gates -----------------------------------------------------------------

  private limitMonth(
    { compiled, every }: Governing,
    month: number,
    isDetermined: boolean,
  ): LimitMonth {
    const { run, calendar } = this;
    const end = calendar.endOf(month);
    return {
      month,
      isDetermined,
      target: (per) => run.targetOf(calendar.periodOf(per, month), compiled),
      floorDue: (per) => {
        const period = calendar.periodOf(per, month);
        return run.judgedIn(period) === month && run.isActiveIn(period);
      },
      end,
      cancelledOn: (deal) => run.context.book.deal(deal)?.cancelled?.on ?? Infinity,
      newDeals:
        compiled.floor?.per === 'deal' && month === every.last ? this.newDeals(month) : undefined,
    };
  }

  private newDeals(month: number): Set<string> {
    const deals = new Set<string>();
    const first = this.dealsThrough ?? (this.run.monthsWithEntries()[0] ?? month) - 1;
    for (let m = first + 1; m <= month; m += 1) {
      for (const { deal } of this.run.entriesIn(m)) if (deal !== '') deals.add(deal);
    }
    this.dealsThrough = month;
    return deals;
  }

  // A gate is judged at the end of every period; `pay` gates, and all with them, at the window's.
  private verdict(governing: Governing, state: WindowState, month: number): boolean | undefined {
    const { compiled, every, window } = governing;
    if (month !== every.last || state.isJudged) return undefined;
    // A version without a gate lets through what an earlier one held back.
    if (compiled.gates.length === 0) return state.gatekeeper.isOpen ? undefined : true;
    const isLast = this.run.judgedIn(window) === month;
    if (isLast) state.isJudged = true;
    const judged = compiled.gates.filter((gate) => isLast || !gate.pay);
    return judged.every((gate) => isMet(gate, this.standingOf(gate.component, month).attainment));
  }
}
