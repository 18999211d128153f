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
  readonly isCancelled: (deal: string) => boolean;
  /** Deals that had something counted by now. */
  readonly deals: Iterable<string>;
}

/** The caps and the floor of one component, with the running sums that they act on. */
export class Limits {
  private readonly caps = new Map<string, Capped>();
  private readonly dealSums = new Map<string, Exact>();
  private readonly topUps = new Map<string, Exact>();
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
    const why: Trace = step('difference', 'floor', [
      step('max', 'up to the floor', [
        step('difference', 'missing', [fact('floor', floor), fact('earned', sum)]),
        fact('nothing', Exact.ZERO),
      ]),
      fact('topped up before', given),
    ]);
    return [{ deal, what: 'floor', amount, ...(this.trace && { why }) }];
  }

  private floorDeals(floor: Exact, lines: readonly RawLine[], month: LimitMonth): RawLine[] {
    for (const { deal, amount } of lines) {
      if (deal !== '')
        this.dealSums.set(deal, (this.dealSums.get(deal) ?? Exact.ZERO).plus(amount));
    }
    const added: RawLine[] = [];
    for (const deal of [...month.deals].sort()) {
      const given = this.topUps.get(deal) ?? Exact.ZERO;
      const sum = this.dealSums.get(deal) ?? Exact.ZERO;
      const least = month.isCancelled(deal) ? sum : floor;
      for (const line of this.topUp(least, sum, deal, given)) {
        this.topUps.set(deal, given.plus(line.amount));
        added.push(line);
      }
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
