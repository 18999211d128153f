import { namedEventStoreServer, startEventStoreServer, type EventStoreServer } from '#testing';
import { MemoryBlocks } from './blocks.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { LogUnavailable } from './event-store.js';

const RUN = Date.now().toString(36);
const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const WRITERS = 4;
const APPENDS = 40;

let server: EventStoreServer;
const stores: EventStoreDbEventStore[] = [];
const open = (): EventStoreDbEventStore => {
  const store = new EventStoreDbEventStore(server.url, new MemoryBlocks());
  stores.push(store);
  return store;
};
beforeAll(async () => {
  server = namedEventStoreServer() ?? (await startEventStoreServer());
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await server.close();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does it again until the log is there. */
const untilAvailable = async <T>(work: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
  }
};

describe('a log in EventStoreDB whose server, or one of whose nodes, goes away', () => {
  it('loses nothing, doubles nothing and skips nothing', async () => {
    const reader = open();
    const start = await reader.head();
    const writers = [open(), open()];
    const acknowledged = new Map<string, bigint>();
    const write = async (writer: number): Promise<void> => {
      const store = writers[writer % 2] as EventStoreDbEventStore;
      for (let n = 0; n < APPENDS; n += 1) {
        const stream = `deal-${RUN}-${writer}-${n}`;
        const events = [{ type: 'Noted', data: { n } }];
        const one = { stream, events, expectedRevision: 'none' as const, context };
        const position = await untilAvailable(async () =>
          n % 4 === 0
            ? store.appendMany([one])
            : (await store.append(stream, events, 'none', context)).position,
        );
        acknowledged.set(stream, position);
      }
    };
    const seen: [string, bigint][] = [];
    const read = async (): Promise<void> => {
      const after = seen.at(-1)?.[1] ?? start;
      const options = { categories: ['deal'], pageSize: 7 };
      for await (const page of reader.follow(after, new AbortController().signal, options)) {
        for (const { stream, position } of page) seen.push([stream, position]);
        if (seen.length === WRITERS * APPENDS) return;
      }
    };
    const reading = untilAvailable(read);
    const written = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    for (let n = 0; n < 4; n += 1) {
      await pause(150);
      await server.kill();
      await pause(100);
      await server.restart();
    }
    await written;
    await reading;
    const all = Array.from({ length: WRITERS * APPENDS }, (_, i) => start + BigInt(i + 1));
    expect(seen.map(([, position]) => position)).toEqual(all);
    expect(new Map(seen)).toEqual(acknowledged);
  });
});
