import type { Pool } from 'pg';

const MINUTE_MS = 60_000;

/** When each API key was last used, to the minute; kept beside the log, since it is no fact of the business. */
export class KeyUses {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Notes a use. Nobody waits for it, and at most once a minute anything is written. */
  note(key: string, now: number): void {
    if (now - (this.noted.get(key) ?? -Infinity) < MINUTE_MS) return;
    this.noted.set(key, now);
    this.pool
      .query(
        `insert into key_use (key, used_at) values ($1, $2)
         on conflict (key) do update set used_at = greatest(key_use.used_at, excluded.used_at)`,
        [key, new Date(now)],
      )
      .catch(this.failed);
  }

  /** When keys were last used, as instants; those that never were are missing. */
  async lastOf(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query<{ key: string; used_at: Date | string }>(
      'select key, used_at from key_use where key = any($1)',
      [keys],
    );
    return new Map(rows.map(({ key, used_at }) => [key, new Date(used_at).toISOString()]));
  }
}
