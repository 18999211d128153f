import { Exact, type FiscalCalendar, type Period } from '#kernel';
import {
  assignmentOn,
  type Book,
  type Payee,
  type PlanAssignment,
  type PlanVersion,
} from '#crediting';
import { compile, type Compiled } from './compile.js';
import {
  countWithin,
  intersection,
  lastWithin,
  union,
  without,
  type DayRanges,
} from './day-ranges.js';
import { partOfYear, Quotas } from './quota.js';

/** What a payee is to reach and could earn in a window, and from which facts. */
export interface Terms {
  readonly quota?: Exact;
  readonly target: Exact;
  readonly positions: readonly number[];
}

/** When and on what terms a payee is paid by one plan. */
export class Assigned {
  readonly assignments: readonly PlanAssignment[];
  /** Days on which the plan is assigned. */
  readonly days: DayRanges;
  /** Days on which it is assigned and the payee is hired, not terminated and not on leave. */
  readonly activeDays: DayRanges;
  private readonly calendar: FiscalCalendar;

  constructor(
    private readonly book: Book,
    readonly payee: Payee,
    readonly plan: string,
  ) {
    this.calendar = book.calendar;
    this.assignments = book.assignments(payee.id).filter((item) => item.plan === plan);
    this.days = union(this.assignments);
    const employed = [{ from: payee.hiredOn, to: (payee.terminatedOn ?? Infinity) - 1 }];
    this.activeDays = without(intersection(this.days, union(employed)), union(payee.leaves));
  }

  on(day: number): PlanAssignment | undefined {
    return assignmentOn(this.assignments, this.plan, day);
  }

  private range({ first, last }: Pick<Period, 'first' | 'last'>): [number, number] {
    return [this.calendar.startOf(first), this.calendar.endOf(last)];
  }

  /** A payee's yearly target, blended over the days of a period on which the plan is assigned. */
  private blendedTarget(period: Period): { target: Exact; positions: number[] } {
    const [start, end] = this.range(period);
    const days = countWithin(this.days, start, end);
    const found = { target: Exact.ZERO, positions: [] as number[] };
    if (days === 0) return found;
    for (let day = start; day <= end;) {
      const assignment = this.on(day);
      const until = this.nextChange(day, end);
      if (assignment) {
        const covered = until - day + 1;
        const part = covered === days ? Exact.ONE : Exact.of(covered, days);
        found.target = found.target.plus(assignment.targetIncentive.times(part));
        found.positions.push(assignment.position);
      }
      day = until + 1;
    }
    return found;
  }

  // The last day up to `end` on which the same assignment covers as on `day`.
  private nextChange(day: number, end: number): number {
    let until = end;
    for (const { from, to } of this.assignments) {
      if (from > day) until = Math.min(until, from - 1);
      if (to >= day) until = Math.min(until, to);
    }
    return until;
  }

  /** What part of a period the payee is active in, by the component's way of proration. */
  private proration(period: Period, prorate: Compiled['prorate']): Exact {
    if (prorate === 'none') return Exact.ONE;
    const [start, end] = this.range(period);
    const length = end - start + 1;
    const days = countWithin(this.activeDays, start, end);
    if (days === length) return Exact.ONE;
    if (prorate === 'days') return Exact.of(days, length);
    let months = 0;
    for (let month = period.first; month <= period.last; month += 1) {
      const [from, to] = this.range({ first: month, last: month });
      if (countWithin(this.activeDays, from, to) === to - from + 1) months += 1;
    }
    return Exact.of(months, period.last - period.first + 1);
  }

  // The first month in which an assignment's ramp runs: that of the assignments before it that
  // follow each other without a gap, unless it brings a ramp of its own.
  private rampOn(day: number): { ramp: readonly Exact[]; start: number } | undefined {
    let assignment = this.on(day);
    while (assignment && !assignment.ramp) {
      const before: PlanAssignment | undefined = this.on(assignment.from - 1);
      if (!before || before.from >= assignment.from) return undefined;
      assignment = before;
    }
    if (!assignment?.ramp) return undefined;
    return { ramp: assignment.ramp, start: this.calendar.monthOf(assignment.from) };
  }

  /** The mean of the ramp over the months of a period that the assignment touches. */
  private ramp(period: Period): Exact {
    if (!this.assignments.some((assignment) => assignment.ramp)) return Exact.ONE;
    let [sum, months] = [Exact.ZERO, 0];
    for (let month = period.first; month <= period.last; month += 1) {
      const [start, end] = this.range({ first: month, last: month });
      const day = lastWithin(this.days, start, end);
      if (day === undefined) continue;
      const ramp = this.rampOn(day);
      sum = sum.plus(ramp?.ramp[month - ramp.start] ?? Exact.ONE);
      months += 1;
    }
    return months === 0 ? Exact.ONE : sum.dividedBy(Exact.of(months));
  }

  /** The target of a period: the yearly one × weight × part of the year × proration. */
  target(period: Period, compiled: Pick<Compiled, 'weight' | 'season' | 'prorate'>): Terms {
    const { target, positions } = this.blendedTarget(period);
    const part = partOfYear(compiled.season, period);
    const prorated = this.proration(period, compiled.prorate);
    return { target: target.times(compiled.weight).times(part).times(prorated), positions };
  }

  /** Quota and target of a period; without a quota recorded, none. */
  terms(period: Period, compiled: Compiled): Terms {
    const quotas = this.book
      .quotas(this.payee.id)
      .filter(({ component }) => component === compiled.id);
    const { target, positions } = this.target(period, compiled);
    const found =
      quotas.length === 0
        ? undefined
        : new Quotas(quotas, this.calendar, compiled.season).of(period);
    if (!found) return { target, positions };
    const prorated = found.amount.times(this.proration(period, compiled.prorate));
    const quota = prorated.times(this.ramp(period)).reduced();
    return { quota, target, positions: [...positions, ...found.positions] };
  }
}

/** One version's span of days in which a component is in force. */
export interface ComponentVersion {
  readonly from: number;
  readonly to: number;
  readonly position: number;
  readonly compiled: Compiled;
}

/** The versions of a component in a plan, by days; a component that is dropped has ended. */
export const componentVersions = (
  versions: readonly PlanVersion[],
  component: string,
): ComponentVersion[] =>
  versions.flatMap((version, i) => {
    const definition = version.plan.components.find(({ id }) => id === component);
    if (!definition) return [];
    const to = Math.min(version.to, (versions[i + 1]?.from ?? Infinity) - 1);
    if (to < version.from) return [];
    return [{ from: version.from, to, position: version.position, compiled: compile(definition) }];
  });
