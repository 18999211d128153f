import { Exact, showAmount } from '#kernel';
import type { Compiled, CompiledStep, CompiledTiers } from './compile.js';
import type { Entry } from './entry.js';
import {
  atLeastFirst,
  baseRate,
  rateOf,
  stepWhy,
  windowLookup,
  type Lookup,
  type PayTerms,
  type Standing,
} from './lookup.js';
import { fact, step, type Trace } from './trace.js';

/** What pay that was determined rests on besides its credits: it stays while this does. */
interface Rests {
  readonly index: number;
  readonly rate: Exact;
  readonly quota: Exact | undefined;
}

/** Cumulative pay in a window, credit by credit, and the fixed sums beside it. */
export interface Paid {
  /** Without it, all is determined anew. */
  readonly on?: Rests;
  readonly pays: Exact[];
  /** Only where pay is to be explained. */
  readonly whys: (Trace | undefined)[];
  running: Exact;
  fixed: Exact;
  fixedWhy?: Trace | undefined;
  /** How the next credit is paid. */
  one?: PayOne;
}

interface Slice {
  readonly index: number;
  readonly part: Exact;
}

// The parts of a movement of the running total that lie in each step. Steps begin at `starts`;
// what is below the second belongs to the first, also below zero.
const slicesOf = (starts: readonly Exact[], from: Exact, to: Exact): Slice[] => {
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
const startsOf = (tiers: CompiledTiers, own: Standing): readonly Exact[] => {
  if (tiers.by === 'value') return tiers.starts;
  const { quota } = own;
  if (!quota || quota.sign <= 0) return [Exact.ZERO];
  return tiers.starts.map((start) => start.times(quota));
};

const scaled = (pay: Exact, entry: Entry, compiled: Compiled): Exact =>
  pay.times(entry.factor).times(compiled.share);

const scaledWhy = (why: Trace, entry: Entry, compiled: Compiled): Trace => {
  const inputs = [why];
  if (!entry.factor.equals(Exact.ONE)) inputs.push(fact('earning factor', entry.factor));
  if (!compiled.share.equals(Exact.ONE)) inputs.push(fact('share', compiled.share));
  return inputs.length === 1 ? why : step('product', 'pay', inputs);
};

/** How one credit is paid that moves the running total so, and why. */
interface PayOne {
  readonly pay: (entry: Entry, before: Exact, after: Exact) => Exact;
  readonly why: (entry: Entry, before: Exact, after: Exact) => Trace;
}

const entryWhy = (entry: Entry): Trace =>
  entry.why ?? fact('measure', entry.value, entry.positions);

const byRate = (rate: Exact, rateWhy: () => Trace): PayOne => ({
  pay: (entry) => entry.base.times(rate),
  why: (entry) => step('product', 'rate', [rateWhy(), entryWhy(entry)]),
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
  // A credit begins where the one before it ended.
  let [end, endIndex]: [Exact | undefined, number] = [undefined, 0];
  const slices = (from: Exact, to: Exact): Slice[] =>
    slicesOf(starts, from, to).filter(({ part }) => !part.isZero);
  return {
    pay: (entry, before, after) => {
      // Mostly both ends lie in the same step.
      const index = before === end ? endIndex : atLeastFirst(starts, before);
      endIndex = atLeastFirst(starts, after);
      end = after;
      if (index === endIndex) return entry.value.times(rates[index] as Exact);
      return Exact.sum(
        slices(before, after).map((slice) => slice.part.times(rates[slice.index] as Exact)),
      );
    },
    why: (entry, before, after) =>
      step(
        'sum',
        'tiers',
        slices(before, after).map(({ index, part }) =>
          step('product', 'slice', [
            stepWhy(tiers, index, terms),
            fact('part in step', part, entry.positions, partText(entry, tiers, starts, index)),
          ]),
        ),
      ),
  };
};

const byMargin = (tiers: CompiledTiers, terms: PayTerms): PayOne => {
  const indexOf = (entry: Entry): number => atLeastFirst(tiers.starts, entry.margin ?? Exact.ZERO);
  return {
    pay: (entry) => entry.base.times(rateOf(tiers.steps[indexOf(entry)] as CompiledStep, terms)),
    why: (entry) =>
      step('product', 'margin tier', [stepWhy(tiers, indexOf(entry), terms), entryWhy(entry)]),
  };
};

const byFlatRate = (compiled: Compiled, terms: PayTerms): PayOne => {
  const usual = compiled.rate ?? Exact.ZERO;
  return {
    pay: (entry) => entry.base.times(terms.personalRate(entry.on)?.rate ?? usual),
    why: (entry) => {
      const personal = terms.personalRate(entry.on);
      const rate = personal
        ? fact('personal rate', personal.rate, [personal.position])
        : fact('rate', usual);
      return step('product', 'rate', [rate, entryWhy(entry)]);
    },
  };
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
  if (!tiers || tiers.retroactive || !tiers.steps.some(hasAmount)) return Exact.ZERO;
  const { quota } = terms.own;
  const reached =
    tiers.by === 'value' || !quota || quota.sign <= 0
      ? tiers.by === 'value'
        ? running
        : Exact.ZERO
      : running.dividedBy(quota);
  return Exact.sum(
    tiers.steps.map((item, i) =>
      item.amount && (i === 0 || reached.atLeast(item.from)) ? item.amount : Exact.ZERO,
    ),
  );
};

const hasAmount = ({ amount }: CompiledStep): boolean => amount !== undefined;
const hasMultiplier = ({ multiplier }: CompiledStep): boolean => multiplier !== undefined;
const FOREVER: Rests = { index: 0, rate: Exact.ZERO, quota: undefined };

const restsOn = (compiled: Compiled, terms: PayTerms, lookup: Lookup | undefined): Rests => {
  if (lookup) return { index: lookup.index, rate: lookup.rate, quota: undefined };
  const { tiers } = compiled;
  if (!tiers) return FOREVER;
  const quota = tiers.by === 'attainment' ? terms.own.quota : undefined;
  const rate = tiers.steps.some(hasMultiplier) ? baseRate(terms) : Exact.ZERO;
  return { index: 0, rate, quota };
};

const isSame = (a: Rests, b: Rests): boolean =>
  a === b ||
  (a.index === b.index &&
    a.rate.equals(b.rate) &&
    (a.quota === b.quota || (!!a.quota && !!b.quota && a.quota.equals(b.quota))));

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
  const on = restsOn(compiled, terms, lookup);
  const paid: Paid =
    before?.on && isSame(before.on, on)
      ? before
      : { on, pays: [], whys: [], running: Exact.ZERO, fixed: Exact.ZERO };
  // What explains pay may name other facts than before.
  const one = (terms.trace ? undefined : paid.one) ?? payOne(compiled, terms, lookup);
  paid.one = one;
  for (let i = paid.pays.length; i < entries.length; i += 1) {
    const entry = entries[i] as Entry;
    const after = paid.running.plus(entry.value);
    if (entry.reverses) {
      // What it takes back follows what was earned, not what is determined now.
      paid.pays.push(Exact.ZERO);
      if (terms.trace) paid.whys.push(undefined);
    } else {
      paid.pays.push(scaled(one.pay(entry, paid.running, after), entry, compiled));
      if (terms.trace) {
        paid.whys.push(scaledWhy(one.why(entry, paid.running, after), entry, compiled));
      }
    }
    paid.running = after;
  }
  const fixed = lookup ? lookup.fixed : marginalAmounts(compiled, terms, paid.running);
  paid.fixed = fixed.times(compiled.share);
  paid.fixedWhy = undefined;
  if (terms.trace && !fixed.isZero) {
    const why = lookup ? lookup.fixedWhy() : fact('step amounts', fixed);
    paid.fixedWhy = compiled.share.equals(Exact.ONE)
      ? why
      : step('product', 'share', [why, fact('share', compiled.share)]);
  }
  return paid;
};
