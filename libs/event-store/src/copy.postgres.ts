import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';

// As much as the server takes a millisecond or two for: it has work early.
const CHUNK = 128 * 1024;
// As much as may wait for the server, so that it never waits for us.
const AHEAD = 8 * 1024 * 1024;

/** Rows on their way into a table by COPY, inside the client's transaction. */
export class CopyIn {
  private readonly copy: CopyStreamQuery;
  private chunk = '';

  constructor(client: ClientBase, table: string, columns: string) {
    this.copy = client.query(copyFrom(`copy ${table} (${columns}) from stdin`));
  }

  /** Adds rows: their fields escaped, a tab between them, each row ended by a line feed. */
  add(rows: string): void {
    this.chunk += rows;
  }

  /** Whether so much has gathered that it should be sent. */
  get isFull(): boolean {
    return this.chunk.length >= CHUNK;
  }

  /** Sends what has gathered; waits while the server is far behind. Throws what the server says of the rows. */
  async send(): Promise<void> {
    const { copy, chunk } = this;
    this.chunk = '';
    if (!copy.write(chunk) && copy.writableLength > AHEAD)
      await Promise.race([once(copy, 'drain'), finished(copy)]);
  }

  /** Sends the rest, and waits until the server has taken all of it. */
  async end(): Promise<void> {
    this.copy.end(this.chunk);
    await finished(this.copy);
  }

  /** Gives up: nothing of it is taken, and the transaction can only be rolled back. */
  async cancel(): Promise<void> {
    this.copy.on('error', () => undefined).destroy();
    await finished(this.copy).catch(() => undefined);
  }
}
