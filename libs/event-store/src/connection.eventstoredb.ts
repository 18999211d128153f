import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { isPassing } from './errors.eventstoredb.js';
import { LogUnavailable } from './event-store.js';

// Six seconds together: a cluster that loses its leader has chosen another one by then.
const PAUSES_MS = [50, 100, 200, 400, 800, 1600, 3200];

/** A connection to a server or a cluster, which is found again when it goes away. */
export class Connection {
  private current: EventStoreDBClient | undefined;
  private closed = false;

  constructor(url: string) {
    // Later servers have another name; the client knows them by the old one.
    this.url = url.replace(/^kurrentdb/, 'esdb');
  }

  private readonly url: string;

  get client(): EventStoreDBClient {
    if (this.closed) throw new LogUnavailable(new Error('it was closed'));
    return (this.current ??= EventStoreDBClient.connectionString(this.url));
  }

  /** Does the work, again and again while the server cannot do it; so it must be harmless twice. */
  async retrying<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work(this.client);
      } catch (error) {
        await this.pause(attempt, error);
      }
    }
  }

  /** Waits before the next attempt. Throws what does not pass by waiting, and `LogUnavailable` when it took too long. */
  async pause(attempt: number, error: unknown): Promise<void> {
    if (!isPassing(error)) throw error;
    // A client that found no cluster would repeat the same failure for ever.
    if (error instanceof Error && error.message.startsWith('Failed to discover')) this.forget();
    const pause = PAUSES_MS[attempt];
    if (pause === undefined || this.closed) throw new LogUnavailable(error);
    await sleep(pause);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.current?.dispose();
  }

  private forget(): void {
    void this.current?.dispose().catch(() => undefined);
    this.current = undefined;
  }
}
