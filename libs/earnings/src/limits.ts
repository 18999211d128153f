import { allocate, Exact, type FiscalCalendar } from '#kernel';
import { capAt, capPlaces, type CapPlace, type Compiled, type CompiledCap } from './compile.js';
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
  /** Whether earnings are determined in this month. */
  readonly isDetermined: boolean;
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

/**
 * The caps and floors of one component, with the running sums that they act on: those of whole
 * periods and deals, whatever version of the component they came by.
 */
export class Limits {
  /** Whether no version has any. */
  readonly areNone: boolean;
  private readonly places: readonly CapPlace[];
  private readonly caps = new Map<string, Capped>();
  private readonly deals = new Map<string, Floored>();
  private readonly floors = new Map<Length, Running>();
  private readonly hasDealFloor: boolean;
  private dealFloor: Exact | undefined;
  private version: Compiled | undefined;

  constructor(
    private readonly calendar: FiscalCalendar,
    private readonly trace: boolean,
    versions: readonly Compiled[],
  ) {
    this.places = capPlaces(versions.map(({ caps }) => caps));
    const pers = versions.flatMap(({ floor }) => floor?.per ?? []);
    this.hasDealFloor = pers.includes('deal');
    for (const per of pers) {
      if (per !== 'deal') this.floors.set(per, { period: NaN, sum: Exact.ZERO });
    }
    this.areNone = this.places.length === 0 && pers.length === 0;
  }

  /** A month's lines after every cap and the floor. */
  apply(compiled: Compiled, lines: readonly RawLine[], month: LimitMonth): readonly RawLine[] {
    let result = lines;
    // Where nothing came, only another version's cap can change anything.
    const isSame = !month.isDetermined || this.version === compiled;
    for (const place of this.places) {
      if (result.length === 0 && isSame) continue;
      const [{ per, nth }, cap] = [place, capAt(compiled.caps, place)];
      result = inCreditOrder(
        per === 'deal'
          ? this.capDeals(cap, nth, result)
          : this.capPeriod(cap, `${nth} ${per}`, per, result, month),
      );
    }
    if (month.isDetermined) this.version = compiled;
    const { floor } = compiled;
    if (this.hasDealFloor) {
      result = this.floorDeals(floor?.per === 'deal' ? floor.amount : undefined, result, month);
    }
    return this.floors.size === 0 ? result : this.floorPeriods(floor, result, month);
  }

  // `min(cap, E)` on the running sum of the cap's own period; without a cap all is let through.
  private cut(
    key: string,
    period: number,
    limit: Exact | undefined,
    lines: readonly RawLine[],
  ): RawLine[] {
    let capped = this.caps.get(key);
    if (!capped || capped.period !== period) {
      this.caps.set(key, (capped = { period, sum: Exact.ZERO, lines: new CutLines() }));
    }
    capped.sum = capped.sum.plus(total(lines));
    const cut = limit ? Exact.max(capped.sum.minus(limit), Exact.ZERO) : Exact.ZERO;
    return capped.lines
      .add(lines, (line) => line.amount, cut)
      .map(({ line, amount, isCut }) => (isCut ? capLine(line, amount, this.trace) : line));
  }

  private capPeriod(
    cap: CompiledCap | undefined,
    key: string,
    per: Length,
    lines: readonly RawLine[],
    month: LimitMonth,
  ): RawLine[] {
    const limit = cap && (cap.amount ?? (cap.ofTarget as Exact).times(month.target(per)));
    const period = this.calendar.periodOf(per, month.month).first;
    return this.cut(key, period, limit, lines);
  }

  private capDeals(
    cap: CompiledCap | undefined,
    nth: number,
    lines: readonly RawLine[],
  ): RawLine[] {
    const byDeal = new Map<string, RawLine[]>();
    for (const line of lines) {
      const own = byDeal.get(line.deal);
      if (own) own.push(line);
      else byDeal.set(line.deal, [line]);
    }
    return [...byDeal].flatMap(([deal, own]) =>
      deal === '' ? own : this.cut(`${nth} deal ${deal}`, 0, cap?.amount, own),
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

  private floorDeals(
    floor: Exact | undefined,
    lines: readonly RawLine[],
    month: LimitMonth,
  ): readonly RawLine[] {
    for (const { deal, amount } of lines) {
      if (deal === '') continue;
      const state = this.floored(deal, month);
      state.sum = state.sum.plus(amount);
      state.isDone = false;
    }
    if (!floor || !month.newDeals) return lines;
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

  private floorPeriods(
    floor: Compiled['floor'],
    lines: readonly RawLine[],
    month: LimitMonth,
  ): readonly RawLine[] {
    const came = total(lines);
    for (const [per, { period, sum }] of this.floors) {
      const { first } = this.calendar.periodOf(per, month.month);
      this.floors.set(per, { period: first, sum: period === first ? sum.plus(came) : came });
    }
    if (!floor || floor.per === 'deal' || !month.floorDue(floor.per)) return lines;
    const { sum } = this.floors.get(floor.per) as Running;
    const added = this.topUp(floor.amount, sum, '', Exact.ZERO);
    for (const running of this.floors.values()) running.sum = running.sum.plus(total(added));
    return [...lines, ...added];
  }
}

/**
 * How much of each component a plan's cap cuts in a month: of the running sums of its period, cut
 * pro rata by largest remainder; in minor units. Without a cap nothing is.
 */
export const planCapCuts = (running: readonly bigint[], cap: bigint | undefined): bigint[] => {
  const sum = running.reduce((a, b) => a + b, 0n);
  if (cap === undefined || sum <= cap) return running.map(() => 0n);
  const weights = running.map((units) => (units > 0n ? Exact.of(units) : Exact.ZERO));
  return allocate(sum - cap, weights);
};
