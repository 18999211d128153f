import { allocate, Exact, type FiscalCalendar } from '#kernel';
import type { Compiled, CompiledCap } from './compile.js';
import { CutLines } from './cut.js';
import { capLine, inCreditOrder, type RawLine } from './raw-line.js';
import { fact, step, type Trace } from './trace.js';

type Length = Exclude<CompiledCap['per'], 'deal'>;

interface Running {
  readonly period: number;
  /** What came in this period so far. */
  sum: Exact;
}

interface Capped extends Running {
  readonly lines: CutLines<RawLine>;
}

const total = (lines: readonly RawLine[]): Exact => Exact.sum(lines.map((line) => line.amount));

/** What limits need to know of the month they are applied in. */
export interface LimitMonth {
  readonly month: number;
  /** The target of the period of that length around the month. */
  readonly target: (per: Length) => Exact;
  /** Whether a period's floor is topped up in this month: its last, and the payee active in it. */
  readonly floorDue: (per: Length) => boolean;
  /** The last day of the month. */
  readonly end: number;
  /** The day of a deal's cancellation; without one, `Infinity`. */
  readonly cancelledOn: (deal: string) => number;
  /** Deals that had something counted since this was asked last; undefined inside a period. */
  readonly newDeals: Iterable<string> | undefined;
}

/** What a deal came to, and what it was topped up by to its floor. */
interface Floored {
  sum: Exact;
  given: Exact;
  readonly cancelledOn: number;
  isCancelled: boolean;
  /** Whether nothing of it has changed since it was topped up. */
  isDone: boolean;
}

/** The caps and the floor of one component, with the running sums that they act on. */
export class Limits {
  private readonly caps = new Map<string, Capped>();
  private readonly deals = new Map<string, Floored>();
  private dealFloor: Exact | undefined;
  private floor: Running = { period: NaN, sum: Exact.ZERO };

  constructor(
    private readonly calendar: FiscalCalendar,
    private readonly trace: boolean,
  ) {}

  /** A month's lines after every cap and the floor. */
  apply(compiled: Compiled, lines: readonly RawLine[], month: LimitMonth): readonly RawLine[] {
    let result = lines;
    compiled.caps.forEach((cap, i) => {
      result = inCreditOrder(
        cap.per === 'deal'
          ? this.capDeals(cap, i, result)
          : this.capPeriod(cap, i, cap.per, result, month),
      );
    });
    if (!compiled.floor) return result;
    return compiled.floor.per === 'deal'
      ? this.floorDeals(compiled.floor.amount, result, month)
      : this.floorPeriod(compiled.floor.amount, compiled.floor.per, result, month);
  }

  // `min(cap, E)` on the running sum of the cap's own period.
  private cut(key: string, period: number, limit: Exact, lines: readonly RawLine[]): RawLine[] {
    let capped = this.caps.get(key);
    if (!capped || capped.period !== period) {
      this.caps.set(key, (capped = { period, sum: Exact.ZERO, lines: new CutLines() }));
    }
    capped.sum = capped.sum.plus(total(lines));
    const cut = Exact.max(capped.sum.minus(limit), Exact.ZERO);
    return capped.lines
      .add(lines, (line) => line.amount, cut)
      .map(({ line, amount, isCut }) => (isCut ? capLine(line, amount, this.trace) : line));
  }

  private capPeriod(
    cap: CompiledCap,
    index: number,
    per: Length,
    lines: readonly RawLine[],
    month: LimitMonth,
  ): RawLine[] {
    if (lines.length === 0) return [];
    const limit = cap.amount ?? (cap.ofTarget as Exact).times(month.target(per));
    const period = this.calendar.periodOf(per, month.month).first;
    return this.cut(`${index} ${per}`, period, limit, lines);
  }

  private capDeals(cap: CompiledCap, index: number, lines: readonly RawLine[]): RawLine[] {
    const byDeal = new Map<string, RawLine[]>();
    for (const line of lines) {
      const own = byDeal.get(line.deal);
      if (own) own.push(line);
      else byDeal.set(line.deal, [line]);
    }
    return [...byDeal].flatMap(([deal, own]) =>
      deal === '' ? own : this.cut(`${index} deal ${deal}`, 0, cap.amount as Exact, own),
    );
  }

  private topUp(floor: Exact, sum: Exact, deal: string, given: Exact): RawLine[] {
    const due = Exact.max(floor.minus(sum), Exact.ZERO);
    const amount = due.minus(given);
    if (amount.isZero) return [];
    if (!this.trace) return [{ deal, what: 'floor', amount }];
    const why: Trace = step('difference', 'floor', [
      step('max', 'up to the floor', [
        step('difference', 'missing', [fact('floor', floor), fact('earned', sum)]),
        fact('nothing', Exact.ZERO),
      ]),
      fact('topped up before', given),
    ]);
    return [{ deal, what: 'floor', amount, why }];
  }

  private floored(deal: string, { cancelledOn }: LimitMonth): Floored {
    let found = this.deals.get(deal);
    if (!found) {
      const [sum, given, isCancelled, isDone] = [Exact.ZERO, Exact.ZERO, false, false];
      found = { sum, given, cancelledOn: cancelledOn(deal), isCancelled, isDone };
      this.deals.set(deal, found);
    }
    return found;
  }

  private floorDeals(floor: Exact, lines: readonly RawLine[], month: LimitMonth): RawLine[] {
    for (const { deal, amount } of lines) {
      if (deal === '') continue;
      const state = this.floored(deal, month);
      state.sum = state.sum.plus(amount);
      state.isDone = false;
    }
    if (!month.newDeals) return [...lines];
    for (const deal of month.newDeals) this.floored(deal, month);
    const due: string[] = [];
    for (const [deal, state] of this.deals) {
      const isCancelled = state.cancelledOn <= month.end;
      const isDone = state.isDone && state.isCancelled === isCancelled && this.dealFloor === floor;
      if (!isDone) due.push(deal);
      state.isCancelled = isCancelled;
    }
    this.dealFloor = floor;
    const added: RawLine[] = [];
    for (const deal of due.sort()) {
      const state = this.deals.get(deal) as Floored;
      const least = state.isCancelled ? state.sum : floor;
      for (const line of this.topUp(least, state.sum, deal, state.given)) {
        state.given = state.given.plus(line.amount);
        added.push(line);
      }
      state.isDone = true;
    }
    return [...lines, ...added];
  }

  private floorPeriod(
    floor: Exact,
    per: Length,
    lines: readonly RawLine[],
    month: LimitMonth,
  ): RawLine[] {
    const period = this.calendar.periodOf(per, month.month).first;
    if (this.floor.period !== period) this.floor = { period, sum: Exact.ZERO };
    this.floor.sum = this.floor.sum.plus(total(lines));
    if (!month.floorDue(per)) return [...lines];
    const added = this.topUp(floor, this.floor.sum, '', Exact.ZERO);
    for (const { amount } of added) this.floor.sum = this.floor.sum.plus(amount);
    return [...lines, ...added];
  }
}

/**
 * How much of each component a plan's cap cuts in a month: of the running sums of its period, cut
 * pro rata by largest remainder; in minor units.
 */
export const planCapCuts = (running: readonly bigint[], cap: bigint): bigint[] => {
  const sum = running.reduce((a, b) => a + b, 0n);
  if (sum <= cap) return running.map(() => 0n);
  const weights = running.map((units) => (units > 0n ? Exact.of(units) : Exact.ZERO));
  return allocate(sum - cap, weights);
};
