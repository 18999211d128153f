import { dayOf, Exact, type FiscalCalendar, type Period } from '#kernel';
import type { AssignPlan, AssignQuota, PublishPlan } from '#plans';
import type { Fact } from './fact.js';

/** One version of a plan: it holds from its day on, until a later one does or its own end. */
export interface PlanVersion {
  readonly position: number;
  readonly from: number;
  readonly to: number;
  readonly plan: PublishPlan;
}

/** That a payee is paid by a plan; days inclusive. */
export interface PlanAssignment {
  readonly position: number;
  readonly plan: string;
  readonly from: number;
  readonly to: number;
  readonly targetIncentive: Exact;
  readonly rates: Readonly<Record<string, Exact>>;
  readonly ramp?: readonly Exact[];
}

/** A quota for a component and a period, from a day of that period on. */
export interface Quota {
  readonly position: number;
  readonly component: string;
  readonly period: Period;
  readonly from: number;
  readonly amount: Exact;
}

// Of facts with the same key the last one recorded stands in the place of the others.
const latest = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

const byFrom = (a: { from: number }, b: { from: number }): number => a.from - b.from;

const endOf = (to: string | undefined): number => (to === undefined ? Infinity : dayOf(to));

/** The versions of a plan in order of their first days. */
export const foldVersions = (facts: readonly Fact[]): readonly PlanVersion[] => {
  const versions = facts.map((fact): PlanVersion => {
    const plan = fact.data as PublishPlan;
    return { position: fact.position, from: dayOf(plan.from), to: endOf(plan.to), plan };
  });
  return latest(versions, (version) => String(version.from)).sort(byFrom);
};

/** The version of a plan in force on a day, if there is one. */
export const versionOn = (
  versions: readonly PlanVersion[],
  day: number,
): PlanVersion | undefined => {
  let found: PlanVersion | undefined;
  for (const version of versions) if (version.from <= day) found = version;
  return found && day <= found.to ? found : undefined;
};

const exactValues = (values: Readonly<Record<string, string>> = {}): Record<string, Exact> =>
  Object.fromEntries(Object.entries(values).map(([key, text]) => [key, Exact.from(text)]));

/** The plan assignments of a payee in order of their first days. */
export const foldAssignments = (facts: readonly Fact[]): readonly PlanAssignment[] => {
  const assignments = facts.map((fact): PlanAssignment => {
    const { plan, from, to, targetIncentive, rates, ramp } = fact.data as AssignPlan;
    return {
      position: fact.position,
      plan,
      from: dayOf(from),
      to: endOf(to),
      targetIncentive: Exact.from(targetIncentive ?? '0'),
      rates: exactValues(rates),
      ...(ramp && { ramp: ramp.map(Exact.from) }),
    };
  });
  return latest(assignments, ({ plan, from }) => `${plan} ${from}`).sort(byFrom);
};

/** Of one plan's assignments that cover a day, the one with the latest first day. */
export const assignmentOn = (
  assignments: readonly PlanAssignment[],
  plan: string,
  day: number,
): PlanAssignment | undefined => {
  let found: PlanAssignment | undefined;
  for (const assignment of assignments) {
    if (assignment.plan !== plan || assignment.from > day || day > assignment.to) continue;
    found = assignment;
  }
  return found;
};

/** The quotas of a payee in order of their first days. */
export const foldQuotas = (facts: readonly Fact[], calendar: FiscalCalendar): readonly Quota[] => {
  const quotas = facts.map((fact): Quota => {
    const { component, period: name, amount, from } = fact.data as AssignQuota;
    const period = calendar.period(name);
    const first = from === undefined ? calendar.startOf(period.first) : dayOf(from);
    return { position: fact.position, component, period, from: first, amount: Exact.from(amount) };
  });
  const key = ({ component, period, from }: Quota): string =>
    `${component} ${period.kind} ${period.first} ${from}`;
  return latest(quotas, key).sort(byFrom);
};
