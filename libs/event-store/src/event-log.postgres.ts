import type { Pool } from 'pg';
import { AppendQueue } from './append-queue.postgres.js';
import { appendInBulk } from './bulk-append.postgres.js';
import { encode, parse } from './encode.js';
import { named } from './errors.postgres.js';
import {
  EventStore,
  type Append,
  type Appended,
  type Context,
  type ExpectedRevision,
  type NewEvent,
  type ReadOptions,
  type RecordedEvent,
  type StoredEvent,
} from './event-store.js';
import { copyLines } from './lines.postgres.js';
import { LogNews } from './log-news.postgres.js';

const COLUMNS = 'position, stream, revision, id, type, schema_version, data, meta';

/** Followers look again after this time even if no word has reached them. */
const POLL_MS = 250;

type Row = [string, string, string, string, string, number, string, string];

/** The log in PostgreSQL, embedded or not; needs the migrations. The pool stays its owner's to end. */
export class PostgresEventStore extends EventStore {
  private readonly queue: AppendQueue;
  private readonly news: LogNews;

  constructor(private readonly pool: Pool) {
    super();
    this.news = new LogNews(pool.options);
    this.queue = new AppendQueue(
      pool,
      (stream) => this.read(stream),
      () => this.news.tell(),
    );
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    context: Context,
  ): Promise<Appended> {
    return this.queue.push(encode({ stream, events, expectedRevision, context }));
  }

  async appendMany(appends: readonly Append[]): Promise<bigint> {
    if (appends.length === 0) return this.head();
    try {
      return await appendInBulk(this.pool, appends, (streams) => this.readMany(streams));
    } catch (error) {
      throw named(error);
    } finally {
      this.news.tell();
    }
  }

  async read(stream: string): Promise<readonly RecordedEvent[]> {
    const rows = await this.rows(
      'read_stream',
      `select ${COLUMNS} from event where stream = $1 order by revision`,
      [stream],
    );
    return rows.map(parse);
  }

  async readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const rows = await this.rows(
      'read_streams',
      `select ${COLUMNS} from event where stream = any($1) order by stream, revision`,
      [streams],
    );
    const found = new Map<string, RecordedEvent[]>();
    for (const row of rows) {
      const events = found.get(row.stream);
      if (events) events.push(parse(row));
      else found.set(row.stream, [parse(row)]);
    }
    return found;
  }

  async *readAll(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    for await (const page of this.readStored(after, options)) yield page.map(parse);
  }

  async *readStored(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly StoredEvent[]> {
    const { categories, pageSize = 1000 } = options;
    if (categories?.length === 0) return;
    const upTo = options.upTo ?? (await this.head());
    const page = (position: bigint): Promise<StoredEvent[]> => {
      if (position >= upTo) return Promise.resolve([]);
      const next = this.page(position, upTo, pageSize, categories);
      // Whoever stops reading does not wait for the page that was asked for ahead of him.
      next.catch(() => undefined);
      return next;
    };
    for (let next = page(after); ;) {
      const events = await next;
      const last = events.at(-1);
      if (!last) return;
      if (events.length === pageSize) next = page(last.position);
      yield events;
      if (events.length < pageSize) return;
    }
  }

  override readLines(after: bigint, upTo?: bigint): AsyncGenerator<readonly Buffer[]> {
    return copyLines(this.pool, after, upTo);
  }

  async grown(after: bigint, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.head()) <= after) await this.news.sleep(signal, POLL_MS);
  }

  async head(): Promise<bigint> {
    try {
      const { rows } = await this.pool.query<[string]>({
        name: 'log_head',
        text: 'select coalesce(max(position), 0) from event',
        rowMode: 'array',
      });
      return BigInt(rows[0]?.[0] ?? 0);
    } catch (error) {
      throw named(error);
    }
  }

  private page(
    after: bigint,
    upTo: bigint,
    size: number,
    categories: readonly string[] | undefined,
  ): Promise<StoredEvent[]> {
    const range = 'position > $1 and position <= $2 order by position limit $3';
    if (!categories) {
      return this.rows('read_page', `select ${COLUMNS} from event where ${range}`, [
        after,
        upTo,
        size,
      ]);
    }
    return this.rows(
      'read_categories',
      // Each category's next page by index, then the first of them all. Said as rows, for which no other index will do:
      // by position alone a plan that knows no values would go through everything that follows, category by category.
      `select e.* from unnest($4::text[]) as c(name)
         cross join lateral (
           select ${COLUMNS} from event
           where (category, position) > (c.name, $1) and (category, position) <= (c.name, $2)
           order by category, position limit $3) e
       order by position limit $3`,
      [after, upTo, size, categories],
    );
  }

  private async rows(name: string, text: string, values: unknown[]): Promise<StoredEvent[]> {
    try {
      const { rows } = await this.pool.query<Row>({ name, text, values, rowMode: 'array' });
      return rows.map(([position, stream, revision, id, type, schemaVersion, data, meta]) => ({
        position: BigInt(position),
        stream,
        revision: BigInt(revision),
        id,
        type,
        schemaVersion,
        data,
        meta,
      }));
    } catch (error) {
      throw named(error);
    }
  }
}
