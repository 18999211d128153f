import { Exact, showAmount, showRatio } from '#kernel';
import type { Compiled, CompiledAxis, CompiledStep, CompiledTiers } from './compile.js';
import type { Entry } from './entries.js';
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

/** Cumulative pay in a window, credit by credit, and the fixed sums beside it. */
export interface Paid {
  /** Pay already determined stays as it is while this does not change. */
  readonly key: string;
  readonly pays: Exact[];
  readonly whys: (Trace | undefined)[];
  running: Exact;
  fixed: Exact;
  fixedWhy?: Trace;
}

const atLeastFirst = (from: readonly Exact[], x: Exact): number => {
  let found = 0;
  for (let i = 1; i < from.length; i += 1) if (x.atLeast(from[i] as Exact)) found = i;
  return found;
};

/** The step that a value reaches; below the first it is still the first. */
export const stepReached = (steps: readonly CompiledStep[], x: Exact): number =>
  atLeastFirst(steps.map((item) => item.from), x);

const baseRate = ({ own, target }: PayTerms): Exact =>
  own.quota && own.quota.sign > 0 ? target.dividedBy(own.quota) : Exact.ZERO;

const rateOf = (item: CompiledStep, terms: PayTerms): Exact =>
  item.rate ?? (item.multiplier ? item.multiplier.times(baseRate(terms)) : Exact.ZERO);

// Where a step begins, as the plan says it: `from 100% of quota on`.
const startText = ({ by, of }: CompiledTiers, { from }: CompiledStep): string => {
  if (by === 'value') return `from ${showAmount(from)} on`;
  const whose = by === 'margin' ? 'margin' : of === undefined ? 'quota' : `the quota of ${of}`;
  return `from ${showRatio(from)} of ${whose} on`;
};

