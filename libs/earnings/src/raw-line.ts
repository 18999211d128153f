import { Exact } from '#kernel';
import type { Entry } from './entries.js';
import type { EarningsLine } from './results.js';
import { fact, step, type Trace } from './trace.js';

/** A credit's pay in a month, or a sum without a credit, exact and before rounding. */
export interface RawLine {
  /** The deal it belongs to; empty for sums that belong to none. */
  readonly deal: string;
  readonly entry?: Entry;
  readonly what?: EarningsLine['what'];
  readonly amount: Exact;
  readonly why?: Trace;
}

const plain = (line: RawLine): Trace => line.why ?? fact('amount', line.amount);

/** The same line with so much less; what is negative adds. */
export const lessened = (line: RawLine, cut: Exact, rule: string, trace: boolean): RawLine => ({
  ...line,
  amount: line.amount.minus(cut),
  ...(trace && { why: step('difference', rule, [plain(line), fact('cut', cut)]) }),
});

export const negatedLine = (line: RawLine, rule: string, trace: boolean): RawLine => ({
  ...line,
  amount: line.amount.negated(),
  ...(trace && { why: step('product', rule, [fact('taken back', Exact.of(-1)), plain(line)]) }),
});

/** The sum of lines of the same credit, as one line. */
export const merged = (lines: readonly RawLine[], trace: boolean): RawLine => {
  const [first] = lines as readonly [RawLine, ...RawLine[]];
  if (lines.length === 1) return first;
  return {
    ...first,
    amount: Exact.sum(lines.map((line) => line.amount)),
    ...(trace && { why: step('sum', 'credit', lines.map(plain)) }),
  };
};

const ZERO = Exact.ZERO;

/**
 * Takes a cut from the lines, the last earned first: no line changes its sign, but the last one
 * where nothing else is left to take from. A negative cut gives back.
 */
export const takeFromLast = (
  lines: readonly RawLine[],
  cut: Exact,
  rule: string,
  trace: boolean,
): RawLine[] => {
  if (cut.isZero) return [...lines];
  const result = [...lines];
  let left = cut;
  for (let i = result.length - 1; i >= 0 && !left.isZero; i -= 1) {
    const line = result[i] as RawLine;
    const room = left.sign > 0 ? Exact.max(line.amount, ZERO) : Exact.min(line.amount, ZERO);
    const taken = left.sign > 0 ? Exact.min(left, room) : Exact.max(left, room);
    if (taken.isZero) continue;
    result[i] = lessened(line, taken, rule, trace);
    left = left.minus(taken);
  }
  if (left.isZero) return result;
  const last = result.pop() ?? { deal: '', amount: ZERO };
  return [...result, lessened(last, left, rule, trace)];
};
