import { setImmediate as breath } from 'node:timers/promises';
import {
  categoryOf,
  type EventStore,
  type Follower,
  type StoredEvent,
  type Tx,
} from '#event-store';
import type { Book, Fact } from '#crediting';
import { dealOf } from './deal-rows.js';
import { DealsOfPage, type Settled } from './deals-of-page.js';
import { noteCurrencies, readDeals, writeDeals } from './deals.postgres.js';
import { NotedPairs } from './noted-pairs.js';
import { Horizon, noteHorizon } from './horizon.postgres.js';
import { Marks } from './marks.js';
import { noteDrafts, noteMakers } from './payouts.postgres.js';
import {
  factOf,
  factOfStored,
  factText,
  IS_DEAL_CATEGORY,
  IS_REFERENCE,
  ReferenceBook,
} from './reference-book.queries.js';
import { markDeals, markPayees, staleDeals, stalePayees } from './stale.postgres.js';
import { DECIDES_CREDIT } from './touched.js';

/** The checkpoint's name: how far facts have become rows. */
export const FACTS = 'facts';

// At the end of a page the database is waited for; more at once is more memory.
const PAGE = 8000;
// What is written together, while what follows is being worked out.
const SLICE = 2000;
// Between so many events the connection that is writing gets its turn: it answers several times a slice.
const BREATH = 10;

// Facts of which a payee's pay comes, besides deals; what he is hired for is no pay.
const MAKES: ReadonlySet<string> = new Set([
  'PlanAssigned',
  'QuotaAssigned',
  'MetricRecorded',
  'ObjectiveScored',
  'EarningsAdjusted',
]);

/** What a page of events does to the rows. */
interface Page {
  readonly deals: DealsOfPage;
  readonly marks: Marks;
  readonly horizon: Horizon;
  readonly drafts: string[];
  /** What is said of payees, by log position. */
  readonly payees: ReadonlyMap<bigint, Fact>;
}

/** The deals of a page. */
interface DealIds {
  /** Known already, or never to be: what the log says of them is read before. */
  readonly known: readonly string[];
  /** Of those the page says more than one thing. */
  readonly again: ReadonlySet<string>;
}

const dealIds = (events: readonly StoredEvent[]): DealIds => {
  const all = new Set<string>();
  const again = new Set<string>();
  const booked = new Set<string>();
  for (const event of events) {
    if (!IS_DEAL_CATEGORY.has(categoryOf(event.stream))) continue;
    const id =
      event.type === 'CreditAdjusted' ? dealOf(factOfStored(event)) : event.stream.slice(5);
    if (all.has(id)) again.add(id);
    else all.add(id);
    if (event.type === 'DealBooked') booked.add(id);
  }
  return { known: [...all].filter((id) => !booked.has(id)), again };
};

/**
 * Turns facts into rows: each deal with all that the log says of it, its credits, and marks on the
 * deals and payees that a fact makes stale. Calculates nothing.
 */
export class FactsFollower implements Follower {
  readonly name = FACTS;
  readonly pageSize = PAGE;
  private reference: ReferenceBook;
  private readonly makers = new NotedPairs();
  private readonly currencies = new NotedPairs();

  constructor(private readonly store: EventStore) {
    this.reference = new ReferenceBook(store);
  }

  /** All facts but those about deals, as they are known at a position that is not behind the rows. */
  async bookAt(position: bigint): Promise<Book> {
    await this.knowAllBefore(position + 1n);
    return this.reference.book;
  }

  async ready(position: bigint): Promise<void> {
    await this.bookAt(position);
  }

