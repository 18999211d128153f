import { smallestSet, type Sufficient } from '#audit';
import type { EventStore } from '#event-store';
import { Book, type Fact } from '#crediting';
import { calculate, type Ledger } from '#ledger';
import {
  concernedFacts,
  factOf,
  horizonAt,
  horizonMonth,
  IS_DEAL_CATEGORY,
  ledgerRows,
  moneyText,
  payeeMonths,
  REFERENCE_CATEGORIES,
  stalePayouts,
  TABLES,
  type LedgerTable,
  type PayeeMonth,
} from '#statements';
import type { OpenCompany } from './company.js';
import { payoutsIn } from './payouts.js';

/** One line of a table that differs between two positions of the log. */
export interface ChangedLine {
  readonly table: LedgerTable | 'credits';
  /** The line's keys, in the order of the table's columns. */
  readonly keys: readonly string[];
  /** The line's values then and later; undefined where there was no such line. */
  readonly before?: string;
  readonly after?: string;
  /** The log positions of the smallest set of facts without which the line would be as it was. */
  readonly facts: readonly number[];
  /** Whether it is known that none of them can be left out. */
  readonly isMinimal: boolean;
}

/** All lines of a payee that differ. */
export interface ChangedPayee {
  readonly payee: string;
  readonly lines: readonly ChangedLine[];
  /** The facts without which all of his lines would be as they were. */
  readonly facts: readonly Fact[];
}

type Lines = ReadonlyMap<string, string>;

const LEDGER: readonly LedgerTable[] = [
  'attainment',
  'earnings',
  'adjustments',
  'payable',
  'balances',
];
const KEYS: Readonly<Record<LedgerTable | 'credits', number>> = {
  credits: 4,
  attainment: 3,
  earnings: 4,
  adjustments: 4,
  payable: 2,
  balances: 3,
};
const SEPARATOR = '\n';
const PAYEES_AT_ONCE = 100;
/** Of more facts no two are looked for that suffice together. */
const MANY = 16;

const noteLine = (
  lines: Map<string, string>,
  table: LedgerTable | 'credits',
  cells: readonly string[],
): void => {
  const keys = cells.slice(0, KEYS[table]);
  lines.set([table, ...keys].join(SEPARATOR), cells.slice(keys.length).join(' ').trim());
};

const linesOf = (months: readonly PayeeMonth[], credits: Ledger['credits'], book: Book): Lines => {
  const lines = new Map<string, string>();
  if (!book.hasCalendar) return lines;
  for (const table of LEDGER)
    for (const { cells } of ledgerRows(table, months, book.calendar)) noteLine(lines, table, cells);
  for (const { deal, payee, kind, line, amount, currency } of credits) {
    noteLine(lines, 'credits', [deal, payee, kind, line, moneyText(amount, currency)]);
  }
  return lines;
};

const linesByPayee = (ledger: Ledger, book: Book): Map<string, Lines> => {
  const months = new Map<string, PayeeMonth[]>();
  for (const month of payeeMonths(ledger))
    months.set(month.payee, [...(months.get(month.payee) ?? []), month]);
  const credits = new Map<string, Ledger['credits'][number][]>();
  for (const credit of ledger.credits)
    credits.set(credit.payee, [...(credits.get(credit.payee) ?? []), credit]);
  const payees = new Set([...months.keys(), ...credits.keys()]);
  return new Map(
    [...payees].map((payee) => [
      payee,
      linesOf(months.get(payee) ?? [], credits.get(payee) ?? [], book),
    ]),
  );
};

