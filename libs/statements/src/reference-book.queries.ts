import { categoryOf, EventStore, type RecordedEvent } from '#event-store';
import { Book, type Fact } from '#crediting';

/** The categories of streams that are about one deal; they are not kept in memory. */
export const IS_DEAL_CATEGORY: ReadonlySet<string> = new Set(['deal', 'creditadjustment']);

/** All other categories: what is known of the company, its people, plans and commitments. */
export const REFERENCE_CATEGORIES = [
  'calendar',
  'policy',
  'period',
  'payee',
  'account',
  'territory',
  'fx',
  'plan',
  'assignment',
  'quota',
  'metric',
  'objective',
  'earningsadjustment',
  'payout',
  'dispute',
  'role',
  'key',
] as const;

const IS_REFERENCE: ReadonlySet<string> = new Set(REFERENCE_CATEGORIES);

const PAGE = 5000;

/** An event of the log as the calculation sees it. */
export const factOf = ({ position, stream, type, data, meta }: RecordedEvent): Fact => ({
  position: Number(position),
  stream,
  type,
  data,
  recorded: meta.recorded,
  by: meta.by,
  ...(meta.payee !== undefined && { byPayee: meta.payee }),
});

/**
 * A book of all facts but those about deals, kept in memory and caught up from the log. There are
 * few of them, however many deals there are.
 */
export class ReferenceBook {
  readonly book = Book.empty();
  private reached = 0n;
  private reading: Promise<unknown> | undefined;
  private next: Promise<Book> | undefined;

  constructor(private readonly store: EventStore) {}

  /** The position of the log up to which the book knows everything. */
  get position(): bigint {
    return this.reached;
  }

  /** Takes in what was recorded up to a position; without one, up to the log's head. */
  async upTo(position?: bigint): Promise<Book> {
    if (position !== undefined && position <= this.reached) return this.book;
    if (!this.reading) {
      this.reading = this.read(position).finally(() => (this.reading = undefined));
      await this.reading;
      return this.book;
    }
    // What is being read may be older than what is asked for: all who ask meanwhile share one more.
    this.next ??= this.reading.then(
      () => this.again(),
      () => this.again(),
    );
    await this.next;
    return position === undefined ? this.book : this.upTo(position);
  }

  /** Takes in the event that follows directly on the position reached, of whatever category. */
  take(event: RecordedEvent): void {
    if (IS_REFERENCE.has(categoryOf(event.stream))) this.book.record(factOf(event));
    this.reached = event.position;
  }

  private again(): Promise<Book> {
    this.next = undefined;
    return this.upTo();
  }

  private async read(position: bigint | undefined): Promise<void> {
    // What is asked for may lie beyond the log's end, and be recorded some day.
    const head = await this.store.head();
    const end = position === undefined || position > head ? head : position;
    const options = { categories: REFERENCE_CATEGORIES, upTo: end, pageSize: PAGE };
    for await (const page of this.store.readAll(this.reached, options)) {
      for (const event of page) this.take(event);
    }
    if (end > this.reached) this.reached = end;
  }
}
