import { Exact, type Period } from '#kernel';
import { versionOn, type Book } from '#crediting';
import type { AttainmentRow } from '#ledger';
import type { Component } from '#plans';

/** The next tier or point of a curve that a payee has not reached, and what is missing to it. */
export interface NextStep {
  readonly by: 'attainment' | 'value';
  /** Where it begins: a ratio, or the measure's own amount. */
  readonly from: string;
  /** What the measure must still grow by. */
  readonly missing: string;
  /** What it brings, as the plan says it. */
  readonly rate?: string;
  readonly multiplier?: string;
  readonly amount?: string;
  /** A share of the component's target. */
  readonly pays?: string;
}

interface Step {
  readonly from: string;
  readonly brings: Pick<NextStep, 'rate' | 'multiplier' | 'amount' | 'pays'>;
}

const stepsOf = ({
  tiers,
  curve,
}: Component): { readonly by: string; readonly steps: readonly Step[] } | undefined => {
  // What another component decides is reached there.
  if (tiers && tiers.of === undefined) {
    return { by: tiers.by, steps: tiers.steps.map(({ from, ...brings }) => ({ from, brings })) };
  }
  if (!curve) return undefined;
  return {
    by: curve.by ?? 'attainment',
    steps: curve.points.map(({ at, pays }) => ({ from: at, brings: broughtBy(curve, pays) })),
  };
};

// What a point of a curve says is a rate, an amount, or a share of the target.
const broughtBy = (curve: NonNullable<Component['curve']>, pays: string): Step['brings'] => {
  if (curve.pays === 'rate') return { rate: pays };
  return curve.pays === 'amount' ? { amount: pays } : { pays };
};

const digits = (number: Exact): string =>
  number.toFixed(Math.min(Math.max(number.decimals() ?? 6, 2), 6));

const nextOf = (
  component: Component,
  { measure, quota, attainment }: AttainmentRow,
): NextStep | undefined => {
  const found = stepsOf(component);
  if (!found || !measure || found.by === 'margin') return undefined;
  const by = found.by === 'value' ? 'value' : 'attainment';
  if (by === 'attainment' && (!quota || quota.isZero)) return undefined;
  const reached = by === 'value' ? measure : (attainment ?? Exact.ZERO);
  const step = found.steps.find(({ from }) => reached.lessThan(Exact.from(from)));
  if (!step) return undefined;
  const goal = by === 'value' ? Exact.from(step.from) : Exact.from(step.from).times(quota as Exact);
  return { by, from: step.from, missing: digits(goal.minus(measure)), ...step.brings };
};

/**
 * What a payee has to reach next by a component, in the window that is open at a period's end, by
 * the plan version in force then; undefined at the top, or where nothing is to be reached.
 */
export const nextStep = (
  book: Book,
  rows: readonly AttainmentRow[],
  { last }: Pick<Period, 'last'>,
): NextStep | undefined => {
  const row = rows
    .filter(({ month, window }) => month <= last && window.first <= last && last <= window.last)
    .reduce<AttainmentRow | undefined>(
      (found, one) => (found && found.month > one.month ? found : one),
      undefined,
    );
  if (!row) return undefined;
  const version = versionOn(book.planVersions(row.plan), book.calendar.endOf(row.month));
  const component = version?.plan.components.find(({ id }) => id === row.component);
  return component && nextOf(component, row);
};
