import type { Pool } from 'pg';

/** Lets one at a time do what must not happen at the same time, over all processes on the database. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly pool: Pool) {}

  /** Does the work when nobody else is at work on the same thing. */
  take<T>(what: string, work: () => Promise<T>): Promise<T> {
    // Inside this process all wait in one line: each waiting on a connection of its own, they would take all those
    // that the one whose turn it is needs.
    const turn = this.last.then(() => this.alone(what, work));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('select pg_advisory_lock(hashtext($1))', [what]);
      return await work();
    } finally {
      await client
        .query('select pg_advisory_unlock(hashtext($1))', [what])
        .catch(
          (error: unknown) => (failure = error instanceof Error ? error : new Error(String(error))),
        );
      client.release(failure);
    }
  }
}
