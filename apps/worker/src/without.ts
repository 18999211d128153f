import type { EventStore } from '#event-store';
import { Book, type Fact } from '#crediting';
import { calculate } from '#ledger';
import { factOf, IS_DEAL_CATEGORY, REFERENCE_CATEGORIES } from '#statements';
import { linesByPayee, unlike, type Lines } from './compared-lines.js';
import { payoutsIn } from './payouts.js';

/** All facts but those about deals, and the book that knows them. */
export interface Reference {
  readonly facts: readonly Fact[];
  readonly book: Book;
}

/** What is not about deals, up to a position. */
export const referenceUpTo = async (store: EventStore, upTo: bigint): Promise<Reference> => {
  const facts: Fact[] = [];
  for await (const page of store.readAll(0n, { categories: REFERENCE_CATEGORIES, upTo }))
    facts.push(...page.map(factOf));
  const book = Book.empty();
  for (const fact of facts) book.record(fact);
  return { facts, book };
};

// Without its first fact, what is said later about the same thing means nothing.
const BEGINS: ReadonlySet<string> = new Set([
  'DealBooked',
  'PayoutDrafted',
  'PayeeAdded',
  'DisputeOpened',
]);

/** Whether a fact is about a deal, or about what belongs to one. */
export const isOfDeals = ({ stream }: Fact): boolean =>
  IS_DEAL_CATEGORY.has(stream.slice(0, stream.indexOf('-')));

const dealIn = ({ stream, data }: Fact): string | undefined =>
  stream.startsWith('deal-') ? stream.slice(5) : (data as { readonly deal?: string }).deal;

/** How some lines differ from what they are now: only those that do, undefined where there would be none. */
type Unlike = ReadonlyMap<string, string | undefined>;

/** What a payee's lines would be without some of the facts. */
export class Without {
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
