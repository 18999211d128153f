import { Exact, type FiscalCalendar } from '#kernel';
import type { Compiled } from './compile.js';
import type { ComponentRun, Governing } from './component-run.js';
import type { Entry } from './entry.js';
import { consolidated, Gatekeeper, isMet } from './gates.js';
import { Limits, type LimitMonth } from './limits.js';
import type { PayTerms, Standing } from './lookup.js';
import { payWindow, type Paid } from './pay.js';
import type { RawLine } from './raw-line.js';
import { fact, step, type Trace } from './trace.js';

type StandingOf = (component: string, month: number) => Standing;

interface WindowState {
  readonly key: string;
  readonly gatekeeper: Gatekeeper;
  /** What counts in the window up to and including `through`. */
  readonly entries: Entry[];
  through: number;
  paid?: Paid;
  version?: Compiled;
  isJudged: boolean;
}

interface DealState {
  entries: Entry[];
  paid?: Paid;
  fixed: Exact;
  fixedBefore?: Exact;
}

const creditKey = (entry: Entry): string =>
  [entry.deal, entry.line, entry.kind, entry.payee].join('\u0000');

const difference = (now: Trace | undefined, before: Exact): Trace | undefined =>
  now && (before.isZero
    ? now
    : step('difference', 'true-up', [now, fact('determined before', before)]));

/**
 * What one component pays, month by month: pay in the window, then caps, floor and gate; exact.
 * Months are asked for in order.
 */
export class ComponentPay {
  private readonly limits: Limits;
  private readonly calendar: FiscalCalendar;
  private readonly trace: boolean;
  private window?: WindowState;
  private readonly deals = new Map<string, DealState>();
  /** What each credit came to after caps and gate in the windows before this one. */
  private readonly earlier = new Map<string, Exact>();
  private current = new Map<string, Exact>();

  constructor(private readonly run: ComponentRun, private readonly standing: StandingOf) {
    const { book, trace } = run.context;
    this.calendar = book.calendar;
    this.trace = trace;
    this.limits = new Limits(book.calendar, trace);
  }

  /** The exact lines of a month, those that come to nothing left out. */
  month(month: number): RawLine[] {
    const governing = this.run.governing(month);
    if (!governing) return [];
    const state = this.windowState(governing);
    const isEnd = month === governing.every.last && this.isDetermined(governing, month);
    const earned = isEnd ? consolidated(this.earned(governing, state, month), this.trace) : [];
    const limited = this.limits.apply(governing.compiled, earned, this.limitMonth(governing, month));
    const due = state.gatekeeper.due(limited, this.verdict(governing, state, month));
    const back = isEnd ? this.takenBackFromEarlier(governing) : [];
    const lines = consolidated([...due, ...back], this.trace);
    this.note(governing, lines);
    return lines;
  }

