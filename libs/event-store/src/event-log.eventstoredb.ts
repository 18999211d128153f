import { BACKWARDS, END, StreamNotFoundError } from '@eventstore/db-client';
import type { Blocks } from './blocks.js';
import { Attempts, Connection, LEADER } from './connection.eventstoredb.js';
import { ANY, NONE, encode, encodeBatch, type Encoded } from './encode.js';
import { isPassing } from './errors.eventstoredb.js';
import {
  Conflict,
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
import { LogIndex } from './log-index.eventstoredb.js';
import { bytesOf, write } from './one-append.eventstoredb.js';
import { entryOf, recordedAt, storedAt, type Entry } from './recorded.eventstoredb.js';
import { scan } from './scan.eventstoredb.js';

/** Appends on their way to the server, and streams being read, at the same time. */
const APPENDS_AT_ONCE = 256;
const READS_AT_ONCE = 64;

/** No stream has so many events: an append there is weighed by the server, and never recorded. */
const NOWHERE = 2n ** 62n;

/** An append with the exact revision that it expects; `isFinal` where another revision would not help. */
interface Exact {
  readonly encoded: Encoded;
  readonly isFinal: boolean;
}

/** Where an append ended, or that others wrote first. */
type Outcome = Appended | Conflict;

/**
 * The log in EventStoreDB 23 or later, or KurrentDB, on one server or a cluster, all of which is this product's. An
 * event's position is its number among them in the order of `$all`; `blocks` remember where each stands.
 */
export class EventStoreDbEventStore extends EventStore {
  private readonly connection: Connection;
  /**
   * Appends have a connection of their own. Where a client gives one up because of a read, the stream of its appends stays
   * open; when that ends, it also forgets what is under way over the next one, and an answer to that ends the process.
   */
  private readonly writing: Connection;
  private readonly index: LogIndex;
  /** The largest append, in bytes, that the server is known to take. */
  private largestTaken = 0;

  constructor(url: string, blocks: Blocks) {
    super();
    this.connection = new Connection(url);
    this.writing = new Connection(url);
    this.index = new LogIndex(this.connection, blocks);
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    context: Context,
  ): Promise<Appended> {
    const [outcome] = await this.record([encode({ stream, events, expectedRevision, context })]);
    if (outcome instanceof Conflict) throw outcome;
    return outcome as Appended;
  }

  async appendMany(appends: readonly Append[]): Promise<bigint> {
    if (appends.length === 0) return this.head();
    const batch = [...encodeBatch(appends)];
    await this.refuseTooLarge(batch);
    const outcomes = await this.record(batch);
    const conflicts = outcomes.filter((outcome) => outcome instanceof Conflict);
    if (conflicts.length > 0)
      throw new Conflict([...new Set(conflicts.flatMap(({ streams }) => streams))]);
    return outcomes.reduce((last, outcome) => {
      const { position } = outcome as Appended;
      return position > last ? position : last;
    }, 0n);
  }

  async read(stream: string): Promise<readonly RecordedEvent[]> {
    return this.placed(await this.entriesOf(stream), recordedAt);
  }

  async readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const found = new Map<string, RecordedEvent[]>();
    const events = await this.placed((await this.entriesOfMany(streams)).flat(), recordedAt);
    for (const event of events) {
      const those = found.get(event.stream);
      if (those) those.push(event);
      else found.set(event.stream, [event]);
    }
    return found;
  }

  async *readAll(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    for await (const page of this.pages(after, options)) yield this.placed(page, recordedAt);
  }

  async *readStored(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly StoredEvent[]> {
    for await (const page of this.pages(after, options)) yield this.placed(page, storedAt);
  }

  async grown(after: bigint, signal: AbortSignal): Promise<void> {
    await this.index.grown(after, signal);
  }

  async head(): Promise<bigint> {
    const last = await this.connection.retrying(async (client) => {
      let commit = 0n;
      // Read to its end, short as it is: the client keeps what is left unread for ever.
      const end = { direction: BACKWARDS, fromPosition: END, maxCount: 1, ...LEADER } as const;
      const records = client.readAll(end);
      for await (const { event } of records) commit = event?.position.commit ?? commit;
      return commit;
    });
    await this.index.reached(last);
    return this.index.head;
  }

  override async close(): Promise<void> {
    await this.index.close();
    await this.connection.close();
    await this.writing.close();
  }

  // ---- Writing -----------------------------------------------------------------------------

  /** What cannot be recorded whole because of its size is not begun: the rest of it would stand there for good. */
  private async refuseTooLarge(batch: readonly Encoded[]): Promise<void> {
    let largest = batch[0] as Encoded;
    let bytes = 0;
    for (const encoded of batch) {
      const size = bytesOf(encoded);
      if (size > bytes) [largest, bytes] = [encoded, size];
    }
    if (bytes <= this.largestTaken) return;
    await this.send([{ ...largest, expected: NOWHERE }]);
    this.largestTaken = bytes;
  }

  /** Records each append or finds it recorded already, in the order given; others may have written first. */
  private async record(batch: readonly Encoded[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let open = batch.map((encoded, place) => ({ encoded, place }));
    while (open.length > 0) {
      const exact = await this.exactly(open.map(({ encoded }) => encoded));
      const found = await this.send(exact.map(({ encoded }) => encoded));
      found.forEach((outcome, i) => (outcomes[(open[i] as { place: number }).place] = outcome));
      // An append at any revision looks again where that is now.
      open = open.filter((_, i) => found[i] instanceof Conflict && !exact[i]?.isFinal);
    }
    return outcomes;
  }

  /** The server's own "any revision" takes a retry for what it is only as long as it remembers the first. */
  private async exactly(batch: readonly Encoded[]): Promise<Exact[]> {
    const anywhere = batch.filter(({ expected }) => expected === ANY);
    const there = new Map<string, readonly Entry[]>();
    const found = await this.entriesOfMany(anywhere.map(({ stream }) => stream));
    anywhere.forEach(({ stream }, i) => there.set(stream, found[i] as readonly Entry[]));
    return batch.map((encoded) => {
      if (encoded.expected !== ANY) return { encoded, isFinal: true };
      const entries = there.get(encoded.stream) as readonly Entry[];
      const first = entries.find(({ id }) => id === encoded.events[0]?.id);
      const expected = first ? first.revision - 1n : (entries.at(-1)?.revision ?? NONE);
      return { encoded: { ...encoded, expected }, isFinal: first !== undefined };
    });
  }

  /**
   * Sends appends one after the other without waiting for answers, so that the log has them in that order. Where the
   * connection breaks, all that was not acknowledged is sent again: the server knows what it has by its ids.
   */
  private async send(batch: readonly Encoded[]): Promise<Outcome[]> {
    const written: (bigint | Conflict | undefined)[] = batch.map(() => undefined);
    const attempts = new Attempts(this.writing);
    for (let failure = await this.sendOnce(batch, written); failure !== undefined;) {
      await attempts.failed(failure);
      failure = await this.sendOnce(batch, written);
    }
    this.writing.answered();
    const commits = written.filter((commit) => typeof commit === 'bigint');
    const positions = (await this.index.positionsOf(commits)).values();
    return written.map((commit, i) => {
      if (commit instanceof Conflict) return commit;
      const { expected, events } = batch[i] as Encoded;
      const position = positions.next().value as bigint;
      return { position, revision: expected + BigInt(events.length) };
    });
  }

  private async sendOnce(
    batch: readonly Encoded[],
    written: (bigint | Conflict | undefined)[],
  ): Promise<unknown> {
    const { client } = this.writing;
    const flying: Promise<void>[] = [];
    let failure: unknown;
    for (const [i, encoded] of batch.entries()) {
      if (failure !== undefined) break;
      if (written[i] !== undefined) continue;
      const flight = write(client, encoded).then(
        (commit) => void (written[i] = commit),
        (error: unknown) => {
          if (error instanceof Conflict) written[i] = error;
          else if (failure === undefined || !isPassing(error)) failure = error;
        },
      );
      flying.push(flight);
      // What the client sends first over a new connection, others would overtake. Answers come in the order of appends,
      // so the oldest is the one to wait for.
      if (flying.length === 1) await flight;
      else if (flying.length > APPENDS_AT_ONCE) await flying[flying.length - 1 - APPENDS_AT_ONCE];
    }
    await Promise.all(flying);
    return failure;
  }

  // ---- Reading -----------------------------------------------------------------------------

  private async *pages(
    after: bigint,
    { categories, upTo, pageSize = 1000 }: ReadOptions,
  ): AsyncGenerator<Entry[]> {
    if (categories?.length === 0) return;
    const head = await this.head();
    const last = upTo !== undefined && upTo < head ? upTo : head;
    if (last <= 0n || after >= last) return;
    const whole = { after, upTo: last };
    const spans = categories ? await this.index.spansOf(whole, categories) : [whole];
    for (const span of spans) {
      const from = span.after > 0n ? await this.index.commitOf(span.after) : 0n;
      const to = await this.index.commitOf(span.upTo);
      yield* scan(this.connection, { from, to, categories, pageSize });
    }
  }

  private async entriesOf(stream: string): Promise<Entry[]> {
    return this.connection.retrying(async (client) => {
      const found: Entry[] = [];
      try {
        for await (const { event } of client.readStream(stream, LEADER)) {
          const entry = entryOf(event);
          if (entry) found.push(entry);
        }
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
      return found;
    });
  }

  private async entriesOfMany(streams: readonly string[]): Promise<Entry[][]> {
    const found: Entry[][] = [];
    let next = 0;
    const read = async (): Promise<void> => {
      for (let i = next++; i < streams.length; i = next++)
        found[i] = await this.entriesOf(streams[i] as string);
    };
    await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, streams.length) }, read));
    return found;
  }

  private async placed<T>(
    entries: readonly Entry[],
    at: (position: bigint, entry: Entry) => T,
  ): Promise<T[]> {
    if (entries.length === 0) return [];
    const positions = await this.index.positionsOf(entries.map(({ commit }) => commit));
    return entries.map((entry, i) => at(positions[i] as bigint, entry));
  }
}
