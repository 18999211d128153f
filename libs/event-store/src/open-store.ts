import type { Pool } from 'pg';
import { AnotherLog } from './blocks.js';
import { PostgresBlocks } from './blocks.postgres.js';
import type { Configuration } from './configuration.js';
import { named } from './errors.postgres.js';
import { PostgresEventStore } from './event-log.postgres.js';
import type { EventStore } from './event-store.js';

/**
 * Opens the log that the configuration names: EventStoreDB, or the database that also holds the rows. Throws
 * `AnotherLog` where the rows in it were made from a log that this one does not continue.
 */
export const openEventStore = async (
  { eventStoreUrl }: Pick<Configuration, 'eventStoreUrl'>,
  pool: Pool,
): Promise<EventStore> => {
  const store = await storeOf(eventStoreUrl, pool);
  try {
    await refuseAnother(store, pool);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
};

const storeOf = async (url: string | undefined, pool: Pool): Promise<EventStore> => {
  if (url === undefined) return new PostgresEventStore(pool);
  // Its client is loaded by those who use it.
  const { EventStoreDbEventStore } = await import('./event-log.eventstoredb.js');
  return new EventStoreDbEventStore(url, new PostgresBlocks(pool));
};

interface Known {
  /** How far rows are. */
  readonly rows: string;
  /** The last event of the log in PostgreSQL, which was perhaps copied to the one that is read now. */
  readonly last: string | null;
  readonly id: string | null;
}

const refuseAnother = async (store: EventStore, pool: Pool): Promise<void> => {
  const { rows } = await pool
    .query<Known>(
      `select (select coalesce(max(position), 0) from checkpoint) as rows, e.position as last, e.id
       from (values (1)) as one left join (select position, id from event order by position desc limit 1) e on true`,
    )
    .catch((error: unknown) => {
      throw named(error);
    });
  const { rows: reached, last, id } = rows[0] as Known;
  const head = await store.head();
  if (BigInt(reached) > head)
    throw new AnotherLog(`rows were made of ${reached} events, and it has ${head}`);
  if (last === null || store instanceof PostgresEventStore) return;
  const position = BigInt(last);
  for await (const [event] of store.readAll(position - 1n, { upTo: position }))
    if (event?.id === id) return;
  throw new AnotherLog(`it does not have event ${last} of the log in PostgreSQL`);
};
