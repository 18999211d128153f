import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inTransaction, isUnavailable, LogUnavailable, type Database } from '#event-store';

/** The key of a payee, or that it was destroyed and what was personal of him then. */
export type PayeeKey =
  { readonly key: Buffer } | { readonly forgotten: { readonly attributes: readonly string[] } };

interface Row {
  readonly payee: string;
  readonly key: Buffer | null;
  readonly attributes: readonly string[] | null;
}

const KNOWN = 'select payee, key, attributes from payee_key where payee = any($1)';

// A key that was destroyed never comes back: the row stays, empty.
const MAKE = `
  insert into payee_key (payee, key) select * from unnest($1::text[], $2::bytea[])
  on conflict (payee) do nothing`;

const DESTROY = `
  insert into payee_key (payee, key, attributes, forgotten_at) values ($1, null, $2, now())
  on conflict (payee) do update set key = null, attributes = excluded.attributes, forgotten_at = now()
    where payee_key.forgotten_at is null`;

// Whoever has an answer kept for his request has a fingerprint of what he said kept beside it.
const ANSWERS = `
  delete from idempotency where answer is not null and answer::json->>'position' = any($1::text[])`;

/**
 * The keys under which the personal data of payees is sealed: in a table of its own, in the database
 * of the rows, wherever the log is. Nobody keeps a key in memory longer than a page of the log.
 */
export class PayeeKeys {
  constructor(private readonly database: Pick<Database, 'pool' | 'url'>) {}

  /** What is known of the keys of some payees; one that has none is absent. */
  async of(payees: readonly string[]): Promise<ReadonlyMap<string, PayeeKey>> {
    const { rows } = await this.query<Row>(KNOWN, [payees]);
    return new Map(
      rows.map(({ payee, key, attributes }) => [
        payee,
        key ? { key } : { forgotten: { attributes: attributes ?? [] } },
      ]),
    );
  }

  /** The keys of some payees, made where there are none yet. */
  async made(payees: readonly string[]): Promise<ReadonlyMap<string, PayeeKey>> {
    const known = await this.of(payees);
    const missing = payees.filter((payee) => !known.has(payee));
    if (missing.length === 0) return known;
    await this.query(MAKE, [missing, missing.map(() => randomBytes(32))]);
    return this.of(payees);
  }

  /**
   * Destroys a payee's key for good, and forgets which requests led to the events at the positions
   * given. Doing it again changes nothing.
   */
  async destroy(
    payee: string,
    attributes: readonly string[],
    positions: readonly bigint[],
  ): Promise<void> {
    const destroyed = await inTransaction(this.database.pool, async (client) => {
      const { rowCount } = await client.query(DESTROY, [payee, attributes]);
      if (rowCount === 1) await client.query(ANSWERS, [positions.map(String)]);
      return rowCount === 1;
    }).catch((error: unknown) => {
      throw isUnavailable(error) ? new LogUnavailable(error) : error;
    });
    if (destroyed) await this.rewrite();
  }

  // A row that was changed lies in its file until somebody cleans up: the key must not stay there.
  private async rewrite(): Promise<void> {
    const owner = new pg.Client({ connectionString: this.database.url });
    owner.on('error', () => undefined);
    try {
      await owner.connect();
      await owner.query("set lock_timeout = '5s'");
      await owner.query('vacuum (full) payee_key');
    } catch {
      // It is forgotten all the same; PostgreSQL cleans up by itself a little later.
    } finally {
      await owner.end().catch(() => undefined);
    }
  }

  private async query<R extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<pg.QueryResult<R>> {
    try {
      return await this.database.pool.query<R>(text, values);
    } catch (error) {
      throw isUnavailable(error) ? new LogUnavailable(error) : error;
    }
  }
}
