import { lineOf } from './line.js';

/** Something to be recorded: named in the past tense, its data plain JSON (no undefined, no class instances). */
export interface NewEvent {
  /** A UUID; without it, one is derived from the command, or else from the content. */
  readonly id?: string;
  readonly type: string;
  /** The version of the data's shape; 1 unless said otherwise. */
  readonly schemaVersion?: number;
  readonly data: object;
  /** The data as canonical JSON, where the writer has it already. */
  readonly json?: string;
}

/** The circumstances in which a fact was learned; stored beside it, word for word. */
export interface Context {
  /** When it was learned: an instant in UTC, `2026-01-31T09:00:00Z`. */
  readonly recorded: string;
  /** The user who said so. */
  readonly by: string;
  readonly role?: string;
  /** The payee who the user is, where his login says so. */
  readonly payee?: string;
  /** The API key with which he said so: whoever holds it acts for him. */
  readonly key?: string;
  /** Names the command: the same command sent again leads to the same event ids, so a retry changes nothing. */
  readonly commandId?: string;
  /** Where it came from, for example `orders.csv:17`. */
  readonly source?: string;
}

/** A fact or a commitment as it stands in the log, for ever. */
export interface RecordedEvent {
  /** Its place in the log: 1, 2, 3 ... without gaps, in the order of commitment. */
  readonly position: bigint;
  readonly stream: string;
  /** Its place in its stream: 0, 1, 2 ... */
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
  readonly meta: Context;
}

/** A recorded event as the very text that is stored, for whoever hashes it. */
export interface StoredEvent extends Omit<RecordedEvent, 'data' | 'meta'> {
  readonly data: string;
  readonly meta: string;
}

/** The last revision that the writer has seen; `none` where the stream must not exist, `any` where it does not matter. */
export type ExpectedRevision = bigint | 'none' | 'any';

/** Events for one stream, to be recorded together. */
export interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expectedRevision: ExpectedRevision;
  readonly context: Context;
}

/** Where an append ended: its last event's position in the log and revision in the stream. */
export interface Appended {
  readonly position: bigint;
  readonly revision: bigint;
}

export interface ReadOptions {
  /** Only streams of these categories (`deal` of `deal-17`); all without it, none with an empty list. */
  readonly categories?: readonly string[];
  /** The last position to read; without it, what was the head when the reading began, or later. */
  readonly upTo?: bigint;
  /** Events in a page, at most; 1000 unless said otherwise. */
  readonly pageSize?: number;
}

/** Somebody else has written to the stream since it was read: read again, decide again. Nothing was recorded. */
export class Conflict extends Error {
  override readonly name = 'Conflict';

  constructor(readonly streams: readonly string[]) {
    super(
      `Written to by somebody else meanwhile: ${streams.slice(0, 5).join(', ')}${streams.length > 5 ? ' ...' : ''}`,
    );
  }
}

/** The log cannot be reached or cannot take more just now; sending the same command again is harmless. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';

  constructor(cause: unknown, says = cause instanceof Error ? cause.message : String(cause)) {
    super(`The event log is not available: ${says}`, { cause });
  }
}

/** The events of one append are more than the log's server takes at once. Nothing was recorded. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';

  constructor(
    readonly stream: string,
    /** In bytes, where the server says it. */
    readonly limit: number | undefined,
  ) {
    const most = limit === undefined ? '' : `: ${limit} bytes`;
    super(
      `What is to be recorded in ${stream} at once is larger than the event log takes${most}. Say less at once, or raise the server's MaxAppendSize (of one event, MaxAppendEventSize).`,
    );
  }
}

/** The part of a stream's name before its first hyphen: `deal` of `deal-17`. */
export const categoryOf = (stream: string): string => {
  const end = stream.indexOf('-');
  return end < 0 ? stream : stream.slice(0, end);
};

/**
 * The event log: what was recorded, in the order of commitment. Every method may throw `LogUnavailable`.
 * An append that was recorded before, with the same event ids, succeeds again and records nothing.
 */
export abstract class EventStore {
  /** Records all of the events or none; throws `Conflict` if the stream is not at the expected revision. */
  abstract append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    context: Context,
  ): Promise<Appended>;

  /**
   * Records many appends at once, in the order given; for imports. A stream may occur again where each append expects
   * the revision that the one before it leaves. Gives the position of the last one. Throws `Conflict` with every stream
   * that is not as expected, and `AppendTooLarge` before anything is recorded. In memory and in PostgreSQL it is all or
   * nothing; elsewhere some may have been recorded, and sending all of them again is harmless.
   */
  abstract appendMany(appends: readonly Append[]): Promise<bigint>;

  /** The events of one stream, in order; empty if there is none of that name. */
  abstract read(stream: string): Promise<readonly RecordedEvent[]>;

  /** The events of many streams with one request; a stream that does not exist is absent from the result. */
  abstract readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>>;

  /** Everything after a position (0n: from the beginning), in pages, to the end of the log. */
  abstract readAll(after: bigint, options?: ReadOptions): AsyncIterable<readonly RecordedEvent[]>;

  /** As `readAll`, but as stored text, unparsed. */
  abstract readStored(after: bigint, options?: ReadOptions): AsyncIterable<readonly StoredEvent[]>;

  /**
   * The stored bytes of everything after a position, in log order: each event as the line that `lineOf` writes of it.
   * For whoever hashes the log.
   */
  async *readLines(after: bigint, upTo?: bigint): AsyncGenerator<readonly Buffer[]> {
    for await (const page of this.readStored(after, upTo === undefined ? {} : { upTo })) {
      yield page.map((event) => Buffer.from(lineOf(event)));
    }
  }

  /** As `readAll`, and then whatever is recorded later, until the signal is raised. */
  async *follow(
    after: bigint,
    signal: AbortSignal,
    options: Omit<ReadOptions, 'upTo'> = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    for (let position = after; !signal.aborted;) {
      const upTo = await this.head();
      for await (const page of this.readAll(position, { ...options, upTo })) {
        if (signal.aborted) return;
        yield page;
      }
      if (upTo > position) position = upTo;
      await this.grown(position, signal);
    }
  }

  /** Waits until something is recorded after the position, or the signal is raised. */
  abstract grown(after: bigint, signal: AbortSignal): Promise<void>;

  /** The position of the last event; 0n in an empty log. */
  abstract head(): Promise<bigint>;

  /** Lets go of connections of its own, where it has any; those it was given stay open. */
  async close(): Promise<void> {}
}
