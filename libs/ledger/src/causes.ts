import type { Book, Fact } from '#crediting';
import type { EarningsLine } from '#earnings';
import { lateDealsOf } from './late.js';
import type { AdjustmentLine } from './rows.js';

/** The log positions between two closings: after the first, up to and with the second. */
export interface Interval {
  readonly after: number;
  readonly upTo: number;
}

const keyOf = ({ deal, line, kind, on, what }: EarningsLine): string =>
  JSON.stringify([deal, line, kind, on, what]);

const amounts = <K>(
  lines: readonly EarningsLine[],
  key: (line: EarningsLine) => K,
  into: Map<K, bigint>,
  sign: bigint,
): void => {
  for (const line of lines) into.set(key(line), (into.get(key(line)) ?? 0n) + sign * line.amount);
};

/** The lines that differ, of what was and of what is. */
export const changedLines = (
  was: readonly EarningsLine[],
  is: readonly EarningsLine[],
): EarningsLine[] => {
  const differences = new Map<string, bigint>();
  amounts(was, keyOf, differences, -1n);
  amounts(is, keyOf, differences, 1n);
  return [...was, ...is].filter((line) => differences.get(keyOf(line)) !== 0n);
};

/** What changed of each deal, deals in order of their ids, pay without a deal first. */
export const adjustmentLines = (
  was: readonly EarningsLine[],
  is: readonly EarningsLine[],
): AdjustmentLine[] => {
  const differences = new Map<string | undefined, bigint>();
  amounts(was, (line) => line.deal, differences, -1n);
  amounts(is, (line) => line.deal, differences, 1n);
  return [...differences]
    .filter(([, amount]) => amount !== 0n)
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([deal, amount]) => (deal === undefined ? { amount } : { deal, amount }));
};

const within = (positions: Iterable<number>, { after, upTo }: Interval): number[] => {
  const inside = new Set<number>();
  for (const position of positions) if (after < position && position <= upTo) inside.add(position);
  return [...inside].sort((a, b) => a - b);
};

const positionsOf = (facts: readonly Fact[]): number[] => facts.map(({ position }) => position);

const byDeal = (lines: readonly EarningsLine[]): Map<string | undefined, EarningsLine[]> => {
  const deals = new Map<string | undefined, EarningsLine[]>();
  for (const line of lines) {
    const known = deals.get(line.deal);
    if (known) known.push(line);
    else deals.set(line.deal, [line]);
  }
  return deals;
};

// What was recorded of a deal itself.
const ofDeal = (book: Book, id: string | undefined): number[] =>
  id === undefined
    ? []
    : [...(book.deal(id)?.positions ?? []), ...positionsOf(book.manualCredits(id))];

const ofAccount = (book: Book, id: string | undefined): readonly number[] => {
  const deal = id === undefined ? undefined : book.deal(id);
  return deal ? book.account(deal.account).positions : [];
};

// What was recorded of the payee and his terms.
const ofPayee = (book: Book, payee: string): number[] => [
  ...['payee', 'assignment', 'quota', 'objective', 'earningsadjustment'].flatMap((category) =>
    positionsOf(book.facts(`${category}-${payee}`)),
  ),
  ...book.assignments(payee).flatMap(({ plan }) => positionsOf(book.facts(`plan-${plan}`))),
];

const CATEGORIES = ['fx', 'metric', 'territory', 'account', 'payee', 'plan'];

// All but deals: of those a book may know only the few that its payees have to do with. Of many
// payees the same is asked, and it goes through everything.
const ofAll = ({ reference }: Book): readonly number[] =>
  reference.derivedFromAll('positions of all', () => [
    ...positionsOf(reference.facts('policy-company')),
    ...CATEGORIES.flatMap((category) =>
      reference.idsOf(category).flatMap((id) => positionsOf(reference.facts(`${category}-${id}`))),
    ),
  ]);

/**
 * The facts that changed lines of a payee's pay, of those recorded in an interval. Deal by deal those
 * that its lines rest on, and those about the deal. Where they say nothing of a deal, or of pay
 * without one, also those about accounts, about the payee's terms, and under his other pay that
 * changed: any of them may have, so none is left out. Where nothing is found at all, those about
 * other deals that his pay comes of, then all.
 */
export const causesOf = (
  book: Book,
  payee: string,
  changed: readonly EarningsLine[],
  elsewhere: () => readonly EarningsLine[],
  interval: Interval,
): readonly number[] => {
  const deals = [...byDeal(changed)].map(([deal, lines]) => {
    const about = [...lines.flatMap(({ positions }) => positions), ...ofDeal(book, deal)];
    return { deal, found: within(about, interval) };
  });
  const unexplained = deals.filter(({ found }) => found.length === 0);
  const tiers = [
    () => [
      ...deals.flatMap(({ found }) => found),
      ...(unexplained.length === 0
        ? []
        : [
            ...unexplained.flatMap(({ deal }) => ofAccount(book, deal)),
            ...ofPayee(book, payee),
            ...elsewhere().flatMap(({ positions }) => positions),
          ]),
    ],
    () => lateDealsOf(book, payee, interval.after),
    () => ofAll(book),
  ];
  for (const tier of tiers) {
    const found = within(tier(), interval);
    if (found.length > 0) return found;
  }
  return [];
};
