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

// What was recorded of the deals themselves, and of their accounts.
const ofDeals = (book: Book, lines: readonly EarningsLine[]): number[] => {
  const ids = new Set(lines.flatMap(({ deal }) => deal ?? []));
  return [...ids].flatMap((id) => {
    const deal = book.deal(id);
    return [
      ...(deal?.positions ?? []),
      ...(deal ? book.account(deal.account).positions : []),
      ...positionsOf(book.manualCredits(id)),
    ];
  });
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
 * The facts that changed lines of a payee's pay: those recorded in the interval that the lines rest
 * on; where they rest on none, those of their deals, then of the payee's terms, then of other deals
 * that it comes of, then all.
 */
export const causesOf = (
  book: Book,
  payee: string,
  changed: readonly EarningsLine[],
  elsewhere: () => readonly EarningsLine[],
  interval: Interval,
): readonly number[] => {
  const tiers = [
    () => changed.flatMap(({ positions }) => positions),
    () => ofDeals(book, changed),
    () => elsewhere().flatMap(({ positions }) => positions),
    () => ofPayee(book, payee),
    () => lateDealsOf(book, payee, interval.after),
    () => ofAll(book),
  ];
  for (const tier of tiers) {
    const found = within(tier(), interval);
    if (found.length > 0) return found;
  }
  return [];
};