const unlike = (before: Lines, after: Lines): string[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .sort();

// Without its first fact, what is said later about the same thing means nothing.
const BEGINS: ReadonlySet<string> = new Set([
  'DealBooked',
  'PayoutDrafted',
  'PayeeAdded',
  'DisputeOpened',
]);

const isOfDeals = ({ stream }: Fact): boolean =>
  IS_DEAL_CATEGORY.has(stream.slice(0, stream.indexOf('-')));

const dealIn = ({ stream, data }: Fact): string | undefined =>
  stream.startsWith('deal-') ? stream.slice(5) : (data as { readonly deal?: string }).deal;

/** What a payee's lines would be without some of the facts. */
class Without {
  private readonly book: Book;
  private readonly known = new Map<string, Lines | undefined>();

  constructor(
    private readonly payee: string,
    /** All facts but those about deals, up to the later position. */
    private readonly reference: Reference,
    private readonly deals: readonly Fact[],
    private readonly stale: ReadonlySet<string>,
    private readonly through: number,
  ) {
    this.book = reference.book.withDeals(deals);
  }

  /** The facts after a position, which may be the cause of something. */
  candidates(after: number): Fact[] {
    const later = [...this.reference.facts, ...this.deals].filter(
      ({ position }) => position > after,
    );
    return later.sort((a, b) => a.position - b.position);
  }

  /** A set of facts with those that mean nothing without them. */
  complete(facts: readonly Fact[], among: readonly Fact[]): Fact[] {
    const begun = facts.filter(({ type }) => BEGINS.has(type));
    if (begun.length === 0) return [...facts];
    const streams = new Set(begun.map(({ stream }) => stream));
    const deals = new Set(
      begun.flatMap((fact) => (fact.type === 'DealBooked' ? (dealIn(fact) ?? []) : [])),
    );
    const all = new Set(facts);
    for (const fact of among)
      if (streams.has(fact.stream) || (isOfDeals(fact) && deals.has(dealIn(fact) ?? '')))
        all.add(fact);
    return [...all].sort((a, b) => a.position - b.position);
  }

  /** His lines without these facts; undefined where the rest makes no sense. */
  lines(facts: readonly Fact[]): Lines | undefined {
    const key = facts
      .map(({ position }) => position)
      .sort((a, b) => a - b)
      .join();
    if (!this.known.has(key)) this.known.set(key, this.calculated(facts));
    return this.known.get(key);
  }

  private calculated(facts: readonly Fact[]): Lines | undefined {
    const { payee, through } = this;
    try {
      const book = facts.length > 0 ? this.book.without(facts) : this.book;
      if (!book.hasCalendar) return new Map();
      const ledger = calculate(book, {
        payees: [payee],
        through,
        payouts: payoutsIn(book, this.stale),
      });
      return linesByPayee(ledger, book).get(payee) ?? new Map();
    } catch {
      return undefined;
    }
  }
}

// The facts without which some line of the payee would be another: found by halves, so that the many that have
// nothing to do with him cost little. Facts that undo each other may be missed.
const touching = (
  candidates: readonly Fact[],
  all: readonly Fact[],
  without: Without,
  now: Lines,
): Fact[] => {
  const lines = without.lines(without.complete(candidates, all));
  if (lines && unlike(now, lines).length === 0) return [];
  if (candidates.length <= 1) return [...candidates];
  const half = Math.ceil(candidates.length / 2);
  return [candidates.slice(0, half), candidates.slice(half)].flatMap((part) =>
    touching(part, all, without, now),
  );
};

const causeOf = (
  key: string,
  without: Without,
  { near, all }: { readonly near: readonly Fact[]; readonly all: readonly Fact[] },
  { before, now }: { readonly before: Lines; readonly now: Lines },
): Sufficient<Fact> | undefined => {
  const restores = (facts: readonly Fact[]): boolean => {
    const lines = without.lines(without.complete(facts, all));
    return lines !== undefined && lines.get(key) === before.get(key);
  };
  // Most lines rest on the few facts without which, one by one, they are others: those are tried first.
  const own = near.filter(
    (fact) => without.lines(without.complete([fact], all))?.get(key) !== now.get(key),
  );
  const found = smallestSet(own, restores);
  if (found && (found.items.length <= 2 || near.length > MANY)) return found;
  return smallestSet(near, restores) ?? smallestSet(all, restores);
};

const changedPayee = (
  payee: string,
  without: Without,
  before: Lines,
  after: Lines,
  from: number,
): ChangedPayee => {
  const candidates = without.candidates(from);
  // His deals concern him; of everything else it is to be found out.
  const others = candidates.filter((fact) => !isOfDeals(fact));
  const found = new Set(touching(others, candidates, without, after));
  const near = candidates.filter((fact) => isOfDeals(fact) || found.has(fact));
  const all = new Set<Fact>();
  const lines = unlike(before, after).map((key): ChangedLine => {
    const cause = causeOf(key, without, { near, all: candidates }, { before, now: after });
    const facts = without.complete(cause?.items ?? candidates, candidates);
    for (const fact of facts) all.add(fact);
    const [table, ...keys] = key.split(SEPARATOR) as [ChangedLine['table'], ...string[]];
    const [was, is] = [before.get(key), after.get(key)];
    return {
      table,
      keys,
      facts: facts.map(({ position }) => position),
      isMinimal: cause?.isMinimal ?? false,
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { after: is }),
    };
  });
  const restoresAll = (facts: readonly Fact[]): boolean => {
    const now = without.lines(without.complete(facts, candidates));
    return now !== undefined && unlike(before, now).length === 0;
  };
  const together = [...all].sort((a, b) => a.position - b.position);
  if (restoresAll(together)) return { payee, lines, facts: together };
  // What one fact does may hide what another one does.
  const smallest = smallestSet(near, restoresAll) ?? smallestSet(candidates, restoresAll);
  return { payee, lines, facts: without.complete(smallest?.items ?? candidates, candidates) };
};

interface Reference {
  readonly facts: readonly Fact[];
  readonly book: Book;
}

const referenceUpTo = async (store: EventStore, upTo: bigint): Promise<Reference> => {
  const facts: Fact[] = [];
  for await (const page of store.readAll(0n, { categories: REFERENCE_CATEGORIES, upTo }))
    facts.push(...page.map(factOf));
  const book = Book.empty();
  for (const fact of facts) book.record(fact);
  return { facts, book };
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
      yield changedPayee(
        payee,
        new Without(payee, reference, deals, stale, through),
        was,
        is,
        Number(from),
      );
    }
  }
}

/** The names of a line's keys. */
export const keyNames = (table: ChangedLine['table']): readonly string[] =>
  TABLES[table].slice(0, KEYS[table]);
