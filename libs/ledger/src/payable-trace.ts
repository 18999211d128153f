import { Exact, minorUnits } from '#kernel';
import { fact, step, type Trace } from '#earnings';
import type { Change } from './changes.js';
import type { Carried, DrawMove, Settlement } from './draws.js';

const DRAWS: Readonly<Record<DrawMove['kind'], string>> = {
  guarantee: 'topped up to the guarantee',
  recoverable: 'topped up to the draw, to be recovered',
  advance: 'advanced, to be repaid',
  stipend: 'stipend on top',
};

const releasedWhy = (month: number, change: Change, scale: number): Trace => {
  const { origin, currency, by, paidBefore } = change;
  // Where later facts left nothing of a closed month, only what had been paid of it is left to say.
  const isGone = by.payable === -paidBefore;
  const now = isGone ? fact('nothing left', Exact.ZERO) : origin.why(month, currency);
  if (paidBefore === 0n) return now;
  const before = fact(
    'payable before',
    Exact.units(paidBefore, scale),
    [],
    `of ${origin.component}`,
  );
  return step('difference', 'newly payable', [now, before]);
};

const drawWhy = ({ plan, kind, given, recovered }: DrawMove, scale: number): Trace =>
  recovered === 0n
    ? fact('draw', Exact.units(given, scale), [], `${DRAWS[kind]} (plan ${plan})`)
    : fact('draw recovered', Exact.units(-recovered, scale), [], `repays the draw of plan ${plan}`);

/** The tree that explains what a month pays: released, shortfalls deducted, draws, carried on. */
export const payableWhy = (
  month: number,
  currency: string,
  changes: readonly Change[],
  before: Carried,
  settled: Settlement,
): Trace => {
  const scale = minorUnits(currency);
  const inputs = changes
    .filter((change) => change.currency === currency && change.by.payable !== 0n)
    .map((change) => releasedWhy(month, change, scale));
  const some = (rule: string, amount: bigint, says: string): void => {
    if (amount !== 0n) inputs.push(fact(rule, Exact.units(amount, scale), [], says));
  };
  some('shortfall deducted', -before.owed, 'of earlier months');
  inputs.push(...settled.moves.map((move) => drawWhy(move, scale)));
  some('shortfall carried on', settled.carried.owed, 'to the next months');
  return step('sum', 'payable', inputs);
};
