/**
 * Why an amount is what it is: a tree that can be evaluated by itself. `result` is exact text
 * (`"0.08"`, `"2/3"`); a leaf is a fact or a plan's term and names the log positions it comes from.
 */
export interface Trace {
  /** What the step is in the business's words: `tier`, `rate`, `split`, `credit factor`… */
  readonly rule: string;
  /** In words, for people: `the part of deal d1 above quota`. */
  readonly says?: string;
  readonly op:
    | 'fact' | 'sum' | 'difference' | 'product' | 'quotient' | 'min' | 'max' | 'round';
  readonly inputs: readonly Trace[];
  /** For `round`: the number of decimals. What largest remainder adds or takes is an input. */
  readonly scale?: number;
  readonly rounding?: 'half-up' | 'half-even' | 'toward-zero';
  readonly result: string;
  readonly events?: readonly number[];
}
