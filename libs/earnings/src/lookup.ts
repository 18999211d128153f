import { Exact, showAmount, showRatio } from '#kernel';
import type { Compiled, CompiledAxis, CompiledStep, CompiledTiers } from './compile.js';
import { fact, step, type Trace } from './trace.js';

/** Where a component stands when its pay is determined. */
export interface Standing {
  readonly measure: Exact;
  readonly quota?: Exact;
  /** Zero without a quota. */
  readonly attainment: Exact;
}

/** What pay in a window depends on besides its credits. */
export interface PayTerms {
  readonly own: Standing;
  readonly target: Exact;
  readonly positions: readonly number[];
  /** Where another component stands now, in its own window. */
  readonly standing: (component: string) => Standing;
  /** A payee's own rate for the component on a day, if he has one. */
  readonly personalRate: (day: number) => { rate: Exact; position: number } | undefined;
  /** The score of an `objectives` component. */
  readonly score: () => { readonly total: Exact; readonly positions: readonly number[] };
  readonly trace: boolean;
}

/** The last of some starts that a value reaches; below the first it is still the first. */
export const atLeastFirst = (from: readonly Exact[], x: Exact): number => {
  let found = 0;
  for (let i = 1; i < from.length; i += 1) if (x.atLeast(from[i] as Exact)) found = i;
  return found;
};

/** The component's target ÷ its quota; zero without a quota. */
export const baseRate = ({ own, target }: PayTerms): Exact =>
  own.quota && own.quota.sign > 0 ? target.dividedBy(own.quota) : Exact.ZERO;

/** The rate of a step: its own, or its multiple of the base rate. */
export const rateOf = (item: CompiledStep, terms: PayTerms): Exact =>
  item.rate ?? (item.multiplier ? item.multiplier.times(baseRate(terms)) : Exact.ZERO);

// Where a step begins, as the plan says it: `from 100% of quota on`.
const startText = ({ by, of }: CompiledTiers, { from }: CompiledStep): string => {
  if (by === 'value') return `from ${showAmount(from)} on`;
  const whose = by === 'margin' ? 'margin' : of === undefined ? 'quota' : `the quota of ${of}`;
  return `from ${showRatio(from)} of ${whose} on`;
};

/** Why a step has its rate. */
export const stepWhy = (tiers: CompiledTiers, index: number, terms: PayTerms): Trace => {
  const item = tiers.steps[index] as CompiledStep;
  const says = startText(tiers, item);
  if (item.rate || !item.multiplier) return fact('tier rate', rateOf(item, terms), [], says);
  const { own, target, positions } = terms;
  const base =
    own.quota && own.quota.sign > 0
      ? step('quotient', 'base rate', [fact('target', target, positions), fact('quota', own.quota)])
      : fact('base rate', Exact.ZERO, [], 'there is no quota');
  return step('product', 'tier rate', [fact('multiplier', item.multiplier, [], says), base]);
};

const interpolate = (compiled: Compiled, x: Exact): Exact | undefined => {
  const { points, linear, extend } = compiled.curve as NonNullable<Compiled['curve']>;
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last || x.lessThan(first.at)) return undefined;
  let i = points.length - 1;
  while (i > 0 && x.lessThan((points[i] as typeof last).at)) i -= 1;
  const from = points[i] as typeof last;
  if (!linear) return from.pays;
  const beyond = i === points.length - 1;
  if (beyond && (!extend || points.length === 1)) return last.pays;
  const [a, b] = beyond
    ? [points[i - 1] as typeof last, from]
    : [from, points[i + 1] as typeof last];
  const slope = b.pays.minus(a.pays).dividedBy(b.at.minus(a.at));
  return a.pays.plus(slope.times(x.minus(a.at)));
};

const axisIndex = (axis: CompiledAxis, own: string, terms: PayTerms): number => {
  const standing = axis.of === own ? terms.own : terms.standing(axis.of);
  const x = axis.by === 'value' ? standing.measure : standing.attainment;
  return x.lessThan(axis.from[0] as Exact) ? -1 : atLeastFirst(axis.from, x);
};

/** What a lookup for the whole window says: one rate for every credit, and a fixed sum. */
export interface Lookup {
  /** The step that is reached, where it is one of tiers. */
  readonly index: number;
  readonly rate: Exact;
  readonly rateWhy: () => Trace;
  readonly fixed: Exact;
  readonly fixedWhy: () => Trace;
}

const NOTHING = (): Trace => fact('nothing due', Exact.ZERO);

const lookedUp = (
  pays: Exact,
  unit: 'target' | 'amount' | 'rate',
  terms: PayTerms,
  says: () => string,
): Lookup => {
  if (unit === 'rate') {
    const rateWhy = (): Trace => fact('looked-up rate', pays, [], says());
    return { index: 0, rate: pays, rateWhy, fixed: Exact.ZERO, fixedWhy: NOTHING };
  }
  const paid = (): Trace => fact(unit === 'target' ? 'payout' : 'amount', pays, [], says());
  const target = (): Trace => fact('target', terms.target, terms.positions);
  return {
    index: 0,
    rate: Exact.ZERO,
    rateWhy: NOTHING,
    fixed: unit === 'target' ? pays.times(terms.target) : pays,
    fixedWhy: () =>
      unit === 'target' ? step('product', 'part of target', [paid(), target()]) : paid(),
  };
};

const tierLookup = (tiers: CompiledTiers, terms: PayTerms): Lookup => {
  const standing = tiers.of === undefined ? terms.own : terms.standing(tiers.of);
  const x = tiers.by === 'value' ? standing.measure : standing.attainment;
  const index = atLeastFirst(tiers.starts, x);
  const item = tiers.steps[index] as CompiledStep;
  const says = (): string =>
    `${tiers.of ?? 'own'} ${tiers.by} ${tiers.by === 'value' ? showAmount(x) : showRatio(x)}`;
  const rate = rateOf(item, terms);
  return {
    index,
    rate,
    rateWhy: () => stepWhy(tiers, index, terms),
    fixed: item.amount ?? Exact.ZERO,
    fixedWhy: () => fact('step amount', item.amount ?? Exact.ZERO, [], says()),
  };
};

/** What is looked up once for the whole window, where a component is paid so. */
export const windowLookup = (compiled: Compiled, terms: PayTerms): Lookup | undefined => {
  const { tiers, curve, matrix, objectives } = compiled;
  if (objectives) {
    const { total, positions } = terms.score();
    return {
      index: 0,
      rate: Exact.ZERO,
      rateWhy: NOTHING,
      fixed: terms.target.times(total),
      fixedWhy: () =>
        step('product', 'objectives', [
          fact('target', terms.target, terms.positions),
          fact('score', total, positions),
        ]),
    };
  }
  if (curve) {
    const x = curve.by === 'value' ? terms.own.measure : terms.own.attainment;
    const pays = interpolate(compiled, x) ?? Exact.ZERO;
    const shown = (): string => (curve.by === 'value' ? showAmount(x) : showRatio(x));
    return lookedUp(pays, curve.pays, terms, () => `the curve at ${shown()}`);
  }
  if (matrix) {
    const row = axisIndex(matrix.rows, compiled.id, terms);
    const column = axisIndex(matrix.columns, compiled.id, terms);
    const pays = row < 0 || column < 0 ? Exact.ZERO : (matrix.pays[row]?.[column] as Exact);
    return lookedUp(pays, matrix.unit, terms, () => `row ${row + 1}, column ${column + 1}`);
  }
  if (tiers && tiers.retroactive && tiers.by !== 'margin') return tierLookup(tiers, terms);
  return undefined;
};
