import { Exact, minorUnits, roundToSum } from '#kernel';
import type { DealContent } from './book-deals.js';
import type { Holder, Holders } from './holders.js';

/** How somebody came by a credit. */
export type CreditKind = 'direct' | 'overlay' | 'rollup' | 'manual';

/** A holder's part of every line of a deal's content, in the order of the lines. */
export interface Part {
  readonly payee: string;
  readonly kind: 'direct' | 'overlay' | 'rollup';
  readonly share: Exact;
  readonly amounts: readonly Exact[];
  readonly costs: readonly Exact[];
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

const column = (rows: readonly (readonly Exact[])[], i: number): Exact[] =>
  rows.map((row) => row[i] as Exact);

const sumOf = (rows: readonly (readonly Exact[])[], width: number): Exact[] =>
  Array.from({ length: width }, (_, i) => Exact.sum(column(rows, i)));

// Mostly a manager has one below him who has a part in the deal.
const together = (parts: readonly Part[], width: number) =>
  parts.length === 1
    ? (({ amounts, costs, positions }) => ({ amounts, costs, positions }))(parts[0] as Part)
    : {
        amounts: sumOf(
          parts.map((part) => part.amounts),
          width,
        ),
        costs: sumOf(
          parts.map((part) => part.costs),
          width,
        ),
        positions: [...new Set(parts.flatMap((part) => part.positions))],
      };

const NO_PARTS: readonly Part[] = [];

// Parts by the managers above who has them, managers in order of their ids.
const byManager = (
  direct: readonly Part[],
  managersOf: (payee: string) => readonly string[],
): [string, Part[]][] => {
  const below = new Map<string, Part[]>();
  for (const part of direct) {
    for (const manager of managersOf(part.payee)) {
      const parts = below.get(manager);
      if (parts) parts.push(part);
      else below.set(manager, [part]);
    }
  }
  return [...below].sort(([a], [b]) => (a < b ? -1 : 1));
};

const rollUp = (
  direct: readonly Part[],
  managersOf: (payee: string) => readonly string[],
): readonly Part[] => {
  const [first] = direct;
  if (!first || direct.every(({ payee }) => managersOf(payee).length === 0)) return NO_PARTS;
  const width = first.amounts.length;
  return byManager(direct, managersOf).map(([payee, parts]) => ({
    payee,
    kind: 'rollup',
    share: Exact.sum(parts.map((part) => part.share)),
    ...together(parts, width),
  }));
};

// Most deals belong to one payee alone, and need no splitting.
const soleHolder = ({ direct, overlay }: Holders): Holder | undefined =>
  direct.length === 1 && overlay.length === 0 && direct[0]?.share.equals(Exact.ONE)
    ? direct[0]
    : undefined;

const directParts = (
  lines: DealContent['lines'],
  holders: Holders['direct'],
  currency: string,
): Part[] => {
  const amounts = lines.map((line) => splitAmount(line.amount, holders, currency));
  const costs = lines.map((line) => splitAmount(line.cost, holders, currency));
  return holders.map(({ payee, share, positions }, i) => ({
    payee,
    kind: 'direct',
    share,
    positions,
    amounts: column(amounts, i),
    costs: column(costs, i),
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
  const sole = soleHolder(holders);
  if (sole) {
    const { payee, share, positions } = sole;
    const [amounts, costs] = [lines.map((line) => line.amount), lines.map((line) => line.cost)];
    const part: Part = { payee, kind: 'direct', share, positions, amounts, costs };
    const rollups = rollUp([part], managersOf);
    return rollups.length === 0 ? [part] : [part, ...rollups];
  }
  const direct = directParts(lines, holders.direct, currency);
  const overlay = holders.overlay.map(({ payee, share, positions }): Part => ({
    payee,
    kind: 'overlay',
    share,
    positions,
    amounts: lines.map((line) => beside(line.amount, share, currency)),
    costs: lines.map((line) => beside(line.cost, share, currency)),
  }));
  return [...direct, ...overlay, ...rollUp(direct, managersOf)];
};
