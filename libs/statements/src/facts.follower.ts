import type { EventStore, Follower, RecordedEvent, Tx } from '#event-store';
import { categoryOf } from '#event-store';
import type { Book, Fact } from '#crediting';
import { factOf, IS_DEAL_CATEGORY, ReferenceBook } from './reference-book.queries.js';
import { dealOf, earlierHolders, shareOut, type DealRow, type SharedOut } from './deal-rows.js';
import { currenciesOf, noteCurrencies, readDeals, writeDeals } from './deals.postgres.js';
import { NotedPairs } from './noted-pairs.js';
import { noteHorizon } from './horizon.postgres.js';
import { Marks } from './marks.js';
import { noteDrafts, noteMakers } from './payouts.postgres.js';
import { markDeals, markPayees, staleDeals, stalePayees } from './stale.postgres.js';
import { DECIDES_CREDIT } from './touched.js';

/** The checkpoint's name: how far facts have become rows. */
export const FACTS = 'facts';

const PAGE = 2000;

// Facts of which a payee's pay comes, besides deals; what he is hired for is no pay.
const MAKES: ReadonlySet<string> = new Set([
  'PlanAssigned',
  'QuotaAssigned',
  'MetricRecorded',
  'ObjectiveScored',
  'EarningsAdjusted',
]);

interface Open {
  readonly known: DealRow | undefined;
  facts: Fact[];
  /** The last fact that has been shared out already. */
  through: number;
  shared?: SharedOut;
}

/** What a page of events does to the rows, gathered before anything is written. */
class Page {
  readonly deals = new Map<string, Open>();
  readonly marks = new Marks();
  readonly facts: Fact[] = [];
  readonly drafts: string[] = [];
  private readonly saidBy = new Map<string, Set<string>>();
  private waiting: string[] = [];

  constructor(known: ReadonlyMap<string, DealRow>, ids: Iterable<string>) {
    for (const id of ids) {
      const row = known.get(id);
      const facts = row ? [...row.facts] : [];
      this.deals.set(id, { known: row, facts, through: facts.at(-1)?.position ?? 0 });
    }
  }

  add(fact: Fact): void {
    const id = dealOf(fact);
    const open = this.deals.get(id) as Open;
    if ((open.facts.at(-1)?.position ?? 0) <= open.through) this.waiting.push(id);
    open.facts.push(fact);
    this.facts.push(fact);
  }

  /** Notes who said something that a payee's pay rests on. */
  noteMaker(payee: string, { by, byPayee }: Fact): void {
    const makers = this.saidBy.get(payee) ?? new Set();
    makers.add(by);
    // Another login of the same payee is the same person.
    if (byPayee !== undefined) makers.add(byPayee);
    this.saidBy.set(payee, makers);
  }

  get makers(): [string, string][] {
    return [...this.saidBy].flatMap(([payee, makers]) =>
      [...makers].map((by): [string, string] => [payee, by]),
    );
  }

  /** Shares out the deals that have new facts, by what the book knows just now. */
  shareOut(book: Book): void {
    if (this.waiting.length === 0) return;
    for (const id of this.waiting) {
      const open = this.deals.get(id) as Open;
      const ever = [
        ...(open.shared?.row.payees ?? open.known?.payees ?? []),
        ...earlierHolders(book, open.facts, open.through),
      ];
      const shared = shareOut(book, open.facts, ever);
      if (shared) open.shared = shared;
      for (const fact of open.facts.filter(({ position }) => position > open.through)) {
        for (const payee of shared?.row.payees ?? []) this.noteMaker(payee, fact);
      }
      open.through = open.facts.at(-1)?.position ?? 0;
    }
    this.waiting = [];
  }
}

/**
 * Turns facts into rows: each deal with all that the log says of it, its credits, and marks on the
 * deals and payees that a fact makes stale. Calculates nothing.
 */
export class FactsFollower implements Follower {
  readonly name = FACTS;
  readonly pageSize = PAGE;
  private reference: ReferenceBook;
  private readonly noted = new NotedPairs();

  constructor(private readonly store: EventStore) {
    this.reference = new ReferenceBook(store);
  }

  /** All facts but those about deals, as they are known at a position that is not behind the rows. */
  async bookAt(position: bigint): Promise<Book> {
    await this.knowAllBefore(position + 1n);
    return this.reference.book;
  }

  async handle(events: readonly RecordedEvent[], tx: Tx): Promise<void> {
    const first = events[0];
    if (!first) return;
    await this.knowAllBefore(first.position);
    const facts = events.map(factOf);
    const isDeal = events.map(({ stream }) => IS_DEAL_CATEGORY.has(categoryOf(stream)));
    const ids = new Set(facts.filter((_, i) => isDeal[i]).map(dealOf));
    const booked = new Set(
      facts.filter(({ type }) => type === 'DealBooked').map(({ stream }) => stream.slice(5)),
    );
    const known = await readDeals(
      tx,
      [...ids].filter((id) => !booked.has(id)),
    );
    const page = new Page(known, ids);
    const { book } = this.reference;
    for (const [i, event] of events.entries()) {
      const fact = facts[i] as Fact;
      // What was booked before is shared out by what was known then, so that it can be asked for as of then.
      if (DECIDES_CREDIT.has(categoryOf(fact.stream))) page.shareOut(book);
      this.reference.take(event);
      if (isDeal[i]) page.add(fact);
      else this.touch(book, fact, page);
    }
    page.shareOut(book);
    await this.write(tx, page, book);
  }

  private async knowAllBefore(position: bigint): Promise<void> {
    if (this.reference.position === position - 1n) {
      // The page before is committed, or this one would not follow it.
      this.noted.keep();
      return;
    }
    this.noted.forget();
    // A page that comes again after a failure finds a book that knows too much: it is read anew.
    if (this.reference.position >= position) this.reference = new ReferenceBook(this.store);
    await this.reference.upTo(position - 1n);
  }

  private touch(book: Book, fact: Fact, page: Page): void {
    page.marks.note(book, fact);
    const { payee } = fact.data as { payee?: string };
    if (payee !== undefined && MAKES.has(fact.type)) page.noteMaker(payee, fact);
    if (fact.type === 'PayoutDrafted') page.drafts.push(fact.stream.slice('payout-'.length));
  }

  private async write(tx: Tx, page: Page, book: Book): Promise<void> {
    const fresh: SharedOut[] = [];
    const changed: SharedOut[] = [];
    for (const { shared, known } of page.deals.values())
      if (shared) (known ? changed : fresh).push(shared);
    await writeDeals(tx, fresh, changed);
    await noteCurrencies(tx, this.noted.fresh('currency', currenciesOf([...fresh, ...changed])));
    await noteHorizon(tx, page.facts);
    for (const { row } of [...fresh, ...changed])
      for (const payee of row.payees) page.marks.payees.add(payee);
    await noteMakers(tx, this.noted.fresh('maker', page.makers));
    await noteDrafts(tx, page.drafts);
    await markDeals(tx, await staleDeals(tx, book, page.marks));
    await markPayees(tx, await stalePayees(tx, book, page.marks));
  }
}
