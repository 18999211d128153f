import type { Pool } from 'pg';
import { AnotherLog, MemoryBlocks } from './blocks.js';
import { PostgresBlocks } from './blocks.postgres.js';
import type { Configuration } from './configuration.js';
import { openDatabase, type Database } from './database.postgres.js';
import { named } from './errors.postgres.js';
import { PostgresEventStore } from './event-log.postgres.js';
import type { EventStore } from './event-store.js';
import { isEventStoreDbUrl } from './eventstoredb-url.js';

/**
 * Opens the log that the configuration names: EventStoreDB, or the database that also holds the rows. Throws
 * `AnotherLog` where the rows were made from a log that this one does not continue.
 */
export const openEventStore = async (
  { eventStoreUrl }: Pick<Configuration, 'eventStoreUrl'>,
  pool: Pool,
): Promise<EventStore> => {
  if (eventStoreUrl === undefined) {
    const { rows } = await ask<{ since: string }>(
      pool,
      'select since::date::text from log_elsewhere',
    );
    if (rows[0])
      throw new AnotherLog(
        `since ${rows[0].since} the log is in EventStoreDB, and EVENT_STORE is not set`,
      );
    return new PostgresEventStore(pool);
  }
  // Its client is loaded only by those who use it.
  const { EventStoreDbEventStore } = await import('./event-log.eventstoredb.js');
  const store = new EventStoreDbEventStore(eventStoreUrl, new PostgresBlocks(pool));
  try {
    await refuseAnother(store, pool);
    await ask(pool, 'insert into log_elsewhere default values on conflict do nothing');
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
};

/** A log that is open beside the one of this company. */
export interface OtherLog {
  readonly store: EventStore;
  /** Where it is in PostgreSQL: what is around it. */
  readonly database?: Database;
  close(): Promise<void>;
}

/** Opens a log by its address, `esdb://` or `postgres://`, to copy to it. Throws `LogUnavailable`. */
export const openOtherLog = async (url: string): Promise<OtherLog> => {
  if (isEventStoreDbUrl(url)) {
    const { EventStoreDbEventStore } = await import('./event-log.eventstoredb.js');
    const store = new EventStoreDbEventStore(url, new MemoryBlocks());
    return { store, close: () => store.close() };
  }
  const database = await openDatabase({ home: '', databaseUrl: url }, { signals: 'leave' });
  const store = new PostgresEventStore(database.pool);
  return { store, database, close: () => database.close() };
};

const ask = async <T extends object>(pool: Pool, text: string): Promise<{ rows: T[] }> => {
  try {
    return await pool.query<T>(text);
  } catch (error) {
    throw named(error);
  }
};

interface Known {
  /** How far rows are. */
  readonly reached: string;
  /** The last event of the log in PostgreSQL, which must have been copied to the one that is read now. */
  readonly last: string | null;
  readonly id: string | null;
}

const KNOWN = `
  select (select coalesce(max(position), 0) from checkpoint) as reached, e.position as last, e.id
  from (values (1)) as one left join (select position, id from event order by position desc limit 1) e on true`;

const refuseAnother = async (store: EventStore, pool: Pool): Promise<void> => {
  const { rows } = await ask<Known>(pool, KNOWN);
  const { reached, last, id } = rows[0] as Known;
  const head = await store.head();
  if (BigInt(reached) > head)
    throw new AnotherLog(`rows were made of ${reached} events, and it has ${head}`);
  if (last === null) return;
  const position = BigInt(last);
  for await (const [event] of store.readAll(position - 1n, { upTo: position }))
    if (event?.id === id) return;
  throw new AnotherLog(
    `it does not have event ${last} of the log in PostgreSQL; "everycent log copy" would copy it`,
  );
};
