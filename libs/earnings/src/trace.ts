import { Exact, type Rounding } from '#kernel';

/**
 * Why an amount is what it is: a tree that can be evaluated by itself. `result` is exact text
 * (`"0.08"`, `"2/3"`); a leaf is a fact or a plan's term and names the log positions it comes from.
 */
export interface Trace {
  /** What the step is in the business's words: `tier`, `rate`, `split`, `credit factor`… */
  readonly rule: string;
  /** In words, for people: `the part of deal d1 above quota`. */
  readonly says?: string;
  readonly op: 'fact' | 'sum' | 'difference' | 'product' | 'quotient' | 'min' | 'max' | 'round';
  readonly inputs: readonly Trace[];
  /** For `round`: the number of decimals. What largest remainder adds or takes is an input. */
  readonly scale?: number;
  readonly rounding?: Rounding | 'toward-zero';
  readonly result: string;
  readonly events?: readonly number[];
}

/** A fact or a term of the plan: a leaf of the tree. */
export const fact = (
  rule: string,
  value: Exact,
  events: readonly number[] = [],
  says?: string,
): Trace => ({
  rule,
  op: 'fact',
  inputs: [],
  result: value.toText(),
  ...(says !== undefined && { says }),
  ...(events.length > 0 && { events: [...events] }),
});

const OPERATIONS = {
  sum: (values: readonly Exact[]) => Exact.sum(values),
  difference: ([first = Exact.ZERO, ...rest]: readonly Exact[]) => first.minus(Exact.sum(rest)),
  product: (values: readonly Exact[]) => values.reduce((a, b) => a.times(b), Exact.ONE),
  quotient: ([a = Exact.ZERO, b = Exact.ONE]: readonly Exact[]) => a.dividedBy(b),
  min: (values: readonly Exact[]) => values.reduce(Exact.min),
  max: (values: readonly Exact[]) => values.reduce(Exact.max),
} as const;

const rounded = (value: Exact, scale: number, rounding: Trace['rounding']): Exact =>
  Exact.units(
    rounding === 'toward-zero' ? value.truncate(scale) : value.round(scale, rounding),
    scale,
  );

/** A step of the tree: its result is what its operation makes of its inputs' results. */
export const step = (
  op: keyof typeof OPERATIONS,
  rule: string,
  inputs: readonly Trace[],
  says?: string,
): Trace => ({
  rule,
  op,
  inputs,
  result: OPERATIONS[op](inputs.map((input) => Exact.from(input.result))).toText(),
  ...(says !== undefined && { says }),
});

/** A value rounded to `scale` decimals. */
export const roundedStep = (
  rule: string,
  input: Trace,
  scale: number,
  rounding: NonNullable<Trace['rounding']>,
): Trace => ({
  rule,
  op: 'round',
  inputs: [input],
  scale,
  rounding,
  result: rounded(Exact.from(input.result), scale, rounding).toText(),
});

/** Computes a tree from its leaves alone, without looking at any other result in it. */
export const evaluate = (trace: Trace): Exact => {
  if (trace.op === 'fact') return Exact.from(trace.result);
  const inputs = trace.inputs.map(evaluate);
  if (trace.op === 'round') return rounded(inputs[0] as Exact, trace.scale ?? 0, trace.rounding);
  return OPERATIONS[trace.op](inputs);
};
