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
  /** For how many sets of facts he was calculated without them. */
  readonly tried: number;
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

const byPayee = <T extends { readonly payee: string }>(rows: readonly T[]): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const known = found.get(row.payee);
    if (known) known.push(row);
    else found.set(row.payee, [row]);
  }
  return found;
};

const linesByPayee = (ledger: Ledger, book: Book): Map<string, Lines> => {
  const [months, credits] = [byPayee(payeeMonths(ledger)), byPayee(ledger.credits)];
  return new Map(
    [...new Set([...months.keys(), ...credits.keys()])].map((payee) => [
      payee,
      linesOf(months.get(payee) ?? [], credits.get(payee) ?? [], book),
    ]),
  );
};

const unlike = (before: Lines, after: Lines): string[] => {
  const found: string[] = [];
  for (const [key, line] of after) if (before.get(key) !== line) found.push(key);
  for (const key of before.keys()) if (!after.has(key)) found.push(key);
  return found.sort();
};

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

/** How some lines differ from what they are now: only those that do, undefined where there would be none. */
type Unlike = ReadonlyMap<string, string | undefined>;

/** What a payee's lines would be without some of the facts. */
class Without {
  /** The lines that differ between the two positions. */
  readonly changed: readonly string[];
  private readonly book: Book;
  // Of thousands of lines few are others: to remember all of them for every set of facts would be too much.
  private readonly known = new Map<string, Unlike | undefined>();

  constructor(
    private readonly payee: string,
    /** All facts but those about deals, up to the later position. */
    private readonly reference: Reference,
    private readonly deals: readonly Fact[],
    private readonly stale: ReadonlySet<string>,
    private readonly through: number,
    /** His lines as they were, and as they are with all of the facts. */
    readonly before: Lines,
    readonly now: Lines,
  ) {
    this.changed = unlike(before, now);
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

  /** The lines that would be others without these facts; undefined where the rest makes no sense. */
  unlike(facts: readonly Fact[]): Unlike | undefined {
    const key = facts
      .map(({ position }) => position)
      .sort((a, b) => a - b)
      .join();
    if (!this.known.has(key)) {
      const lines = this.calculated(facts);
      const differing =
        lines && unlike(this.now, lines).map((one) => [one, lines.get(one)] as const);
      this.known.set(key, differing && new Map(differing));
    }
    return this.known.get(key);
  }

  get tried(): number {
    return this.known.size;
  }

  /** Whether a line would be another without these facts. */
  touches(key: string, facts: readonly Fact[]): boolean {
    return this.unlike(facts)?.has(key) !== false;
  }

  /** Whether a line would be as it was without these facts. */
  restores(key: string, facts: readonly Fact[]): boolean {
    const differing = this.unlike(facts);
    if (!differing) return false;
    const line = differing.has(key) ? differing.get(key) : this.now.get(key);
    return line === this.before.get(key);
  }

  /** Whether all lines would be as they were without these facts. */
  restoresAll(facts: readonly Fact[]): boolean {
    const differing = this.unlike(facts);
    const lines = new Set([...this.changed, ...(differing?.keys() ?? [])]);
    return differing !== undefined && [...lines].every((key) => this.restores(key, facts));
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
    const [table, ...keys] = key.split(SEPARATOR) as [ChangedLine['table'], ...string[]];
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
      const without = new Without(payee, reference, deals, stale, through, was, is);
      yield changedPayee(payee, without, Number(from));
    }
  }
}

/** The names of a line's keys. */
export const keyNames = (table: ChangedLine['table']): readonly string[] =>
  TABLES[table].slice(0, KEYS[table]);