  private windowState({ window, compiled }: Governing): WindowState {
    const key = `${window.kind} ${window.first}`;
    if (this.window?.key === key) return this.window;
    for (const [credit, amount] of this.current) {
      this.earlier.set(credit, (this.earlier.get(credit) ?? Exact.ZERO).plus(amount));
    }
    this.current = new Map();
    const before = this.window;
    this.window = {
      key,
      gatekeeper: new Gatekeeper(compiled.gates, this.trace),
      entries: [],
      through: window.first - 1,
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
    state.paid = { key: 'another window', pays: [], whys: [], running: Exact.ZERO, fixed: Exact.ZERO };
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

  // Only what a reversal may take back has to be remembered.
  private note({ compiled }: Governing, lines: readonly RawLine[]): void {
    const { how } = compiled.clawback;
    if (how !== 'reverse' && how !== 'pay-only') return;
    for (const { entry, amount, what } of lines) {
      if (!entry || what === 'floor') continue;
      const key = creditKey(entry);
      this.current.set(key, (this.current.get(key) ?? Exact.ZERO).plus(amount));
    }
  }

  // ---- Pay ------------------------------------------------------------------------------

  private payTerms(governing: Governing, month: number, own: Standing): PayTerms {
    const { run } = this;
    const { target, positions } = run.terms(month, governing);
    return {
      own,
      target,
      positions,
      standing: (component) => this.standing(component, month),
      personalRate: (day) => {
        const assignment = run.context.assigned.on(day);
        const rate = assignment?.rates[run.id];
        return assignment && rate && { rate, position: assignment.position };
      },
      score: () => run.score(month),
      trace: this.trace,
    };
  }

  private earned(governing: Governing, state: WindowState, month: number): RawLine[] {
    return governing.compiled.window === 'deal'
      ? this.earnedByDeal(governing, month)
      : this.earnedInWindow(governing, state, month);
  }

  private standingBy(governing: Governing, month: number): Standing {
    const { quota } = this.run.terms(month, governing);
    const measure = this.run.measureAt(month);
    if (governing.compiled.objectives) return this.run.standing(month);
    const attainment = quota && quota.sign > 0 ? measure.dividedBy(quota) : Exact.ZERO;
    return { measure, attainment, ...(quota && { quota }) };
  }

  // Earnings of a period: cumulative at its end less cumulative at its start, both by the version
  // that computes the period.
  private earnedInWindow(governing: Governing, state: WindowState, month: number): RawLine[] {
    const { compiled } = governing;
    if (state.paid && state.version !== compiled) {
      const last = state.through;
      const terms = this.payTerms(governing, last, this.standingBy(governing, last));
      state.paid = payWindow(compiled, state.entries, terms);
    }
    const before = state.paid;
    const count = before?.pays.length ?? 0;
    const fixedBefore = before?.fixed ?? Exact.ZERO;
    for (; state.through < month; state.through += 1) {
      state.entries.push(...this.run.entriesIn(state.through + 1));
    }
    const terms = this.payTerms(governing, month, this.standingBy(governing, month));
    const paid = payWindow(compiled, state.entries, terms, before);
    state.paid = paid;
    state.version = compiled;
    const carried = before !== undefined && before === paid;
    const lines: RawLine[] = [];
    for (let i = carried ? count : 0; i < state.entries.length; i += 1) {
      const pay = paid.pays[i] as Exact;
      const earlier = (carried ? undefined : before?.pays[i]) ?? Exact.ZERO;
      const amount = pay.minus(earlier);
      if (amount.isZero) continue;
      lines.push(this.line(state.entries[i] as Entry, amount, difference(paid.whys[i], earlier)));
    }
    const fixed = paid.fixed.minus(fixedBefore);
    if (!fixed.isZero) {
      const now = paid.fixedWhy ?? fact('fixed sum', paid.fixed);
      const why = difference(now, fixedBefore);
      lines.push({ deal: '', what: 'fixed', amount: fixed, ...(this.trace && why && { why }) });
    }
    return lines;
  }

  private line(entry: Entry, amount: Exact, why: Trace | undefined): RawLine {
    return {
      deal: entry.deal,
      entry,
      amount,
      ...(entry.reverses && { what: 'reversal' }),
      ...(why && { why }),
    };
  }

  private earnedByDeal(governing: Governing, month: number): RawLine[] {
    const byDeal = new Map<string, Entry[]>();
    for (const entry of this.run.entriesIn(month)) {
      byDeal.set(entry.deal, [...(byDeal.get(entry.deal) ?? []), entry]);
    }
    return [...byDeal].flatMap(([deal, entries]) => this.payDeal(governing, month, deal, entries));
  }

  private payDeal(
    governing: Governing, month: number, deal: string, added: readonly Entry[],
  ): RawLine[] {
    const { compiled } = governing;
    const state = this.deals.get(deal) ?? { entries: [], fixed: Exact.ZERO };
    this.deals.set(deal, state);
    const before = state.paid;
    const count = before?.pays.length ?? 0;
    state.entries.push(...added);
    const measure = Exact.sum(state.entries.map((entry) => entry.value));
    const own: Standing = { measure, attainment: Exact.ZERO };
    const paid = payWindow(compiled, state.entries, this.payTerms(governing, month, own), before);
    state.paid = paid;
    const carried = before !== undefined && before === paid;
    const lines: RawLine[] = [];
    for (let i = carried ? count : 0; i < state.entries.length; i += 1) {
      const earlier = (carried ? undefined : before?.pays[i]) ?? Exact.ZERO;
      const amount = (paid.pays[i] as Exact).minus(earlier);
      if (amount.isZero) continue;
      lines.push(this.line(state.entries[i] as Entry, amount, difference(paid.whys[i], earlier)));
    }
    const due = this.fixedOfDeal(governing, month, state);
    const fixed = due.minus(state.fixed);
    if (!fixed.isZero) {
      const why = difference(fact('step amount', due), state.fixed);
      lines.push({ deal, what: 'fixed', amount: fixed, ...(this.trace && why && { why }) });
    }
    state.fixed = due;
    return lines;
  }

  // A reversal takes back a step's fixed sum in the same part as the deal's pay.
  private fixedOfDeal(governing: Governing, month: number, state: DealState): Exact {
    const reversal = state.entries.find((entry) => entry.reverses);
    const reverses = reversal?.reverses;
    if (!reverses) return (state.paid as Paid).fixed;
    const standing = state.entries.filter((entry) => !entry.reverses);
    const measure = Exact.sum(standing.map((entry) => entry.value));
    const own: Standing = { measure, attainment: Exact.ZERO };
    const paid = payWindow(governing.compiled, standing, this.payTerms(governing, month, own));
    return paid.fixed.times(Exact.ONE.minus(reverses));
  }

  // What a deal earned in earlier windows is taken back as it was due, outside caps and gate.
  private takenBackFromEarlier({ compiled, every }: Governing): RawLine[] {
    if (compiled.window === 'deal') return [];
    const lines: RawLine[] = [];
    for (let month = every.first; month <= every.last; month += 1) {
      for (const entry of this.run.entriesIn(month)) {
        const earned = entry.reverses && this.earlier.get(creditKey(entry));
        if (!earned || !entry.reverses) continue;
        const part = entry.reverses.negated();
        const why = step('product', 'clawback', [
          fact('part taken back', part, [], `cancellation of deal ${entry.deal}`),
          fact('earned before', earned, entry.positions),
        ]);
        lines.push(this.line(entry, earned.times(part), this.trace ? why : undefined));
        this.earlier.set(creditKey(entry), earned.plus(earned.times(part)));
      }
    }
    return lines;
  }

  // ---- Limits and gates -----------------------------------------------------------------

  private limitMonth({ compiled }: Governing, month: number): LimitMonth {
    const { run, calendar } = this;
    const end = calendar.endOf(month);
    return {
      month,
      target: (per) => run.targetOf(calendar.periodOf(per, month), compiled),
      floorDue: (per) => {
        const period = calendar.periodOf(per, month);
        return run.judgedIn(period) === month && run.isActiveIn(period);
      },
      isCancelled: (deal) => {
        const cancelled = run.context.book.deal(deal)?.cancelled;
        return cancelled !== undefined && cancelled.on <= end;
      },
      deals: compiled.floor?.per === 'deal' ? this.dealsUpTo(month) : [],
    };
  }

  private dealsUpTo(month: number): Set<string> {
    const deals = new Set<string>();
    for (const m of this.run.monthsWithEntries()) {
      if (m > month) break;
      for (const { deal } of this.run.entriesIn(m)) if (deal !== '') deals.add(deal);
    }
    return deals;
  }

  // A gate is judged at the end of every period; `pay` gates, and all with them, at the window's.
  private verdict(governing: Governing, state: WindowState, month: number): boolean | undefined {
    const { compiled, every, window } = governing;
    if (compiled.gates.length === 0) return undefined;
    if (month !== every.last || state.isJudged) return undefined;
    const isLast = this.run.judgedIn(window) === month;
    if (isLast) state.isJudged = true;
    const judged = compiled.gates.filter((gate) => isLast || !gate.pay);
    return judged.every((gate) => isMet(gate, this.standing(gate.component, month).attainment));
  }
}
