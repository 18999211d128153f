import {
  freshDatabase,
  namedEventStoreServer,
  startEventStoreServer,
  type EventStoreServer,
} from '#testing';
import { PostgresBlocks } from './blocks.postgres.js';
import type { Database } from './database.postgres.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { PostgresEventStore } from './event-log.postgres.js';
import type { Context, EventStore, NewEvent, RecordedEvent } from './event-store.js';
import { MemoryEventStore } from './memory.js';

const RUN = Date.now().toString(36);

/** When and by whom everything is recorded. */
export const context: Context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };

/** An event that can be told from others by its number. */
export const event = (n: number, type = 'DealBooked'): NewEvent => ({ type, data: { n } });

/** All events of some pages. */
export const all = async (
  pages: AsyncIterable<readonly RecordedEvent[]>,
): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
};

/** A log that the contract is held against. */
export interface TriedLog {
  readonly store: EventStore;
  /** Whether a batch is recorded as a whole or not at all. */
  readonly isAtomic: boolean;
  /** Its head when the test began: a durable log goes on from test to test, and from run to run. */
  readonly start: bigint;
  /** The number of the test. */
  readonly run: number;
  /** The name of a stream that no other test has. */
  readonly named: (stream: string) => string;
}

/** Holds a part of the contract against each log. */
export const inEachLog = (contract: (log: TriedLog) => void): void => {
  let database: Database;
  let server: EventStoreServer;
  beforeAll(async () => {
    database = await freshDatabase();
    server = namedEventStoreServer() ?? (await startEventStoreServer());
  });
  afterAll(async () => {
    await server.close();
    await database.close();
  });

  const logs: [name: string, isAtomic: boolean, make: () => EventStore][] = [
    ['memory', true, () => new MemoryEventStore()],
    ['postgres', true, () => new PostgresEventStore(database.pool)],
    [
      'eventstoredb',
      false,
      () => new EventStoreDbEventStore(server.url, new PostgresBlocks(database.pool)),
    ],
  ];
  describe.each(logs)('the event log in %s', (_name, isAtomic, make) => {
    let store: EventStore;
    let start: bigint;
    let run = 0;
    beforeAll(() => {
      store = make();
    });
    afterAll(() => store.close());
    beforeEach(async () => {
      run += 1;
      start = await store.head();
    });
    contract({
      isAtomic,
      named: (stream) => `${stream}-${RUN}-${run}`,
      get store() {
        return store;
      },
      get start() {
        return start;
      },
      get run() {
        return run;
      },
    });
  });
};
