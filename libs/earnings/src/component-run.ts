import { Exact, type FiscalCalendar, type Period, type PeriodKind } from '#kernel';
import { creditsIn, type Book } from '#crediting';
import type { Compiled } from './compile.js';
import { includes, intersection, lastWithin, countWithin, type DayRanges } from './day-ranges.js';
import { dealEntries } from './entries.js';
import { inOrder, type Entry, type Scope } from './entry.js';
import { manualEntries, metricEntries } from './other-entries.js';
import type { Standing } from './lookup.js';
import type { Attainment, MissingRate } from './results.js';
import type { Assigned, ComponentVersion, Terms } from './terms.js';

/** What the component's pay in a fiscal month is determined by. */
export interface Governing {
  readonly version: ComponentVersion;
  readonly compiled: Compiled;
  /** The period at whose end earnings are determined. */
  readonly every: Period;
  /** The window of the running total; for a deal window, the month. */
  readonly window: Period;
}

/** What a run needs from outside its own component. */
export interface RunContext {
  readonly book: Book;
  readonly assigned: Assigned;
  readonly currency: string;
  readonly trace: boolean;
  readonly missing: (rate: MissingRate) => void;
  /** What everybody below earned in a month, for overrides on earnings. */
  readonly earnedBelow: (scope: Scope, month: number) => Entry[];
}

const kindOf = (window: Compiled['window']): PeriodKind => (window === 'deal' ? 'month' : window);

/**
 * One component of a payee's plan over time: which version governs a month, what was counted in
 * it, and where the payee stands in the window at its end. What is paid for it is another matter.
 */
export class ComponentRun {
  /** Days on which the component is assigned and in force. */
  readonly days: DayRanges;
  private readonly calendar: FiscalCalendar;
  private readonly entriesByVersion = new Map<ComponentVersion, Map<number, Entry[]>>();
  private readonly scopes = new Map<ComponentVersion, Scope>();
  private readonly termsByPeriod = new Map<string, Terms>();
  private readonly governingMonths = new Map<number, Governing | null>();

  constructor(
    readonly id: string,
    readonly versions: readonly ComponentVersion[],
    readonly context: RunContext,
  ) {
    this.calendar = context.book.calendar;
    this.days = intersection(context.assigned.days, versions);
  }

  private range({ first, last }: Pick<Period, 'first' | 'last'>): [number, number] {
    return [this.calendar.startOf(first), this.calendar.endOf(last)];
  }

  private lastVersionIn(period: Pick<Period, 'first' | 'last'>): ComponentVersion | undefined {
    const [start, end] = this.range(period);
    let found: ComponentVersion | undefined;
    for (const version of this.versions) {
      if (version.from <= end && version.to >= start) found = version;
    }
    return found;
  }

  /** The version in force at the end of the period that a month belongs to computes it. */
  governing(month: number): Governing | undefined {
    const known = this.governingMonths.get(month);
    if (known !== undefined) return known ?? undefined;
    const found = this.findGoverning(month);
    this.governingMonths.set(month, found ?? null);
    return found;
  }

  private findGoverning(month: number): Governing | undefined {
    const inMonth = { first: month, last: month };
    const before = [...this.versions].reverse().find((item) => item.from <= this.range(inMonth)[1]);
    // After its end a component still takes back what cancelled deals earned by it.
    const some = this.lastVersionIn(inMonth) ?? before ?? this.versions[0];
    if (!some) return undefined;
    const version = this.lastVersionIn(this.calendar.periodOf(some.compiled.every, month)) ?? some;
    const { compiled } = version;
    return {
      version,
      compiled,
      every: this.calendar.periodOf(compiled.every, month),
      window: this.calendar.periodOf(kindOf(compiled.window), month),
    };
  }

  // ---- What counts ----------------------------------------------------------------------

  private scope(version: ComponentVersion): Scope {
    const known = this.scopes.get(version);
    if (known) return known;
    const { book, assigned, currency, trace, missing } = this.context;
    const { compiled } = version;
    const scope: Scope = {
      book,
      payee: assigned.payee.id,
      currency,
      compiled,
      trace,
      counts: (day) => includes(this.days, day),
      on: (day) => this.scope(this.governing(this.calendar.monthOf(day))?.version ?? version),
      windowOf: (day) =>
        this.calendar.periodOf(kindOf(compiled.window), this.calendar.monthOf(day)).first,
      missing,
    };
    this.scopes.set(version, scope);
    return scope;
  }

  private entriesOf(version: ComponentVersion): Map<number, Entry[]> {
    let byMonth = this.entriesByVersion.get(version);
    if (byMonth) return byMonth;
    byMonth = new Map();
    for (const entry of this.measure(this.scope(version))) {
      const month = this.calendar.monthOf(entry.on);
      const list = byMonth.get(month);
      if (list) list.push(entry);
      else byMonth.set(month, [entry]);
    }
    for (const list of byMonth.values()) list.sort(inOrder);
    this.entriesByVersion.set(version, byMonth);
    return byMonth;
  }

