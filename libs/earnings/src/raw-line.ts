import { Exact } from '#kernel';
import { inOrder, isSamePlace, type Entry } from './entry.js';
import type { EarningsLine } from './results.js';
import { fact, step, type Trace } from './trace.js';

/** A credit's pay in a month, or a sum without a credit, exact and before rounding. */
export interface RawLine {
  /** The deal it belongs to; empty for sums that belong to none. */
  readonly deal: string;
  readonly entry?: Entry;
  readonly what?: EarningsLine['what'] | undefined;
  readonly amount: Exact;
  readonly why?: Trace | undefined;
}

const SUMS = ['fixed', 'floor'];

const inSequence = (a: RawLine, b: RawLine): number => {
  if (a.entry && b.entry) return inOrder(a.entry, b.entry);
  if (a.entry || b.entry) return a.entry ? -1 : 1;
  const [first, second] = [SUMS.indexOf(a.what ?? ''), SUMS.indexOf(b.what ?? '')];
  return first - second || (a.deal < b.deal ? -1 : Number(a.deal > b.deal));
};

// Whether a line comes after another one, and is of another credit.
const follows = (before: RawLine, line: RawLine): boolean => {
  const [a, b] = [before.entry, line.entry];
  if (a && b) return a.on < b.on || (inOrder(a, b) < 0 && !isSamePlace(a, b));
  const isSame = !a && !b && before.deal === line.deal && before.what === line.what;
  return !isSame && inSequence(before, line) <= 0;
};

/** Whether lines are certainly of different credits: in order, with none beside another of its own. */
export const areDistinct = (lines: readonly RawLine[]): boolean => {
  for (let i = 1; i < lines.length; i += 1) {
    if (!follows(lines[i - 1] as RawLine, lines[i] as RawLine)) return false;
  }
  return true;
};

/** Lines in the order of credits, in which ties are rounded and cuts are taken; then other sums. */
export const inCreditOrder = (lines: readonly RawLine[]): readonly RawLine[] => {
  for (let i = 1; i < lines.length; i += 1) {
    if (inSequence(lines[i - 1] as RawLine, lines[i] as RawLine) > 0) {
      return [...lines].sort(inSequence);
    }
  }
  return lines;
};

const plain = (line: RawLine): Trace => line.why ?? fact('amount', line.amount);

/** A line of which a cap lets through a part; an earlier one gives back or loses more. */
export const capLine = (line: RawLine, amount: Exact, trace: boolean): RawLine => ({
  ...line,
  amount,
  ...(trace && {
    why: step('difference', 'cap', [plain(line), fact('cut', line.amount.minus(amount))]),
  }),
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
