import type { Pool } from 'pg';

/** Lets one at a time do what must not happen at the same time, over all processes on the database. */
export class Turns {
  constructor(private readonly pool: Pool) {}

  /** Does the work when nobody else is at work on the same thing. */
  async take<T>(what: string, work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('select pg_advisory_lock(hashtext($1))', [what]);
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [what])
        .catch((error: unknown) => (failure = error instanceof Error ? error : new Error(String(error))));
      client.release(failure);
    }
  }
}
