import { smallestSet, type Sufficient } from '#audit';
import type { Fact } from '#crediting';
import { concernedFacts, horizonAt, horizonMonth, stalePayouts } from '#statements';
import type { OpenCompany } from './company.js';
import {
  linesByPayee,
  SEPARATOR,
  unlike,
  type ComparedTable,
  type Lines,
} from './compared-lines.js';
import { isOfDeals, referenceUpTo, Without } from './without.js';

/** One line of a table that differs between two positions of the log. */
export interface ChangedLine {
  readonly table: ComparedTable;
  /** The line's keys, in the order of the table's columns. */
  readonly keys: readonly string[];
  /** The line's values then and later; undefined where there was no such line. */
  readonly before?: string;
  readonly after?: string;
  /** The log positions of the smallest set of facts without which the line would be as it was. */
  readonly facts: readonly number[];
  /**
   * Whether none of them can be left out: tried, or, where more than 16 facts may matter, concluded
   * from each of them acting alone.
   */
  readonly isMinimal: boolean;
}

/** All lines of a payee that differ. */
export interface ChangedPayee {
  readonly payee: string;
  readonly lines: readonly ChangedLine[];
  /** The facts without which all of his lines would be as they were. */
  readonly facts: readonly Fact[];
  /** For how many sets of facts he was calculated without them. */
  readonly tried: number;
}

const PAYEES_AT_ONCE = 100;
/** Of more facts no two are looked for that suffice together. */
const MANY = 16;

// The facts without which some line of the payee would be another: found by halves, so that the many that have
// nothing to do with him cost little. Facts that undo each other may be missed.
const touching = (
  candidates: readonly Fact[],
  all: readonly Fact[],
  without: Without,
): readonly Fact[] => {
  if (without.unlike(without.complete(candidates, all))?.size === 0) return [];
  if (candidates.length <= 1) return candidates;
  const half = Math.ceil(candidates.length / 2);
  return [candidates.slice(0, half), candidates.slice(half)].flatMap((part) =>
    touching(part, all, without),
  );
};

// Facts of which each, had it been the only one that was recorded, would have made the line another. Together they are
// the cause where the line is as it was without all of them: with any one of them left in, it would not be. Which these
// are is asked once for all lines of a payee, and not, as of few facts, line by line.
const actingAlone = (
  key: string,
  without: Without,
  near: readonly Fact[],
  all: readonly Fact[],
): readonly Fact[] => {
  const begun = new Set(
    near.flatMap((fact) => without.complete([fact], near).filter((one) => one !== fact)),
  );
  return near.filter((fact) => {
    if (begun.has(fact)) return false;
    const kept = new Set(without.complete([fact], all));
    return !without.restores(
      key,
      all.filter((one) => !kept.has(one)),
    );
  });
};

const causeOf = (
  key: string,
  without: Without,
  near: readonly Fact[],
  all: readonly Fact[],
): Sufficient<Fact> | undefined => {
  const restores = (facts: readonly Fact[]): boolean =>
    without.restores(key, without.complete(facts, all));
  if (near.length > MANY) {
    const items = actingAlone(key, without, near, all);
    if (items.length > 0 && restores(items)) return { items, isMinimal: true };
  }
  // Most lines rest on the few facts without which, one by one, they are others: those are tried first.
  const own = near.filter((fact) => without.touches(key, without.complete([fact], all)));
  const found = smallestSet(own, restores);
  if (found && (found.items.length <= 2 || near.length > MANY)) return found;
  return smallestSet(near, restores) ?? smallestSet(all, restores);
};

const changedPayee = (payee: string, without: Without, from: number): ChangedPayee => {
  const { before, now } = without;
  const candidates = without.candidates(from);
  // His deals concern him; of everything else it is to be found out.
  const others = candidates.filter((fact) => !isOfDeals(fact));
  const found = new Set(touching(others, candidates, without));
  const near = candidates.filter((fact) => isOfDeals(fact) || found.has(fact));
  const all = new Set<Fact>();
  const lines = without.changed.map((key): ChangedLine => {
    const cause = causeOf(key, without, near, candidates);
    const facts = without.complete(cause?.items ?? candidates, candidates);
    for (const fact of facts) all.add(fact);
    const [table, ...keys] = key.split(SEPARATOR) as [ComparedTable, ...string[]];
    const [was, is] = [before.get(key), now.get(key)];
    return {
      table,
      keys,
      facts: facts.map(({ position }) => position),
      isMinimal: cause?.isMinimal ?? false,
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { after: is }),
    };
  });
  const restoresAll = (facts: readonly Fact[]): boolean =>
    without.restoresAll(without.complete(facts, candidates));
  const together = [...all].sort((a, b) => a.position - b.position);
  if (restoresAll(together)) return { payee, lines, facts: together, tried: without.tried };
  // What one fact does may hide what another one does.
  const smallest = smallestSet(near, restoresAll) ?? smallestSet(candidates, restoresAll);
  const facts = without.complete(smallest?.items ?? candidates, candidates);
  return { payee, lines, facts, tried: without.tried };
};

/** What differs in the ledger between two positions, payee by payee, each line with the facts that caused it. */
export async function* differences(
  company: OpenCompany,
  from: bigint,
  to: bigint,
): AsyncGenerator<ChangedPayee> {
  await company.catchUp();
  const { pool } = company.database;
  const [then, now] = [await company.knownAt(from), await company.knownAt(to)];
  if (!now.book.hasCalendar) return;
  const reference = await referenceUpTo(company.store, to);
  const stale = await stalePayouts(pool, to);
  const through = Math.max(
    then.book.hasCalendar ? horizonMonth(then.book, await horizonAt(pool, from)) : -Infinity,
    horizonMonth(now.book, await horizonAt(pool, to)),
  );
  const payees = [...now.book.payeeIds];
  for (let i = 0; i < payees.length; i += PAYEES_AT_ONCE) {
    const chunk = payees.slice(i, i + PAYEES_AT_ONCE);
    const ledgerAt = async (known: typeof now): Promise<Map<string, Lines>> =>
      known.book.hasCalendar
        ? linesByPayee(await company.ledger.ledgerOf(chunk, known, { through }), known.book)
        : new Map();
    const [before, after] = [await ledgerAt(then), await ledgerAt(now)];
    for (const payee of chunk) {
      const [was, is] = [
        before.get(payee) ?? new Map<string, string>(),
        after.get(payee) ?? new Map<string, string>(),
      ];
      if (unlike(was, is).length === 0) continue;
      const facts = new Map<number, Fact>();
      for (const { book } of [then, now]) {
        if (!book.hasCalendar) continue;
        for (const fact of await concernedFacts(pool, book, [payee]))
          if (fact.position <= to) facts.set(fact.position, fact);
      }
      const deals = [...facts.values()].sort((a, b) => a.position - b.position);
      const without = new Without(payee, reference, deals, stale, through, was, is);
      yield changedPayee(payee, without, Number(from));
    }
  }
}
