import { ANY, encode, encodeBatch, parse, retried, type Encoded } from './encode.js';
import {
  Conflict,
  EventStore,
  categoryOf,
  type Append,
  type Appended,
  type Context,
  type ExpectedRevision,
  type NewEvent,
  type ReadOptions,
  type RecordedEvent,
  type StoredEvent,
} from './event-store.js';
import { Wake } from './wake.js';

/** A log that lives as long as its process; for scenarios and specs. It behaves as the durable ones do. */
export class MemoryEventStore extends EventStore {
  private readonly stored: StoredEvent[] = [];
  private readonly recorded: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly news = new Wake();

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    context: Context,
  ): Promise<Appended> {
    const encoded = encode({ stream, events, expectedRevision, context });
    return this.isAsExpected(encoded)
      ? this.record(encoded)
      : retried(encoded, this.streamOf(stream));
  }

  async appendMany(appends: readonly Append[]): Promise<bigint> {
    const fresh: Encoded[] = [];
    const conflicts: string[] = [];
    const begun = new Set<string>();
    let position = 0n;
    for (const encoded of encodeBatch(appends)) {
      // Where the stream's first append is new, those after it are.
      if (begun.has(encoded.stream) || this.isAsExpected(encoded)) {
        begun.add(encoded.stream);
        fresh.push(encoded);
        continue;
      }
      try {
        position = retried(encoded, this.streamOf(encoded.stream)).position;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        conflicts.push(encoded.stream);
      }
    }
    if (conflicts.length > 0) throw new Conflict(conflicts);
    return fresh.reduce((_, encoded) => this.record(encoded).position, position);
  }

  async read(stream: string): Promise<readonly RecordedEvent[]> {
    return [...this.streamOf(stream)];
  }

  async readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    return new Map(
      streams.flatMap((name) =>
        this.streams.has(name) ? [[name, [...this.streamOf(name)]] as const] : [],
      ),
    );
  }

  async *readAll(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    for (const page of this.pages(after, options))
      yield page.map(({ position }) => this.at(this.recorded, position));
  }

  async *readStored(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly StoredEvent[]> {
    yield* this.pages(after, options);
  }

  async grown(after: bigint, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && BigInt(this.stored.length) <= after) await this.news.sleep(signal);
  }

  async head(): Promise<bigint> {
    return BigInt(this.stored.length);
  }

  private *pages(
    after: bigint,
    { categories, upTo, pageSize = 1000 }: ReadOptions,
  ): Generator<StoredEvent[]> {
    const wanted = categories && new Set(categories);
    const end =
      upTo === undefined ? this.stored.length : Math.min(Number(upTo), this.stored.length);
    let page: StoredEvent[] = [];
    for (let i = Math.max(Number(after), 0); i < end; i += 1) {
      const event = this.at(this.stored, BigInt(i + 1));
      if (wanted && !wanted.has(categoryOf(event.stream))) continue;
      page.push(event);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  private isAsExpected({ stream, expected, events }: Encoded): boolean {
    const there = this.streamOf(stream);
    return expected === ANY
      ? !there.some(({ id }) => id === events[0]?.id)
      : BigInt(there.length) - 1n === expected;
  }

  private record({ stream, events, meta }: Encoded): Appended {
    const there = this.streams.get(stream) ?? [];
    this.streams.set(stream, there);
    for (const encoded of events) {
      const position = BigInt(this.stored.length + 1);
      const event = { ...encoded, position, stream, revision: BigInt(there.length), meta };
      this.stored.push(event);
      const recorded = parse(event);
      this.recorded.push(recorded);
      there.push(recorded);
    }
    this.news.all();
    return { position: BigInt(this.stored.length), revision: BigInt(there.length) - 1n };
  }

  private streamOf(name: string): readonly RecordedEvent[] {
    return this.streams.get(name) ?? [];
  }

  private at<T>(log: readonly T[], position: bigint): T {
    return log[Number(position) - 1] as T;
  }
}
