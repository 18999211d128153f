import { Exact, showAmount, showRatio } from '#kernel';
import type { Trace } from './trace.js';

// What is a part of something is read in per cent; everything else as an amount.
const RATIO =
  /(^|\s)(rate|share|factor|score|weight|payout|part counted|part taken back|attainment|season|ramp)$/;
const PLAIN = /^(exchange rate|multiplier)$/;

const shownValue = ({ rule, op, result }: Trace): string => {
  const value = Exact.from(result);
  // What a rate comes to is an amount.
  if (rule === 'rate' && op !== 'fact') return showAmount(value);
  if (PLAIN.test(rule)) return value.toText();
  return RATIO.test(rule) ? showRatio(value) : showAmount(value);
};

// What changes nothing is not worth a line: rounding a round number, a sum of one.
const plain = (trace: Trace): Trace => {
  const [first, ...rest] = trace.inputs;
  if (!first || rest.length > 0 || first.result !== trace.result) return trace;
  if (trace.op === 'fact') return trace;
  const inner = plain(first);
  return trace.says === undefined || inner.says !== undefined
    ? inner
    : { ...inner, says: trace.says };
};

const isLeaf = ({ op }: Trace): boolean => op === 'fact';

const isRest = ({ rule }: Trace): boolean => rule === 'largest remainder';

// Rounding is said beside what is rounded; a step of its own would only repeat the number.
const peeled = (trace: Trace): { readonly core: Trace; readonly note: string } => {
  const [first, second] = trace.inputs;
  const isShared =
    trace.op === 'sum' && first?.op === 'round' && second !== undefined && isRest(second);
  const round = isShared ? first : trace;
  const [core] = round.inputs;
  if (round.op !== 'round' || !core) return { core: trace, note: '' };
  return {
    core: plain(core),
    note: isShared ? `, rounded ${second.says ?? ''}`.trimEnd() : ', rounded',
  };
};

// What reads as words of its own needs no name before it: `the part of deal d1 above quota`.
const named = ({ rule, says }: Trace): string => {
  if (says === undefined) return rule;
  return says.startsWith('the ') ? says : `${rule}: ${says}`;
};

const operand = (trace: Trace): string =>
  `${shownValue(trace)} (${isLeaf(trace) ? named(trace) : trace.rule})`;

const SIGNS = { sum: ' + ', difference: ' - ', product: ' × ', quotient: ' ÷ ' } as const;

const expression = (trace: Trace, inputs: readonly Trace[]): string => {
  const texts = inputs.map(operand);
  switch (trace.op) {
    case 'fact':
      return operand(trace);
    case 'sum':
    case 'difference':
    case 'product':
    case 'quotient': {
      const last = inputs.at(-1);
      // The last of them may go on into its own words: `10% × 60,000.00, the part above quota`.
      const isSaid = last && isLeaf(last) && last.says?.startsWith('the ');
      if (isSaid) texts[texts.length - 1] = `${shownValue(last)}, ${last.says}`;
      return texts.join(SIGNS[trace.op]).replaceAll(' + -', ' - ');
    }
    case 'min':
      return `the lower of ${texts.join(' and ')}`;
    case 'max':
      return `the higher of ${texts.join(' and ')}`;
    case 'round':
      return texts.join('');
  }
};

const lines = (trace: Trace, depth: number): string[] => {
  const { core, note } = peeled(trace);
  const inputs = core.inputs.map(plain);
  const says = core.says === undefined || isLeaf(core) ? '' : `, ${core.says}`;
  const head = depth === 0 ? shownValue(trace) : `${shownValue(trace)} (${trace.rule})`;
  const own = isLeaf(trace)
    ? `${shownValue(trace)}, ${named(trace)}`
    : `${head} = ${expression(core, inputs)}${says}${note}`;
  const below = inputs
    .filter((input) => !isLeaf(input))
    .flatMap((input) => lines(input, depth + 1));
  return [`${'  '.repeat(depth)}${own}`, ...below];
};

/**
 * The explanation of an amount as a comp analyst would write it: `6,000.00 = 10% (tier rate: from
 * 100% of quota on) × 60,000.00, the part of deal d1 above quota (500,000.00)`, and below it,
 * indented, where each of these comes from.
 */
export const explainText = (trace: Trace): string => lines(plain(trace), 0).join('\n');
