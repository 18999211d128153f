import { explainText, type Trace } from '#earnings';
import type { StatementLine } from './statement-lines.js';

/** A node of an explanation: the rule, what went in, how, what came out, and the facts' positions. */
export interface ExplainNode {
  readonly rule: string;
  readonly says?: string;
  readonly formula: string;
  readonly result: string;
  readonly rounding?: string;
  readonly inputs: readonly ExplainNode[];
  readonly events: readonly number[];
}

const FORMULAS: Readonly<Record<Trace['op'], string>> = {
  fact: 'as recorded',
  sum: 'sum of the inputs',
  difference: 'first input − the others',
  product: 'product of the inputs',
  quotient: 'first input ÷ second input',
  min: 'the least of the inputs',
  max: 'the greatest of the inputs',
  round: 'the input, rounded',
};

/** The tree that explains an amount, as it is answered. */
export const explainNode = ({
  rule,
  says,
  op,
  inputs,
  scale,
  rounding,
  result,
  events,
}: Trace): ExplainNode => ({
  rule,
  ...(says !== undefined && { says }),
  formula: FORMULAS[op],
  result,
  ...(rounding && {
    rounding: scale === undefined ? rounding : `${rounding} to ${scale} decimals`,
  }),
  inputs: inputs.map(explainNode),
  events: events ?? [],
});

/** A line and why it came to its amount, as text for people. */
export const explainLine = ({ id, reason, amount, trace, events }: StatementLine): string => {
  const head = `${id}  ${amount.amount} ${amount.currency}  ${reason}  (events ${events.join(', ')})`;
  return trace ? `${head}\n${explainText(trace).replace(/^/gm, '    ')}` : head;
};
