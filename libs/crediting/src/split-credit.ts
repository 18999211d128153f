import { Exact, minorUnits, roundToSum } from '#kernel';
import type { DealContent } from './book-deals.js';
import type { Holder, Holders } from './holders.js';

/** How somebody came by a credit. */
export type CreditKind = 'direct' | 'overlay' | 'rollup' | 'manual';

/** What somebody has of one line of a deal. */
export interface LinePart {
  readonly amount: Exact;
  readonly cost: Exact;
}

/** A holder's part of every line of a deal's content, in the order of the lines. */
export interface Part {
  readonly payee: string;
  readonly kind: 'direct' | 'overlay' | 'rollup';
  readonly share: Exact;
  readonly lines: readonly LinePart[];
  readonly positions: readonly number[];
}

// The scale in which an amount was recorded: the fewest decimals that hold it, at least the minor
// unit; unit prices and imports may carry more digits than money has.
const scaleOf = (amount: Exact, currency: string): number =>
  Math.max(amount.decimals() ?? 0, minorUnits(currency));

/** Shares an amount among direct holders so that the parts sum to what they have together. */
export const splitAmount = (
  amount: Exact,
  holders: readonly Holder[],
  currency: string,
): Exact[] => {
  if (holders.length === 1 && holders[0]?.share.equals(Exact.ONE)) return [amount];
  const scale = scaleOf(amount, currency);
  const together = amount.times(Exact.sum(holders.map((holder) => holder.share)));
  const parts = holders.map((holder) => amount.times(holder.share));
  return roundToSum(parts, together.round(scale), scale).map((unit) => Exact.units(unit, scale));
};

const beside = (amount: Exact, share: Exact, currency: string): Exact => {
  const scale = scaleOf(amount, currency);
  return Exact.units(amount.times(share).round(scale), scale);
};

// What a manager has of those below him who have a part in the deal.
const together = (payee: string, below: readonly Part[]): Part => {
  const [first] = below as readonly [Part, ...Part[]];
  // Mostly it is one.
  if (below.length === 1) return { ...first, payee, kind: 'rollup' };
  return {
    payee,
    kind: 'rollup',
    share: Exact.sum(below.map((part) => part.share)),
    lines: first.lines.map((_, i) => ({
      amount: Exact.sum(below.map(({ lines }) => (lines[i] as LinePart).amount)),
      cost: Exact.sum(below.map(({ lines }) => (lines[i] as LinePart).cost)),
    })),
    positions: [...new Set(below.flatMap((part) => part.positions))],
  };
};

// One part for each manager above who has the direct ones, managers in order of their ids.
const addRollups = (parts: Part[], managersOf: (payee: string) => readonly string[]): void => {
  let below: Map<string, Part[]> | undefined;
  for (const part of parts) {
    if (part.kind !== 'direct') continue;
    for (const manager of managersOf(part.payee)) {
      below ??= new Map();
      const known = below.get(manager);
      if (known) known.push(part);
      else below.set(manager, [part]);
    }
  }
  if (!below) return;
  for (const manager of [...below.keys()].sort()) {
    parts.push(together(manager, below.get(manager) as Part[]));
  }
};

const directParts = (
  lines: DealContent['lines'],
  holders: Holders['direct'],
  currency: string,
): Part[] => {
  const [sole] = holders;
  // Most deals belong to one payee alone, and need no splitting.
  if (holders.length === 1 && sole?.share.equals(Exact.ONE)) {
    const { payee, share, positions } = sole;
    return [{ payee, kind: 'direct', share, lines, positions }];
  }
  const amounts = lines.map((line) => splitAmount(line.amount, holders, currency));
  const costs = lines.map((line) => splitAmount(line.cost, holders, currency));
  return holders.map(({ payee, share, positions }, i) => ({
    payee,
    kind: 'direct',
    share,
    lines: lines.map((_, line) => ({
      amount: amounts[line]?.[i] as Exact,
      cost: costs[line]?.[i] as Exact,
    })),
    positions,
  }));
};

/**
 * Splits the lines of a deal among those who hold it: direct parts that sum to the whole to the
 * last unit, overlays beside them, and one rollup for each manager above, the sum of the parts below.
 */
export const splitLines = (
  lines: DealContent['lines'],
  holders: Holders,
  currency: string,
  managersOf: (payee: string) => readonly string[],
): readonly Part[] => {
  const parts = directParts(lines, holders.direct, currency);
  for (const { payee, share, positions } of holders.overlay) {
    parts.push({
      payee,
      kind: 'overlay',
      share,
      lines: lines.map((line) => ({
        amount: beside(line.amount, share, currency),
        cost: beside(line.cost, share, currency),
      })),
      positions,
    });
  }
  addRollups(parts, managersOf);
  return parts;
};
