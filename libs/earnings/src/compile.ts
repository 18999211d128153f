import { compilePredicate, Exact } from '#kernel';
import type { Cap, Component, Every, Factor, Gate, TierStep, Window } from '#plans';

/** A plan's predicate, ready to be asked; one that cannot be evaluated is false. */
export type Predicate = ReturnType<typeof compilePredicate>;

/** A factor that applies where its predicate holds; without one, everywhere. */
export interface CompiledFactor {
  readonly where?: Predicate;
  readonly by: Exact;
}

export interface CompiledStep {
  readonly from: Exact;
  readonly rate?: Exact;
  readonly multiplier?: Exact;
  readonly amount?: Exact;
}

export interface CompiledTiers {
  readonly by: 'attainment' | 'value' | 'margin';
  readonly retroactive: boolean;
  readonly of?: string;
  readonly steps: readonly CompiledStep[];
  /** Where each step begins. */
  readonly starts: readonly Exact[];
}

export interface CompiledCurve {
  readonly by: 'attainment' | 'value';
  readonly linear: boolean;
  readonly extend: boolean;
  readonly pays: 'target' | 'amount' | 'rate';
  readonly points: readonly { readonly at: Exact; readonly pays: Exact }[];
}

export interface CompiledAxis {
  readonly of: string;
  readonly by: 'attainment' | 'value';
  readonly from: readonly Exact[];
}

export interface CompiledMatrix {
  readonly rows: CompiledAxis;
  readonly columns: CompiledAxis;
  readonly unit: 'target' | 'rate' | 'amount';
  readonly pays: readonly (readonly Exact[])[];
}

export interface CompiledCap {
  readonly amount?: Exact;
  readonly ofTarget?: Exact;
  readonly per: Window;
}

export interface CompiledGate {
  readonly component: string;
  readonly least: Exact;
  readonly inclusive: boolean;
  readonly pay: boolean;
}

/** A component with its texts read once: defaults filled in, numbers exact, predicates compiled. */
export interface Compiled {
  readonly definition: Component;
  readonly id: string;
  readonly value: 'amount' | 'margin' | 'quantity' | 'count' | 'attributes' | 'metric' | 'earnings';
  /** The attribute or metric that is measured. */
  readonly name: string;
  readonly on: 'booking' | 'invoice' | 'payment';
  readonly where?: Predicate;
  readonly credits: ReadonlySet<string>;
  readonly team: boolean;
  readonly creditFactors: readonly CompiledFactor[];
  /** Whose earnings an override on earnings counts; empty: all components. */
  readonly of: ReadonlySet<string>;
  readonly factors: readonly CompiledFactor[];
  /** Whether predicates or factors ask about the lines that it counts. */
  readonly asks: boolean;
  readonly window: Window;
  readonly every: Every;
  readonly toDate: boolean;
  readonly rate?: Exact;
  readonly tiers?: CompiledTiers;
  readonly curve?: CompiledCurve;
  readonly matrix?: CompiledMatrix;
  readonly weight: Exact;
  readonly season?: readonly Exact[];
  readonly share: Exact;
  readonly spiff?: { readonly per: 'deal' | 'unit'; readonly amount: Exact };
  readonly objectives?: readonly { readonly id: string; readonly weight: Exact }[];
  readonly caps: readonly CompiledCap[];
  readonly floor?: { readonly amount: Exact; readonly per: Window };
  readonly gates: readonly CompiledGate[];
  readonly clawback: CompiledClawback;
  readonly prorate: 'days' | 'months' | 'none';
}

export interface CompiledClawback {
  readonly how: 'recalculate' | 'reverse' | 'pay-only' | 'restate';
  readonly bands?: readonly { readonly within: number; readonly share: Exact }[];
  readonly proRata?: number;
}

const LENGTH: Readonly<Record<Window, number>> = {
  deal: 0,
  month: 1,
  quarter: 3,
  half: 6,
  year: 12,
};

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

const exact = (text: string | undefined): Exact | undefined =>
  text === undefined ? undefined : Exact.from(text);

const optional = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };

const factorOf = ({ where, by }: Factor): CompiledFactor => ({
  ...optional('where', where === undefined ? undefined : compilePredicate(where)),
  by: Exact.from(by),
});

const stepOf = ({ from, rate, multiplier, amount }: TierStep): CompiledStep => ({
  from: Exact.from(from),
  ...optional('rate', exact(rate)),
  ...optional('multiplier', exact(multiplier)),
  ...optional('amount', exact(amount)),
});

/** Caps in the order in which they act: the shortest period first, equal ones as written. */
export const compileCaps = (caps: Cap | readonly Cap[] | undefined): CompiledCap[] =>
  listOf(caps)
    .map(({ amount, ofTarget, per }) => ({
      ...optional('amount', exact(amount)),
      ...optional('ofTarget', exact(ofTarget)),
      per,
    }))
    .sort((a, b) => LENGTH[a.per] - LENGTH[b.per]);

/** A cap's place in the order: the nth of those that are written for one length of period. */
export interface CapPlace {
  readonly per: Window;
  readonly nth: number;
}

/** The cap that has a place in a version, if it has one there. */
export const capAt = (
  caps: readonly CompiledCap[],
  { per, nth }: CapPlace,
): CompiledCap | undefined => caps.filter((cap) => cap.per === per)[nth];

/**
 * The places that caps have in any of the versions, in the order in which they act: what came in a
 * period counts for its cap, whatever version it came by.
 */
