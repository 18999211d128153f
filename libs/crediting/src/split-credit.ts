import { Exact, minorUnits, roundToSum } from '#kernel';
import type { Deal } from './book-deals.js';
import type { Book } from './book.js';
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
  if (amount.isZero) return holders.map(() => Exact.ZERO);
  const scale = scaleOf(amount, currency);
  const together = amount.times(Exact.sum(holders.map((holder) => holder.share)));
  const parts = holders.map((holder) => amount.times(holder.share));
  return roundToSum(parts, together.round(scale), scale).map((unit) => Exact.units(unit, scale));
};

const beside = (amount: Exact, share: Exact, currency: string): Exact => {
  if (amount.isZero) return Exact.ZERO;
  const scale = scaleOf(amount, currency);
  return Exact.units(amount.times(share).round(scale), scale);
};

const NO_PARTS: readonly Part[] = [];

// What a manager has of the one below him who has a part in the deal.
const above = (payee: string, { share, lines, positions }: Part): Part => ({
  payee,
  kind: 'rollup',
  share,
  lines,
  positions,
});

// What a manager has of those below him who have a part in the deal.
const together = (payee: string, below: readonly Part[]): Part => {
  const [first] = below as readonly [Part, ...Part[]];
  if (below.length === 1) return above(payee, first);
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

// One part for each manager above who has direct ones, managers in order of their ids.
const rollupParts = (direct: readonly Part[], book: Book, day: number): readonly Part[] => {
  const [sole] = direct;
  // Mostly it is one payee's deal, and whoever is above him has all of it.
  if (sole && direct.length === 1) {
    const managers = book.managersAbove(sole.payee, day);
    if (managers.length === 0) return NO_PARTS;
    const inOrder = managers.length === 1 ? managers : [...managers].sort();
    return inOrder.map((manager) => above(manager, sole));
  }
  const below = new Map<string, Part[]>();
  for (const part of direct) {
    for (const manager of book.managersAbove(part.payee, day)) {
      const known = below.get(manager);
      if (known) known.push(part);
      else below.set(manager, [part]);
    }
  }
  const managers = [...below.keys()].sort();
  return managers.map((manager) => together(manager, below.get(manager) as Part[]));
};

const directParts = (
  lines: readonly LinePart[],
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

const overlayParts = (
  lines: readonly LinePart[],
  holders: Holders['overlay'],
  currency: string,
): readonly Part[] =>
  holders.map(({ payee, share, positions }) => ({
    payee,
    kind: 'overlay',
    share,
    lines: lines.map((line) => ({
      amount: beside(line.amount, share, currency),
      cost: beside(line.cost, share, currency),
    })),
    positions,
  }));

/**
 * Splits the lines of a deal among those who hold it: direct parts that sum to the whole to the
 * last unit, overlays beside them, and one rollup for each manager above, the sum of the parts below.
 */
export const splitLines = (
  book: Book,
  { currency, bookedOn }: Deal,
  lines: readonly LinePart[],
  holders: Holders,
): readonly Part[] => {
  const direct = directParts(lines, holders.direct, currency);
  const overlay =
    holders.overlay.length === 0 ? NO_PARTS : overlayParts(lines, holders.overlay, currency);
  const rollups = rollupParts(direct, book, bookedOn);
  if (overlay.length + rollups.length === 0) return direct;
  return [...direct, ...overlay, ...rollups];
};