const stepWhy = (tiers: CompiledTiers, index: number, terms: PayTerms): Trace => {
  const item = tiers.steps[index] as CompiledStep;
  const says = startText(tiers, item);
  if (item.rate || !item.multiplier) return fact('tier rate', rateOf(item, terms), [], says);
  const { own, target, positions } = terms;
  const base = own.quota && own.quota.sign > 0
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
interface Lookup {
  readonly key: string;
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
  says: string,
): Lookup => {
  const key = pays.reduced().toText();
  if (unit === 'rate') {
    const rateWhy = (): Trace => fact('looked-up rate', pays, [], says);
    return { key, rate: pays, rateWhy, fixed: Exact.ZERO, fixedWhy: NOTHING };
  }
  const paid = (): Trace => fact(unit === 'target' ? 'payout' : 'amount', pays, [], says);
  const target = (): Trace => fact('target', terms.target, terms.positions);
  return {
    key: '',
    rate: Exact.ZERO,
    rateWhy: NOTHING,
    fixed: unit === 'target' ? pays.times(terms.target) : pays,
    fixedWhy: () => (unit === 'target' ? step('product', 'part of target', [paid(), target()]) : paid()),
  };
};

const tierLookup = (tiers: CompiledTiers, terms: PayTerms): Lookup => {
  const standing = tiers.of === undefined ? terms.own : terms.standing(tiers.of);
  const x = tiers.by === 'value' ? standing.measure : standing.attainment;
  const index = stepReached(tiers.steps, x);
  const item = tiers.steps[index] as CompiledStep;
  const shown = tiers.by === 'value' ? showAmount(x) : showRatio(x);
  const says = `${tiers.of ?? 'own'} ${tiers.by} ${shown}`;
  const rate = rateOf(item, terms);
  return {
    key: `${index} ${rate.reduced().toText()}`,
    rate,
    rateWhy: () => stepWhy(tiers, index, terms),
    fixed: item.amount ?? Exact.ZERO,
    fixedWhy: () => fact('step amount', item.amount ?? Exact.ZERO, [], says),
  };
};

const windowLookup = (compiled: Compiled, terms: PayTerms): Lookup | undefined => {
  const { tiers, curve, matrix, objectives } = compiled;
  if (objectives) {
    const { total, positions } = terms.score();
    return {
      key: '',
      rate: Exact.ZERO,
      rateWhy: NOTHING,
      fixed: terms.target.times(total),
      fixedWhy: () => step('product', 'objectives', [
        fact('target', terms.target, terms.positions),
        fact('score', total, positions),
      ]),
    };
  }
  if (curve) {
    const x = curve.by === 'value' ? terms.own.measure : terms.own.attainment;
    const pays = interpolate(compiled, x) ?? Exact.ZERO;
    return lookedUp(pays, curve.pays, terms, `the curve at ${curve.by === 'value' ? showAmount(x) : showRatio(x)}`);
  }
  if (matrix) {
    const row = axisIndex(matrix.rows, compiled.id, terms);
    const column = axisIndex(matrix.columns, compiled.id, terms);
    const pays = row < 0 || column < 0 ? Exact.ZERO : (matrix.pays[row]?.[column] as Exact);
    return lookedUp(pays, matrix.unit, terms, `row ${row + 1}, column ${column + 1}`);
  }
  if (tiers && tiers.retroactive && tiers.by !== 'margin') return tierLookup(tiers, terms);
  return undefined;
};

interface Slice {
  readonly index: number;
  readonly part: Exact;
}

// The parts of a movement of the running total that lie in each step. Steps begin at `starts`;
// what is below the second belongs to the first, also below zero.
const slicesOf = (starts: readonly Exact[], from: Exact, to: Exact): Slice[] => {
  // Mostly both ends lie in the same step.
  const index = atLeastFirst(starts, from);
  if (index === atLeastFirst(starts, to)) return [{ index, part: to.minus(from) }];
  const rising = from.compare(to) <= 0;
  const [low, high] = rising ? [from, to] : [to, from];
  const slices: Slice[] = [];
  starts.forEach((start, index) => {
    const begin = index === 0 ? low : Exact.max(low, start);
    const next = starts[index + 1];
    const end = next ? Exact.min(high, next) : high;
    const part = end.minus(begin);
    if (part.sign > 0) slices.push({ index, part: rising ? part : part.negated() });
  });
  return slices;
};

// Where each step begins in the measure's own amount. Without a quota attainment stays zero.
const startsOf = (tiers: CompiledTiers, own: Standing): Exact[] => {
  if (tiers.by === 'value') return tiers.steps.map((item) => item.from);
  const { quota } = own;
  if (!quota || quota.sign <= 0) return [Exact.ZERO];
  return tiers.steps.map((item) => item.from.times(quota));
};

const scaled = (pay: Exact, entry: Entry, compiled: Compiled): Exact =>
  pay.times(entry.factor).times(compiled.share);

const scaledWhy = (why: Trace, entry: Entry, compiled: Compiled): Trace => {
  const inputs = [why];
  if (!entry.factor.equals(Exact.ONE)) inputs.push(fact('earning factor', entry.factor));
  if (!compiled.share.equals(Exact.ONE)) inputs.push(fact('share', compiled.share));
  return inputs.length === 1 ? why : step('product', 'pay', inputs);
};

/** How one credit is paid when it comes: its pay, and why. */
type PayOne = (entry: Entry, before: Exact, after: Exact) => { pay: Exact; why?: () => Trace };

const entryWhy = (entry: Entry): Trace =>
  entry.why ?? fact('measure', entry.value, entry.positions);

const byRate = (rate: Exact, rateWhy: () => Trace): PayOne => (entry) => ({
  pay: entry.base.times(rate),
  why: () => step('product', 'rate', [rateWhy(), entryWhy(entry)]),
});

const boundText = (tiers: CompiledTiers, starts: readonly Exact[], index: number): string => {
  const shown = showAmount(starts[index] as Exact);
  const isQuota = tiers.by === 'attainment' && tiers.steps[index]?.from.equals(Exact.ONE);
  return isQuota ? `quota (${shown})` : shown;
};

// Which part of a deal lies in a step: `the part of deal d1 above quota (500,000.00)`.
const partText = (
  { deal }: Entry,
  tiers: CompiledTiers,
  starts: readonly Exact[],
  index: number,
): string => {
  const bounds = [
    ...(index > 0 ? [`above ${boundText(tiers, starts, index)}`] : []),
    ...(index + 1 < starts.length ? [`up to ${boundText(tiers, starts, index + 1)}`] : []),
  ];
  return [`the part of ${deal === '' ? 'the measure' : `deal ${deal}`}`, ...bounds].join(' ');
};

const bySlices = (tiers: CompiledTiers, terms: PayTerms): PayOne => {
  const starts = startsOf(tiers, terms.own);
  const rates = tiers.steps.map((item) => rateOf(item, terms));
  return (entry, before, after) => {
    let pay = Exact.ZERO;
    const slices = slicesOf(starts, before, after).filter(({ part }) => !part.isZero);
    for (const { index, part } of slices) pay = pay.plus(part.times(rates[index] as Exact));
    const why = (): Trace => step('sum', 'tiers', slices.map(({ index, part }) =>
      step('product', 'slice', [
        stepWhy(tiers, index, terms),
        fact('part in step', part, entry.positions, partText(entry, tiers, starts, index)),
      ])));
    return { pay, why };
  };
};

const byMargin = (tiers: CompiledTiers, terms: PayTerms): PayOne => (entry) => {
  const index = stepReached(tiers.steps, entry.margin ?? Exact.ZERO);
  const item = tiers.steps[index] as CompiledStep;
  return {
    pay: entry.base.times(rateOf(item, terms)),
    why: () => step('product', 'margin tier', [stepWhy(tiers, index, terms), entryWhy(entry)]),
  };
};

const byFlatRate = (compiled: Compiled, terms: PayTerms): PayOne => (entry) => {
  const personal = terms.personalRate(entry.on);
  const rate = personal?.rate ?? compiled.rate ?? Exact.ZERO;
  const why = (): Trace => personal
    ? fact('personal rate', rate, [personal.position])
    : fact('rate', rate);
  return byRate(rate, why)(entry, Exact.ZERO, Exact.ZERO);
};

const payOne = (compiled: Compiled, terms: PayTerms, lookup: Lookup | undefined): PayOne => {
  const { spiff, tiers } = compiled;
  if (spiff) return byRate(spiff.amount, () => fact(`amount per ${spiff.per}`, spiff.amount));
  if (lookup) return byRate(lookup.rate, lookup.rateWhy);
  if (tiers) return tiers.by === 'margin' ? byMargin(tiers, terms) : bySlices(tiers, terms);
  return byFlatRate(compiled, terms);
};

// Fixed sums of marginal steps: each is due while the running total reaches it.
const marginalAmounts = (compiled: Compiled, terms: PayTerms, running: Exact): Exact => {
  const { tiers } = compiled;
  if (!tiers || tiers.retroactive) return Exact.ZERO;
  const { quota } = terms.own;
  const reached = tiers.by === 'value' || !quota || quota.sign <= 0
    ? (tiers.by === 'value' ? running : Exact.ZERO)
    : running.dividedBy(quota);
  return Exact.sum(tiers.steps.map((item, i) =>
    item.amount && (i === 0 || reached.atLeast(item.from)) ? item.amount : Exact.ZERO));
};

const keyOf = (compiled: Compiled, terms: PayTerms, lookup: Lookup | undefined): string => {
  if (lookup) return lookup.key;
  const { tiers } = compiled;
  if (!tiers) return '';
  const quota = tiers.by === 'attainment' ? (terms.own.quota?.reduced().toText() ?? '') : '';
  const isMultiple = tiers.steps.some((item) => item.multiplier);
  return `${quota} ${isMultiple ? baseRate(terms).reduced().toText() : ''}`;
};

const sameCredit = (a: Entry, b: Entry): boolean =>
  a.deal === b.deal && a.line === b.line && a.kind === b.kind && a.payee === b.payee;

const reversed = (
  entry: Entry, index: number, entries: readonly Entry[], paid: Paid, trace: boolean,
): { pay: Exact; why?: Trace } => {
  const part = entry.reverses as Exact;
  let pay = Exact.ZERO;
  const whys: Trace[] = [];
  for (let i = 0; i < index; i += 1) {
    if (!sameCredit(entries[i] as Entry, entry)) continue;
    pay = pay.minus((paid.pays[i] as Exact).times(part));
    const why = paid.whys[i];
    if (trace && why) whys.push(why);
  }
  if (!trace) return { pay };
  const back = fact('part taken back', part.negated(), [], `cancellation of deal ${entry.deal}`);
  return { pay, why: step('product', 'clawback', [back, step('sum', 'earned by the deal', whys)]) };
};

/**
 * The cumulative pay of a window's credits up to now: rate, tiers, curve or matrix, then earning
 * factor and share; exact. `before` is what was determined last in this window: where pay that was
 * determined cannot have changed since, it is taken over and carried on, and returned itself.
 */
export const payWindow = (
  compiled: Compiled,
  entries: readonly Entry[],
  terms: PayTerms,
  before?: Paid,
): Paid => {
  const lookup = windowLookup(compiled, terms);
  const key = keyOf(compiled, terms, lookup);
  const paid: Paid = before?.key === key
    ? before
    : { key, pays: [], whys: [], running: Exact.ZERO, fixed: Exact.ZERO };
  const pay = payOne(compiled, terms, lookup);
  for (let i = paid.pays.length; i < entries.length; i += 1) {
    const entry = entries[i] as Entry;
    const after = paid.running.plus(entry.value);
    if (entry.reverses) {
      const back = reversed(entry, i, entries, paid, terms.trace);
      paid.pays.push(back.pay);
      paid.whys.push(back.why);
    } else {
      const one = pay(entry, paid.running, after);
      paid.pays.push(scaled(one.pay, entry, compiled));
      paid.whys.push(terms.trace && one.why ? scaledWhy(one.why(), entry, compiled) : undefined);
    }
    paid.running = after;
  }
  const fixed = lookup ? lookup.fixed : marginalAmounts(compiled, terms, paid.running);
  paid.fixed = fixed.times(compiled.share);
  delete paid.fixedWhy;
  if (terms.trace && !fixed.isZero) {
    const why = lookup ? lookup.fixedWhy() : fact('step amounts', fixed);
    paid.fixedWhy = compiled.share.equals(Exact.ONE)
      ? why
      : step('product', 'share', [why, fact('share', compiled.share)]);
  }
  return paid;
};
