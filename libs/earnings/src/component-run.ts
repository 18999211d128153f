import { Exact, type FiscalCalendar, type Period } from '#kernel';
import type { Compiled } from './compile.js';
import { Counted, type RunContext } from './counted.js';
import { intersection, lastWithin, countWithin, type DayRanges } from './day-ranges.js';
import type { Entry } from './entry.js';
import { type GoverningMonths, type Governing } from './governing.js';
import type { Standing } from './lookup.js';
import type { Attainment } from './results.js';
import type { ComponentVersion, Terms } from './terms.js';

const NOTHING: readonly Entry[] = [];

/**
 * One component of a payee's plan over time: which version governs a month, what was counted in
 * it, and where the payee stands in the window at its end. What is paid for it is another matter.
 */
export class ComponentRun {
  /** Days on which the component is assigned and in force. */
  readonly days: DayRanges;
  private readonly calendar: FiscalCalendar;
  private readonly counted: Counted;
  private readonly termsByPeriod = new Map<Compiled, Map<number, Terms>>();
  // A month is asked about several times in a row.
  private stood: { readonly month: number; readonly standing: Standing } | undefined;

  constructor(
    readonly id: string,
    readonly versions: readonly ComponentVersion[],
    /** Which version governs a month; it outlives what was counted. */
    readonly months: GoverningMonths,
    readonly context: RunContext,
  ) {
    this.calendar = context.book.calendar;
    this.days = intersection(context.assigned.days, versions);
    const versionIn = (month: number): ComponentVersion | undefined =>
      this.months.in(month)?.version;
    this.counted = new Counted(context, versions, this.days, versionIn);
  }

  private range({ first, last }: Pick<Period, 'first' | 'last'>): [number, number] {
    return [this.calendar.startOf(first), this.calendar.endOf(last)];
  }

  /** What a month's pay is determined by; nothing where the component has no version at all. */
  governing(month: number): Governing | undefined {
    return this.months.in(month);
  }

  // ---- What counts ----------------------------------------------------------------------

  /** What counts in a month, in the order of credits. */
  entriesIn(month: number): readonly Entry[] {
    const governing = this.governing(month);
    return governing ? this.counted.in(month, governing.version) : NOTHING;
  }

  /** All months in which anything counts, by any version. */
  monthsWithEntries(): number[] {
    return this.counted.months();
  }

  // ---- Where the payee stands -----------------------------------------------------------

  private readonly running = new Map<number, Exact>();

  /** The running measure of the month's window at its end. */
  measureAt(month: number): Exact {
    const known = this.running.get(month);
    if (known) return known;
    const window = this.governing(month)?.window;
    const before = window && month > window.first ? this.measureAt(month - 1) : Exact.ZERO;
    const found = before.plus(Exact.sum(this.entriesIn(month).map(({ value }) => value)));
    this.running.set(month, found);
    return found;
  }

  private termsOf(period: Period, compiled: Compiled): Terms {
    let byPeriod = this.termsByPeriod.get(compiled);
    if (!byPeriod) this.termsByPeriod.set(compiled, (byPeriod = new Map()));
    // No period has more than twelve months.
    const key = period.first * 16 + (period.last - period.first);
    let terms = byPeriod.get(key);
    if (!terms) byPeriod.set(key, (terms = this.context.assigned.terms(period, compiled)));
    return terms;
  }

  /** Quota and target that a month's earnings are held against: of the window, or to date. */
  terms(month: number, by = this.governing(month)): Terms {
    if (!by) return { target: Exact.ZERO, positions: [] };
    if (!by.compiled.toDate) return this.termsOf(by.window, by.compiled);
    let sum: Terms = { target: Exact.ZERO, positions: [] };
    const { every, window } = by;
    const length = every.last - every.first + 1;
    for (let first = window.first; first <= month; first += length) {
      const part = this.termsOf(this.calendar.periodOf(every.kind, first), by.compiled);
      sum = {
        target: sum.target.plus(part.target),
        positions: [...sum.positions, ...part.positions],
        ...((part.quota ?? sum.quota) && {
          quota: (sum.quota ?? Exact.ZERO).plus(part.quota ?? Exact.ZERO),
        }),
      };
    }
    return sum;
  }

  targetOf(period: Period, compiled: Compiled): Exact {
    return this.context.assigned.target(period, compiled).target;
  }

  /** The scores of an `objectives` component in the month's window, each with its weight. */
  score(month: number): { total: Exact; positions: number[] } {
    const governing = this.governing(month);
    const found = { total: Exact.ZERO, positions: [] as number[] };
    if (!governing?.compiled.objectives) return found;
    const window = this.calendar.name(governing.window);
    const scores = this.context.book
      .scores(this.context.assigned.payee.id)
      .filter(({ data }) => data.component === this.id && data.period === window);
    const latest = new Map(scores.map((score) => [score.data.objective, score]));
    for (const { id, weight } of governing.compiled.objectives) {
      const score = latest.get(id);
      if (!score) continue;
      found.total = found.total.plus(weight.times(Exact.from(score.data.score)));
      found.positions.push(score.position);
    }
    return found;
  }

  /** Where the payee stands at the end of a month, in that month's window. */
  standing(month: number): Standing {
    const { stood } = this;
    if (stood?.month === month) return stood.standing;
    const standing = this.standingBy(this.governing(month), month);
    this.stood = { month, standing };
    return standing;
  }

  /** Where he would stand if another version governed the month. */
  standingBy(governing: Governing | undefined, month: number): Standing {
    if (governing?.compiled.objectives) {
      return { measure: Exact.ZERO, quota: undefined, attainment: this.score(month).total };
    }
    const measure = this.measureAt(month);
    const { quota } = this.terms(month, governing);
    const attainment = quota && quota.sign > 0 ? measure.dividedBy(quota) : Exact.ZERO;
    return { measure, quota, attainment };
  }

  /** The standing as people see it: no attainment where there is no quota. */
  attainment(month: number): Attainment | undefined {
    const governing = this.governing(month);
    if (!governing) return undefined;
    const { window, compiled } = governing;
    const { measure, quota, attainment } = this.standing(month);
    if (compiled.objectives) return { window, month, attainment };
    const reached = quota && quota.sign > 0 ? attainment : undefined;
    return { window, month, measure, quota, attainment: reached };
  }

  // ---- Where it ends --------------------------------------------------------------------

  /** The month in which a period is judged: its last, or that in which the assignment's end shows. */
  judgedIn(period: Pick<Period, 'first' | 'last'>): number | undefined {
    const [start, end] = this.range(period);
    const last = lastWithin(this.days, start, end);
    if (last === undefined) return undefined;
    if (last === end) return period.last;
    const month = this.calendar.monthOf(last);
    return Math.min(period.last, this.governing(month)?.every.last ?? month);
  }

  /** Whether the component was assigned and in force on a day of a period up to a month's end. */
  hasBegunIn(period: Pick<Period, 'first' | 'last'>, month: number): boolean {
    const [start] = this.range(period);
    return countWithin(this.days, start, this.calendar.endOf(month)) > 0;
  }

  /** Whether the payee has a day in a period on which he is active and the component in force. */
  isActiveIn(period: Pick<Period, 'first' | 'last'>): boolean {
    const [start, end] = this.range(period);
    return (
      countWithin(intersection(this.context.assigned.activeDays, this.versions), start, end) > 0
    );
  }
}