export const capPlaces = (versions: readonly (readonly CompiledCap[])[]): CapPlace[] =>
  Object.keys(LENGTH).flatMap((length) => {
    const per = length as Window;
    const counts = versions.map((caps) => caps.filter((cap) => cap.per === per).length);
    return Array.from({ length: Math.max(0, ...counts) }, (_, nth) => ({ per, nth }));
  });

const gateOf =
  (own: string) =>
  ({ component, atLeast, moreThan, before }: Gate): CompiledGate => ({
    component: component ?? own,
    least: Exact.from(atLeast ?? moreThan ?? '0'),
    inclusive: atLeast !== undefined,
    pay: before === 'pay',
  });

const curveOf = ({ curve }: Component): CompiledCurve | undefined =>
  curve && {
    by: curve.by ?? 'attainment',
    linear: curve.shape === 'linear',
    extend: curve.beyond === 'extend',
    pays: curve.pays ?? 'target',
    points: curve.points.map(({ at, pays }) => ({ at: Exact.from(at), pays: Exact.from(pays) })),
  };

// `by` alone may name the component, which then is looked up by its attainment.
const axisOf = (own: string, axis: NonNullable<Component['matrix']>['rows']): CompiledAxis => {
  const isLength = axis.by === undefined || axis.by === 'attainment' || axis.by === 'value';
  const named = axis.of ?? (isLength ? 'self' : axis.by);
  return {
    of: named === 'self' || named === undefined ? own : named,
    by: axis.by === 'value' ? 'value' : 'attainment',
    from: axis.from.map(Exact.from),
  };
};

const matrixOf = ({ id, matrix }: Component): CompiledMatrix | undefined =>
  matrix && {
    rows: axisOf(id, matrix.rows),
    columns: axisOf(id, matrix.columns),
    unit: matrix.unit,
    pays: matrix.pays.map((row) => row.map(Exact.from)),
  };

const tiersOf = ({ tiers }: Component): CompiledTiers | undefined =>
  tiers && {
    by: tiers.by,
    retroactive: tiers.apply === 'retroactive',
    ...optional('of', tiers.of),
    steps: tiers.steps.map(stepOf),
    starts: tiers.steps.map(({ from }) => Exact.from(from)),
  };

const spiffOf = ({ amount, perUnit }: Component): Compiled['spiff'] => {
  if (perUnit !== undefined) return { per: 'unit', amount: Exact.from(perUnit) };
  return amount === undefined ? undefined : { per: 'deal', amount: Exact.from(amount) };
};

const clawbackOf = ({ clawback }: Component): CompiledClawback => ({
  how: clawback?.how ?? 'recalculate',
  ...optional(
    'bands',
    clawback?.bands?.map(({ within, share }) => ({
      within: Number(within.slice(0, -1)),
      share: Exact.from(share),
    })),
  ),
  ...optional('proRata', clawback?.proRata?.months),
});

const everyOf = (component: Component, window: Window): Every => {
  if (component.every) return component.every;
  const whole =
    component.type === 'bonus' ||
    component.type === 'objectives' ||
    component.curve !== undefined ||
    component.matrix !== undefined;
  return whole && window !== 'deal' ? window : 'month';
};

const measureOf = (component: Component) => {
  const {
    value: measured = 'amount',
    on,
    where,
    credits,
    who,
    factor,
    of,
  } = component.measure ?? {};
  const [value = 'amount', ...rest] = measured.split('.');
  const usual = component.type === 'override' ? ['rollup'] : ['direct', 'overlay'];
  return {
    value: value as Compiled['value'],
    name: rest.join('.'),
    on: on ?? 'booking',
    ...optional('where', where === undefined ? undefined : compilePredicate(where)),
    credits: new Set<string>(credits ?? usual),
    team: who === 'team',
    creditFactors: (factor ?? []).map(factorOf),
    of: new Set(of ?? []),
  };
};

const known = new WeakMap<Component, Compiled>();

/** Reads a component once; the same definition gives the same result object. */
export const compile = (component: Component): Compiled => {
  const found = known.get(component);
  if (found) return found;
  const window = component.window ?? 'quarter';
  const measure = measureOf(component);
  const factors = (component.factor ?? []).map(factorOf);
  const compiled: Compiled = {
    definition: component,
    id: component.id,
    ...measure,
    factors,
    asks: measure.where !== undefined || measure.creditFactors.length + factors.length > 0,
    window,
    every: everyOf(component, window),
    toDate: component.against === 'to-date',
    ...optional('rate', exact(component.rate)),
    ...optional('tiers', tiersOf(component)),
    ...optional('curve', curveOf(component)),
    ...optional('matrix', matrixOf(component)),
    weight: Exact.from(component.weight ?? '1'),
    ...optional('season', component.season?.map(Exact.from)),
    share: Exact.from(component.share ?? '1'),
    ...optional('spiff', component.type === 'spiff' ? spiffOf(component) : undefined),
    ...optional(
      'objectives',
      component.objectives?.map(({ id, weight }) => ({ id, weight: Exact.from(weight) })),
    ),
    caps: compileCaps(component.cap),
    ...optional(
      'floor',
      component.floor && { amount: Exact.from(component.floor.amount), per: component.floor.per },
    ),
    gates: listOf(component.gate).map(gateOf(component.id)),
    clawback: clawbackOf(component),
    prorate: component.prorate ?? 'days',
  };
  known.set(component, compiled);
  return compiled;
};
