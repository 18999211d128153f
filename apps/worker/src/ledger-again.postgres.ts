import type pg from 'pg';
import { Followers, type EventStore } from '#event-store';
import type { Book } from '#crediting';
import { calculate, type Ledger, type PayableRow } from '#ledger';
import {
  concernedFacts,
  FactsFollower,
  LedgerQueries,
  ReferenceBook,
  shareOutStale,
} from '#statements';
import type { KnownThen, Rows } from './commitments.js';
import { payoutsAt } from './payouts.js';
import { endingAt, type Progress } from './rebuild.postgres.js';
import type { StatementSources } from './statements.js';

const PAYEES_AT_ONCE = 100;

type Payable = Pick<Ledger, 'through' | 'payable'>;

/** Some payees, and a book of all that concerns them. */
export interface Part {
  readonly payees: readonly string[];
  readonly book: Book;
}

// Deals whose credit a later fact decided otherwise: who had it in between is found as well.
const shareOutAgain = async (beside: pg.Pool, book: Book): Promise<void> => {
  const client = await beside.connect();
  try {
    for (let more = true; more;) {
      await client.query('begin');
      ({ more } = await shareOutStale(client, book, 'await'));
      await client.query('commit');
    }
  } finally {
    client.release(true);
  }
};

/**
 * The facts of a log up to a position, read again from its first event into tables beside the live ones, and what is
 * calculated of them: payee by payee, as of any position before. Memory does not grow with the log.
 */
export class LedgerAgain {
  readonly rows: Rows;
  private readonly then = new Map<bigint, Promise<KnownThen>>();

  private constructor(
    private readonly live: pg.Pool,
    private readonly beside: pg.Pool,
    private readonly reference: Book,
    private readonly position: bigint,
  ) {
    this.rows = { pool: beside, ledger: new LedgerQueries(beside) };
  }

  static async make(
    from: { readonly store: EventStore; readonly live: pg.Pool; readonly beside: pg.Pool },
    position: bigint,
    progress: Progress | undefined,
  ): Promise<LedgerAgain> {
    const log = endingAt(from.store, position);
    await new Followers(log, from.beside, [new FactsFollower(log)]).catchUp(progress);
    const book = await new ReferenceBook(from.store).upTo(position);
    await shareOutAgain(from.beside, book);
    return new LedgerAgain(from.live, from.beside, book, position);
  }

  /** What was known at a position. */
  known(at: bigint = this.position): Promise<KnownThen> {
    let found = this.then.get(at);
    if (!found) {
      // Which payouts had become stale is for good, and was seen then.
      found = payoutsAt(this.live, this.reference, at).then((payouts) => ({
        book: this.reference.asOf(Number(at)),
        position: at,
        payouts,
      }));
      // Who asks for one asks for it again at once, if ever.
      this.then.clear();
      this.then.set(at, found);
    }
    return found;
  }

  /** Everybody who was known at a position, a hundred at a time, in order. */
  async *parts(at: bigint = this.position): AsyncGenerator<Part> {
    const { book } = await this.known(at);
    if (!book.hasCalendar) return;
    const all = [...book.payeeIds].sort();
    for (let i = 0; i < all.length; i += PAYEES_AT_ONCE) {
      const payees = all.slice(i, i + PAYEES_AT_ONCE);
      const facts = await concernedFacts(this.beside, book, payees);
      yield { payees, book: book.withDeals(facts).asOf(Number(at)) };
    }
  }

  /** All that is payable through a fiscal month, by what was known at a position. */
  async payableAt(at: bigint, through: number): Promise<Payable> {
    const { payouts } = await this.known(at);
    const payable: PayableRow[] = [];
    for await (const { payees, book } of this.parts(at))
      payable.push(...calculate(book, { payees, through, payouts }).payable);
    return { through, payable };
  }

  /** Where statements are read as of earlier positions. */
  get statements(): StatementSources {
    return {
      ledger: this.rows.ledger,
      followers: { position: () => Promise.resolve(this.position) },
      positionOf: (asOf) => Promise.resolve(BigInt(asOf ?? this.position)),
      knownAt: (at) => this.known(at),
    };
  }
}