  private measure(scope: Scope): Entry[] {
    const { compiled, book, payee } = scope;
    if (compiled.value === 'metric') return metricEntries(scope);
    if (compiled.value === 'earnings') return [];
    const credits = creditsIn(book);
    if (!compiled.team) {
      const own = (credits.byPayee.get(payee) ?? []).filter(({ credited, part }) => {
        const kind = credited.parts[0]?.[part]?.kind ?? '';
        // What an earlier version counted, a cancellation takes back by the later one.
        return this.versions.some((version) => version.compiled.credits.has(kind));
      });
      const manual = credits.manualByPayee.get(payee) ?? [];
      return [
        ...own.flatMap((credit) => dealEntries(scope, credit)),
        ...manual.flatMap((credited) => manualEntries(scope, credited, payee)),
      ];
    }
    return this.measureTeam(scope);
  }

  // The direct credit of everybody who has the payee's manager on the booking date, himself
  // included; who has no manager is his own team.
  private measureTeam(scope: Scope): Entry[] {
    const { book, payee } = scope;
    const credits = creditsIn(book);
    const inTeam = (other: string, day: number): boolean => {
      const manager = book.managerOn(payee, day);
      return other === payee || (manager !== undefined && book.managerOn(other, day) === manager);
    };
    const direct = [...credits.directByManager().values(), credits.byPayee.get(payee) ?? []];
    const seen = new Set<object>();
    const own = direct.flat().filter(({ credited, part }) => {
      const found = credited.parts[0]?.[part];
      if (!found || found.kind !== 'direct' || seen.has(found)) return false;
      seen.add(found);
      return inTeam(found.payee, credited.deal.bookedOn);
    });
    const manual = [...credits.manualByPayee].flatMap(([other, deals]) =>
      deals
        .filter(({ deal }) => inTeam(other, deal.bookedOn))
        .flatMap((credited) => manualEntries(scope, credited, other)),
    );
    return [...own.flatMap((credit) => dealEntries(scope, credit)), ...manual];
  }

  /** What counts in a month, in the order of credits. */
  entriesIn(month: number): readonly Entry[] {
    const governing = this.governing(month);
    if (!governing) return [];
    if (governing.compiled.value === 'earnings') {
      return this.earnedBelowIn(month, governing.version);
    }
    return this.entriesOf(governing.version).get(month) ?? [];
  }

  private readonly below = new Map<number, Entry[]>();

  // What those below earned counts on the month's last day.
  private earnedBelowIn(month: number, version: ComponentVersion): readonly Entry[] {
    let found = this.below.get(month);
    if (!found) {
      const counts = includes(this.days, this.calendar.endOf(month));
      found = counts ? this.context.earnedBelow(this.scope(version), month) : [];
      this.below.set(month, found);
    }
    return found;
  }

  /** All months in which anything counts, by any version. */
  monthsWithEntries(): number[] {
    const months = this.versions.flatMap((version) => [...this.entriesOf(version).keys()]);
    return [...new Set(months)].sort((a, b) => a - b);
  }

  // ---- Where the payee stands -----------------------------------------------------------

  private readonly running = new Map<number, Exact>();

  /** The running measure of the month's window at its end. */
  measureAt(month: number): Exact {
    const known = this.running.get(month);
    if (known) return known;
    const window = this.governing(month)?.window;
    const before = window && month > window.first ? this.measureAt(month - 1) : Exact.ZERO;
    const found = this.entriesIn(month).reduce((sum, entry) => sum.plus(entry.value), before);
    this.running.set(month, found);
    return found;
  }

  private termsOf(period: Period, compiled: Compiled): Terms {
    const key = `${period.kind} ${period.first} ${this.versions.findIndex((item) => item.compiled === compiled)}`;
    let terms = this.termsByPeriod.get(key);
    if (!terms)
      this.termsByPeriod.set(key, (terms = this.context.assigned.terms(period, compiled)));
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
    const governing = this.governing(month);
    if (governing?.compiled.objectives) {
      return { measure: Exact.ZERO, attainment: this.score(month).total };
    }
    const measure = this.measureAt(month);
    const { quota } = this.terms(month);
    const attainment = quota && quota.sign > 0 ? measure.dividedBy(quota) : Exact.ZERO;
    return { measure, attainment, ...(quota && { quota }) };
  }

  /** The standing as people see it: no attainment where there is no quota. */
  attainment(month: number): Attainment | undefined {
    const governing = this.governing(month);
    if (!governing) return undefined;
    const { window, compiled } = governing;
    const { measure, quota, attainment } = this.standing(month);
    if (compiled.objectives) return { window, month, attainment };
    return {
      window,
      month,
      measure,
      ...(quota && { quota }),
      ...(quota && quota.sign > 0 && { attainment }),
    };
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
