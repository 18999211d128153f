import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { away, isDenied, isKept, isPassing } from './errors.eventstoredb.js';
import { LogUnavailable } from './event-store.js';
import { clientUrl } from './eventstoredb-url.js';

// A cluster that loses its leader has chosen another one by then.
const PATIENCE_MS = 6000;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1000;

/** For every call: other nodes may lag behind it, and what one process has recorded another should read. */
export const LEADER = { requiresLeader: true } as const;

/** The client reads the files that its address names, and says of a missing one only that it is. */
const clientOf = (url: string): EventStoreDBClient => {
  try {
    return EventStoreDBClient.connectionString(clientUrl(url));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`What the address of the event log names cannot be used: ${message}`, {
      cause: error,
    });
  }
};

/** A connection to a server or a cluster, which is found again when it goes away. */
export class Connection {
  private current: EventStoreDBClient | undefined;
  private closed = false;
  private failingSince = 0;
  private lastFailure = Number.NEGATIVE_INFINITY;

  constructor(private readonly url: string) {}

  get client(): EventStoreDBClient {
    if (this.closed) throw new LogUnavailable(new Error('it was closed'));
    return (this.current ??= clientOf(this.url));
  }

  /** Does the work, again and again while the server cannot do it; so it must be harmless twice. */
  async retrying<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const attempts = new Attempts(this);
    for (;;) {
      try {
        const done = await work(this.client);
        this.answered();
        return done;
      } catch (error) {
        await attempts.failed(error);
      }
    }
  }

  /**
   * A client that found no cluster, or could not learn what its server can do, would repeat the same failure for ever:
   * another one begins anew. What is under way over the old one goes on: cut off, a read would look as if it were whole.
   */
  forget(): void {
    this.current = undefined;
  }

  /** Since when the server has not answered anybody; a failure long after the last one is another matter. */
  silentSince(): number {
    const now = Date.now();
    if (now - this.lastFailure > PATIENCE_MS) this.failingSince = now;
    this.lastFailure = now;
    return this.failingSince;
  }

  answered(): void {
    this.lastFailure = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.current?.dispose();
  }
}

/**
 * How long something that the server cannot do just now is tried again. Whoever asks while it has been silent for that long
 * is told at once: each waiting its own time, those who wait for one another would add theirs up.
 */
export class Attempts {
  private pause = FIRST_PAUSE_MS;
  private since: number | undefined;

  constructor(private readonly connection: Connection) {}

  /** Waits before the next attempt. Throws what does not pass by waiting, and `LogUnavailable` when it took too long. */
  async failed(error: unknown): Promise<void> {
    if (isDenied(error)) throw away(error);
    if (!isPassing(error)) throw error;
    if (isKept(error)) this.connection.forget();
    this.since ??= Date.now();
    const since = Math.min(this.since, this.connection.silentSince());
    if (Date.now() - since > PATIENCE_MS) throw away(error);
    await sleep(this.pause);
    this.pause = Math.min(2 * this.pause, LAST_PAUSE_MS);
  }

  /** Something went well: what fails next has its own time. */
  succeeded(): void {
    this.pause = FIRST_PAUSE_MS;
    this.since = undefined;
    this.connection.answered();
  }
}
