import type { Pool } from 'pg';
import { NONE, retried, type Encoded, type EncodedEvent } from './encode.js';
import { isDuplicate, isUnavailable, named } from './errors.postgres.js';
import { Conflict, type Appended, type RecordedEvent } from './event-store.js';
import { textArray } from './text-array.postgres.js';

const MOST_APPENDS = 256;

const APPEND = {
  name: 'append_events',
  text: 'select revision_before, last_position from append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
  rowMode: 'array',
} as const;

// For single events in streams that must not exist; gives the position before the first of them.
const APPEND_TO_NEW = {
  name: 'append_events_to_new_streams',
  text: 'select append_events_to_new_streams($1, $2, $3, $4, $5, $6)',
  rowMode: 'array',
} as const;

interface Waiting {
  readonly append: Encoded;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (reason: unknown) => void;
}

/** The revision before an append, and the position of its last event: null where its stream is not as expected. */
type Outcome = readonly [before: bigint, last: bigint | null];

/**
 * Records together what arrives together: while one batch is being committed, the next one gathers. So the price of the
 * lock and of the disk's flush is paid once for all of them, and each still succeeds or fails by itself.
 */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private draining = false;

  constructor(
    private readonly pool: Pool,
    private readonly read: (stream: string) => Promise<readonly RecordedEvent[]>,
    private readonly recorded: () => void,
  ) {}

  push(append: Encoded): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, resolve, reject });
      if (this.draining) return;
      this.draining = true;
      // What arrives in the same turn of the loop goes into the same batch.
      setImmediate(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) await this.commit(this.take());
    this.draining = false;
  }

  /** The next batch; of several appends to one stream the first, since each depends on the one before. */
  private take(): Waiting[] {
    const streams = new Set<string>();
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    for (const waiting of this.waiting) {
      const { stream } = waiting.append;
      const fits = batch.length < MOST_APPENDS && !streams.has(stream);
      streams.add(stream);
      (fits ? batch : later).push(waiting);
    }
    this.waiting = later;
    return batch;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    let rows: readonly Outcome[];
    try {
      rows = (await this.appendToNew(batch)) ?? (await this.append(batch));
    } catch (error) {
      // One append that the database will not take must not fail its neighbours.
      if (batch.length > 1 && !isUnavailable(error))
        for (const one of batch) await this.commit([one]);
      else for (const { reject } of batch) reject(named(error));
      return;
    }
    this.recorded();
    batch.forEach((waiting, i) => {
      const [before, last] = rows[i] as Outcome;
      if (last === null) void this.settleUnexpected(waiting);
      else
        waiting.resolve({
          position: last,
          revision: before + BigInt(waiting.append.events.length),
        });
    });
  }

  /** Looks nothing up; undefined where one of the streams may be there, or is. */
  private async appendToNew(batch: readonly Waiting[]): Promise<Outcome[] | undefined> {
    if (!batch.every(({ append }) => isFirst(append))) return undefined;
    const values = parametersOfNew(batch.map(({ append }) => append));
    try {
      const { rows } = await this.pool.query<[string]>({ ...APPEND_TO_NEW, values });
      const head = BigInt(rows[0]?.[0] ?? 0);
      return batch.map((_, i) => [NONE, head + BigInt(i + 1)]);
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
  }

  private async append(batch: readonly Waiting[]): Promise<Outcome[]> {
    const values = parameters(batch.map(({ append }) => append));
    const { rows } = await this.pool.query<[string, string | null]>({ ...APPEND, values });
    return rows.map(([before, last]) => [BigInt(before), last === null ? null : BigInt(last)]);
  }

  private async settleUnexpected({ append, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(retried(append, await this.read(append.stream)));
    } catch (error) {
      reject(error instanceof Conflict ? error : named(error));
    }
  }
}

const isFirst = ({ expected, events }: Encoded): boolean =>
  expected === NONE && events.length === 1;

const parametersOfNew = (appends: readonly Encoded[]): unknown[] => {
  const events = appends.map(({ events: [event] }) => event as EncodedEvent);
  return [
    textArray(appends.map(({ stream }) => stream)),
    textArray(appends.map(({ meta }) => meta)),
    textArray(events.map(({ id }) => id)),
    textArray(events.map(({ type }) => type)),
    events.map(({ schemaVersion }) => schemaVersion),
    textArray(events.map(({ data }) => data)),
  ];
};

const parameters = (appends: readonly Encoded[]): unknown[] => {
  const events = appends.flatMap((append) => append.events);
  return [
    textArray(appends.map(({ stream }) => stream)),
    appends.map(({ expected }) => expected),
    appends.map(({ events }) => events.length),
    appends.map(({ events }) => events[0]?.id),
    textArray(appends.map(({ meta }) => meta)),
    appends.flatMap(({ events }, i) => events.map(() => i + 1)),
    appends.flatMap(({ events }) => events.map((_, place) => place + 1)),
    events.map(({ id }) => id),
    textArray(events.map(({ type }) => type)),
    events.map(({ schemaVersion }) => schemaVersion),
    textArray(events.map(({ data }) => data)),
  ];
};
