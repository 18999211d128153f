import { Exact } from '#kernel';
import type { Trace } from './trace.js';

const MONEY_DECIMALS = 2;
const DECIMALS_AT_MOST = 6;

// What is a part of something is read in per cent; everything else as an amount.
const RATIO = /(^|\s)(rate|share|factor|score|weight|payout|part|part counted|part taken back|attainment|season|ramp)$/;
const PLAIN = /^(exchange rate|multiplier)$/;

const grouped = (text: string): string => {
  const [whole = '', part] = text.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? thousands : `${thousands}.${part}`;
};

const percent = (value: Exact): string => {
  const shown = value.times(Exact.of(100));
  const decimals = shown.decimals();
  return decimals === undefined || decimals > DECIMALS_AT_MOST
    ? `${shown.toFixed(MONEY_DECIMALS)}…%`
    : `${shown.toFixed(decimals)}%`;
};

const amount = (value: Exact): string => {
  const decimals = value.decimals();
  if (decimals === undefined || decimals > DECIMALS_AT_MOST) {
    return `${grouped(value.toFixed(MONEY_DECIMALS + 2))}…`;
  }
  return grouped(value.toFixed(Math.max(decimals, MONEY_DECIMALS)));
};

const shownValue = ({ rule, op, result }: Trace): string => {
  const value = Exact.from(result);
  // What a rate comes to is an amount.
  if (rule === 'rate' && op !== 'fact') return amount(value);
  if (PLAIN.test(rule)) return value.toText();
  return RATIO.test(rule) ? percent(value) : amount(value);
};

// What changes nothing is not worth a line: rounding a round number, a sum of one.
const plain = (trace: Trace): Trace => {
  const [first, ...rest] = trace.inputs;
  if (!first || rest.length > 0 || first.result !== trace.result) return trace;
  if (trace.op === 'fact') return trace;
  const inner = plain(first);
  return trace.says === undefined || inner.says !== undefined ? inner : { ...inner, says: trace.says };
};

const isLeaf = ({ op }: Trace): boolean => op === 'fact';

const named = ({ rule, says }: Trace): string => (says === undefined ? rule : `${rule}: ${says}`);

const operand = (trace: Trace): string => `${shownValue(trace)} (${isLeaf(trace) ? named(trace) : trace.rule})`;

const ROUNDING = {
  'half-up': '',
  'half-even': ', ties to the even neighbour',
  'toward-zero': ', toward zero',
} as const;

const expression = (trace: Trace, inputs: readonly Trace[]): string => {
  const texts = inputs.map(operand);
  switch (trace.op) {
    case 'fact':
      return '';
    case 'sum':
      return texts.join(' + ');
    case 'difference':
      return texts.join(' - ');
    case 'product':
      return texts.join(' × ');
    case 'quotient':
      return texts.join(' ÷ ');
    case 'min':
      return `the lower of ${texts.join(' and ')}`;
    case 'max':
      return `the higher of ${texts.join(' and ')}`;
    case 'round':
      return `${texts.join('')} rounded to ${trace.scale ?? 0} decimals${ROUNDING[trace.rounding ?? 'half-up']}`;
  }
};

const lines = (trace: Trace, depth: number): string[] => {
  const inputs = trace.inputs.map(plain);
  const says = trace.says === undefined ? '' : `, ${trace.says}`;
  const head = depth === 0 ? shownValue(trace) : `${shownValue(trace)} (${trace.rule})`;
  const own = isLeaf(trace)
    ? `${shownValue(trace)}, ${named(trace)}`
    : `${head} = ${expression(trace, inputs)}${says}`;
  const below = inputs.filter((input) => !isLeaf(input)).flatMap((input) => lines(input, depth + 1));
  return [`${'  '.repeat(depth)}${own}`, ...below];
};

/**
 * The explanation of an amount as a comp analyst would write it: `6,000.00 = 10% × 60,000.00, the
 * part above quota`, and below it, indented, where each of these comes from.
 */
export const explainText = (trace: Trace): string => lines(plain(trace), 0).join('\n');
