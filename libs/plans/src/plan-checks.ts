import {
  dayOf,
  didYouMean,
  refuse,
  refusePersonal,
  refuseUnknown,
  requirePayee,
  type Command,
  type Known,
  type KnownAssignment,
  type KnownComponent,
  type KnownFacts,
} from '#kernel';
import type {
  AdjustEarnings,
  AssignPlan,
  AssignQuota,
  PublishPlan,
  RecordMetric,
  ScoreObjective,
} from './plan.commands.js';
import { windowOf } from './component-terms.js';
import type { Component } from './component.commands.js';

type Check<D extends object> = (command: Command<string, D>, known: Known) => void;

const requirePlan = (facts: KnownFacts, id: string): void => {
  if (facts.planVersions(id).length > 0) return;
  refuseUnknown('PlanNotFound', 'plan', id, facts.planIds);
};

const componentsOf = (facts: KnownFacts, plans: readonly string[]): readonly KnownComponent[] =>
  plans.flatMap((id) => facts.planVersions(id).flatMap(({ plan }) => plan.components));

/** All versions of a component, of whatever plan; a component that nobody published is refused. */
const requireComponent = (facts: KnownFacts, id: string): readonly KnownComponent[] => {
  const all = componentsOf(facts, facts.planIds);
  const found = all.filter((component) => component.id === id);
  if (found.length > 0) return found;
  return refuseUnknown('ComponentNotFound', 'component', id, new Set(all.map((c) => c.id)));
};

// ---- Component ids shared by plans held at the same time -----------------------------------

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Version extends Span {
  readonly components: readonly { readonly id: string }[];
}

const endOf = (to: string | undefined): number => (to === undefined ? Infinity : dayOf(to));

const overlap = (a: Span, b: Span): Span | undefined => {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return from <= to ? { from, to } : undefined;
};

/** The versions of a plan, with one that is about to be published, and the days of each. */
const versionsOf = (facts: KnownFacts, id: string, published?: PublishPlan): readonly Version[] => {
  const known: Version[] = facts
    .planVersions(id)
    .map(({ from, to, plan }) => ({ from, to, components: plan.components }));
  const own: Version[] = published
    ? [{ from: dayOf(published.from), to: endOf(published.to), components: published.components }]
    : [];
  const others = known.filter(({ from }) => from !== own[0]?.from);
  const sorted = [...others, ...own].sort((x, y) => x.from - y.from);
  return sorted.map((version, i) => ({
    ...version,
    to: Math.min(version.to, (sorted[i + 1]?.from ?? Infinity) - 1),
  }));
};

const sharedIn = (span: Span, a: readonly Version[], b: readonly Version[]): string | undefined => {
  for (const mine of a) {
    const part = overlap(mine, span);
    const ids = new Set(mine.components.map(({ id }) => id));
    for (const theirs of part ? b : []) {
      if (!overlap(theirs, part as Span)) continue;
      const shared = theirs.components.find(({ id }) => ids.has(id));
      if (shared) return shared.id;
    }
  }
  return undefined;
};

const refuseShared = (payee: string, plans: readonly string[], component: string): never => {
  const message =
    `Payee "${payee}" would hold the plans ${plans.join(' and ')} at the same time, and both have ` +
    `a component "${component}"; give it another id in one of them, or end one assignment first.`;
  return refuse('ComponentShared', message, { payee, component });
};

const refuseSharing = (
  facts: KnownFacts,
  payee: string,
  mine: KnownAssignment,
  others: readonly KnownAssignment[],
  published?: PublishPlan,
): void => {
  for (const other of others) {
    const span = other.plan === mine.plan ? undefined : overlap(mine, other);
    if (!span) continue;
    const own = versionsOf(facts, mine.plan, published);
    const shared = sharedIn(span, own, versionsOf(facts, other.plan));
    if (shared !== undefined) refuseShared(payee, [mine.plan, other.plan], shared);
  }
};

/**
 * A new version may not be decided by personal data, nor bring in a component that a holder of the
 * plan has from another plan.
 */
export const checkPublished: Check<PublishPlan> = ({ data }, { facts }) => {
  refusePersonal(`plan "${data.id}"`, data.components, facts.personalAttributes);
  for (const payee of facts.assignedPayees) {
    const held = facts.assignments(payee);
    for (const mine of held) {
      if (mine.plan === data.id) refuseSharing(facts, payee, mine, held, data);
    }
  }
};

export const checkAssigned: Check<AssignPlan> = ({ data }, { facts }) => {
  requirePayee(facts, data.payee);
  requirePlan(facts, data.plan);
  const components = componentsOf(facts, [data.plan]);
  for (const id of Object.keys(data.rates ?? {})) {
    const found = components.filter((component) => component.id === id);
    const ids = new Set(components.map((component) => component.id));
    if (found.length === 0) refuseUnknown('ComponentNotFound', 'component', id, ids);
    if (found.some(({ rate }) => rate !== undefined)) continue;
    const message = `Component "${id}" of plan "${data.plan}" has no flat rate to be replaced.`;
    refuse('ComponentWithoutRate', message, { component: id });
  }
  const mine = { plan: data.plan, from: dayOf(data.from), to: endOf(data.to) };
  // This one replaces what was said before with the same plan and first day; of another plan it cannot.
  refuseSharing(facts, data.payee, mine, facts.assignments(data.payee));
};

// ---- Quotas, scores, manual earnings -------------------------------------------------------

export const checkQuota: Check<AssignQuota> = ({ data }, { facts }) => {
  requirePayee(facts, data.payee);
  requireComponent(facts, data.component);
  if (data.from === undefined) return;
  const period = facts.calendar.period(data.period);
  const [first, last] = [facts.calendar.startOf(period.first), facts.calendar.endOf(period.last)];
  const from = dayOf(data.from);
  if (first <= from && from <= last) return;
  refuse('QuotaOutsidePeriod', `${data.from} does not lie inside ${data.period}.`);
};

export const checkMetric: Check<RecordMetric> = ({ data }, { facts }) => {
  if (data.payee !== undefined) requirePayee(facts, data.payee);
};

export const checkScore: Check<ScoreObjective> = ({ data }, { facts }) => {
  requirePayee(facts, data.payee);
  const found = requireComponent(facts, data.component);
  const objectives = found.flatMap((component) => component.objectives ?? []);
  if (!objectives.some(({ id }) => id === data.objective)) {
    const ids = [...new Set(objectives.map(({ id }) => id))];
    const there = ids.length > 0 ? ` There are ${ids.join(', ')}.` : ' It has none.';
    const meant = didYouMean(data.objective, ids);
    const message = `Component "${data.component}" has no objective "${data.objective}"${meant}.`;
    refuse('ObjectiveNotFound', `${message}${there}`);
  }
  const { kind } = facts.calendar.period(data.period);
  const windows = new Set(found.map((component) => windowOf(component as Component)));
  if (windows.has(kind)) return;
  const message = `${data.period} is not a window of "${data.component}", which counts by the`;
  refuse('PeriodNotWindow', `${message} ${[...windows].join(' or ')}.`);
};

export const checkAdjusted: Check<AdjustEarnings> = ({ data }, { facts }) => {
  requirePayee(facts, data.payee);
  if (data.component !== undefined) requireComponent(facts, data.component);
};
