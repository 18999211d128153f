import {
  categoryOf,
  EventStore,
  type Context,
  type RecordedEvent,
  type StoredEvent,
} from '#event-store';
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

/** Whether facts of a category are kept in the reference book. */
export const IS_REFERENCE: ReadonlySet<string> = new Set(REFERENCE_CATEGORIES);

const PAGE = 5000;

// Of a word that comes from the database again and again, each fact would keep a copy of its own.
const WORDS = 1000;
const words = new Map<string, string>();
const shared = (word: string): string => {
  const known = words.get(word);
  if (known !== undefined) return known;
  if (words.size >= WORDS) words.clear();
  words.set(word, word);
  return word;
};

const fact = (
  { position, stream, type }: Pick<RecordedEvent, 'position' | 'stream' | 'type'>,
  data: object,
  { recorded, by, payee }: Context,
): Fact => {
  const common = {
    position: Number(position),
    stream,
    type: shared(type),
    data,
    recorded: shared(recorded),
    by: shared(by),
  };
  return payee === undefined ? common : { ...common, byPayee: payee };
};

/** An event of the log as the calculation sees it. */
export const factOf = (event: RecordedEvent): Fact => fact(event, event.data, event.meta);

// What was recorded together was recorded in the same circumstances, but for its place in a file.
let lastMeta: { readonly text: string; readonly context: Context } | undefined;
const contextOf = (meta: string): Context => {
  const place = meta.lastIndexOf(',"source":"');
  const text = place < 0 ? meta : meta.slice(0, place);
  if (lastMeta?.text !== text) lastMeta = { text, context: JSON.parse(meta) as Context };
  return lastMeta.context;
};

/** The same from the event's stored text. */
export const factOfStored = (event: StoredEvent): Fact =>
  fact(event, JSON.parse(event.data) as object, contextOf(event.meta));

/** A fact's JSON; the event's own text goes into it as it is stored. */
export const factText = ({ stream, type, data }: StoredEvent, of: Fact): string => {
  const { position, recorded, by, byPayee } = of;
  const who = byPayee === undefined ? '' : `,"byPayee":${JSON.stringify(byPayee)}`;
  return `{"position":${position},"stream":${JSON.stringify(stream)},"type":"${type}","data":${data},"recorded":"${recorded}","by":${JSON.stringify(by)}${who}}`;
};

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

  /** Says that the caller takes in everything up to a position by himself, fact by fact, from the one reached on. */
  reach(position: bigint): void {
    this.reached = position;
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
