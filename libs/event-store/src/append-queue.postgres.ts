import type { Pool } from 'pg';
import { retried, type Encoded } from './encode.js';
import { isUnavailable, named } from './errors.postgres.js';
import { Conflict, type Appended, type RecordedEvent } from './event-store.js';
import { textArray } from './text-array.postgres.js';

const MOST_APPENDS = 256;

const APPEND = {
  name: 'append_events',
  text: 'select revision_before, last_position from append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
  rowMode: 'array',
} as const;

interface Waiting {
  readonly append: Encoded;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (reason: unknown) => void;
}

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
    let rows: [string, string | null][];
    try {
      rows = (
        await this.pool.query<[string, string | null]>({ ...APPEND, values: parameters(batch) })
      ).rows;
    } catch (error) {
      // One append that the database will not take must not fail its neighbours.
      if (batch.length > 1 && !isUnavailable(error))
        for (const one of batch) await this.commit([one]);
      else for (const { reject } of batch) reject(named(error));
      return;
    }
    this.recorded();
    batch.forEach((waiting, i) => {
      const [before, last] = rows[i] as [string, string | null];
      if (last === null) void this.settleUnexpected(waiting);
      else
        waiting.resolve({
          position: BigInt(last),
          revision: BigInt(before) + BigInt(waiting.append.events.length),
        });
    });
  }

  private async settleUnexpected({ append, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(retried(append, await this.read(append.stream)));
    } catch (error) {
      reject(error instanceof Conflict ? error : named(error));
    }
  }
}

const parameters = (batch: readonly Waiting[]): unknown[] => {
  const appends = batch.map(({ append }) => append);
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