  async handle(events: readonly StoredEvent[], tx: Tx): Promise<void> {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return;
    // What a crash takes away the log gives again: the rows go together with their checkpoint.
    await tx.query('set local synchronous_commit = off');
    await this.knowAllBefore(first.position);
    // From here on the book knows more than the rows: where the page fails, it is read anew.
    this.reference.reach(last.position);
    const { known, again } = dealIds(events);
    const page: Page = {
      deals: new DealsOfPage(await readDeals(tx, known), again, (payee, fact) =>
        this.noteMaker(payee, fact),
      ),
      marks: new Marks(),
      horizon: new Horizon(),
      drafts: [],
      payees: await this.payeesIn(events),
    };
    let writing = Promise.resolve();
    try {
      for (let i = 0; i < events.length; i += SLICE) {
        await this.take(events.slice(i, i + SLICE), page);
        const settled = page.deals.settle();
        this.noteCredits(settled, page.marks);
        await writing;
        writing = writeDeals(tx, settled.fresh, settled.changed);
        // Whoever fails meanwhile waits for it; it is waited for before anything else is written.
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
    await this.finish(tx, page);
  }

  private async knowAllBefore(position: bigint): Promise<void> {
    // The page before is committed, or this one would not follow it.
    if (this.reference.position === position - 1n) return;
    this.makers.forget();
    this.currencies.forget();
    // A page that comes again after a failure finds a book that knows too much: it is read anew.
    if (this.reference.position >= position) this.reference = new ReferenceBook(this.store);
    await this.reference.upTo(position - 1n);
  }

  // What is personal of payees is sealed in the stored text: it is the log that opens it.
  private async payeesIn(events: readonly StoredEvent[]): Promise<Map<bigint, Fact>> {
    const found = new Map<bigint, Fact>();
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last || !events.some(({ stream }) => categoryOf(stream) === 'payee'))
      return found;
    const range = { categories: ['payee'], upTo: last.position };
    for await (const page of this.store.readAll(first.position - 1n, range))
      for (const event of page) found.set(event.position, factOf(event));
    return found;
  }

  private async take(events: readonly StoredEvent[], page: Page): Promise<void> {
    const { book } = this.reference;
    let taken = 0;
    for (const event of events) {
      taken += 1;
      if (taken % BREATH === 0) await breath();
      const category = categoryOf(event.stream);
      // What was booked before is shared out by what was known then, so that it can be asked for as of then.
      if (DECIDES_CREDIT.has(category)) page.deals.shareOut(book);
      if (IS_DEAL_CATEGORY.has(category)) {
        const fact = factOfStored(event);
        page.deals.add(fact, factText(event, fact));
        page.horizon.note(fact);
      } else {
        const fact = page.payees.get(event.position) ?? factOfStored(event);
        if (IS_REFERENCE.has(category)) book.record(fact);
        this.touch(book, fact, page);
      }
    }
    page.deals.shareOut(book);
  }

  private touch(book: Book, fact: Fact, page: Page): void {
    page.marks.note(book, fact);
    const { payee } = fact.data as { payee?: string };
    if (payee !== undefined && MAKES.has(fact.type)) this.noteMaker(payee, fact);
    if (fact.type === 'PayoutDrafted') page.drafts.push(fact.stream.slice('payout-'.length));
  }

  // Who said something that a payee's pay rests on; another login of the same payee is the same person.
  private noteMaker(payee: string, { by, byPayee }: Fact): void {
    this.makers.note(payee, by);
    if (byPayee !== undefined) this.makers.note(payee, byPayee);
  }

  private noteCredits({ fresh, changed }: Settled, marks: Marks): void {
    for (const { row, credits } of [...fresh, ...changed]) {
      for (const payee of row.payees) marks.payees.add(payee);
      for (const { payee, currency } of credits.credits) this.currencies.note(payee, currency);
    }
  }

  private async finish(tx: Tx, { marks, horizon, drafts }: Page): Promise<void> {
    const { book } = this.reference;
    await noteCurrencies(tx, this.currencies.take());
    await noteHorizon(tx, horizon.moved);
    await noteMakers(tx, this.makers.take());
    await noteDrafts(tx, drafts);
    await markDeals(tx, await staleDeals(tx, book, marks));
    await markPayees(tx, await stalePayees(tx, book, marks));
  }
}
