import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startEventStoreServer, type EventStoreServer } from '#testing';
import { BLOCK, MemoryBlocks } from './blocks.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { AppendTooLarge, Conflict, LogUnavailable, type NewEvent } from './event-store.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const event = (n: number): NewEvent => ({ type: 'Noted', data: { n } });
const fresh = (stream: string, n = 1) => ({
  stream,
  events: [event(n)],
  expectedRevision: 'none' as const,
  context,
});

const servers: EventStoreServer[] = [];
const stores: EventStoreDbEventStore[] = [];

const start = async (...args: string[]): Promise<EventStoreServer> => {
  const server = await startEventStoreServer(...args);
  servers.push(server);
  return server;
};

/** A store of its own, as another process has; without blocks of somebody else it counts from the beginning. */
const open = ({ url }: { url: string }, blocks = new MemoryBlocks()): EventStoreDbEventStore => {
  const store = new EventStoreDbEventStore(url, blocks);
  stores.push(store);
  return store;
};

const positions = async (store: EventStoreDbEventStore, after = 0n): Promise<bigint[]> => {
  const found: bigint[] = [];
  for await (const page of store.readAll(after))
    for (const { position } of page) found.push(position);
  return found;
};

const upTo = (last: number): bigint[] => Array.from({ length: last }, (_, i) => BigInt(i + 1));

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const server of servers.splice(0)) await server.close();
});

describe('the log in EventStoreDB', () => {
  it('numbers our events without gaps, whatever else stands in $all', async () => {
    const server = await start();
    const store = open(server);
    const client = EventStoreDBClient.connectionString(server.url);
    const theirs = jsonEvent({ type: 'Theirs', data: { n: 1 } });
    await client.appendToStream('deal-of-somebody-else', theirs);
    await store.append('deal-1', [event(1)], 'none', context);
    await client.setStreamMetadata('deal-1', { cacheControl: 1 });
    await store.append('deal-1', [event(2), event(3)], 0n, context);
    await client.appendToStream('deal-of-somebody-else', { ...theirs, id: crypto.randomUUID() });
    expect(await store.head()).toBe(3n);
    expect(await positions(store)).toEqual([1n, 2n, 3n]);
    expect(await positions(open(server), 1n)).toEqual([2n, 3n]);
    await client.dispose();
  });

  it('gives every process the same positions, wherever it begins to count', async () => {
    const server = await start();
    const blocks = new MemoryBlocks();
    const first = open(server, blocks);
    const size = 2 * BLOCK + 50;
    const batch = Array.from({ length: size }, (_, n) => fresh(`deal-${n}`, n));
    expect(await first.appendMany(batch)).toBe(BigInt(size));
    expect((await blocks.last())?.position).toBe(BigInt(BLOCK + 1));
    for (const store of [open(server), open(server, blocks)]) {
      expect(await positions(store)).toEqual(upTo(size));
      const [found] = await store.read('deal-1234');
      expect(found).toMatchObject({ position: 1235n, data: { n: 1234 } });
      for await (const [event] of store.readAll(998n, { upTo: 999n }))
        expect(event).toMatchObject({ position: 999n, stream: 'deal-998' });
    }
  });

  it('refuses blocks of another log', async () => {
    const blocks = new MemoryBlocks();
    await blocks.keep({ position: 1n, commits: upTo(BLOCK).map((commit) => commit * 7n) });
    const store = open(await start(), blocks);
    await expect(store.head()).rejects.toThrow('nothing of ours stands at 7000 of its $all');
    await expect(store.append('deal-1', [event(1)], 'none', context)).rejects.toThrow(
      'another log',
    );
  });

  it('refuses an append that is too large for the server, and splits a batch that is', async () => {
    const store = open(await start('--max-append-size', '10000'));
    const large: NewEvent = { type: 'Noted', data: { text: 'x'.repeat(6000) } };
    await expect(store.append('deal-1', [large, large], 'none', context)).rejects.toThrow(
      AppendTooLarge,
    );
    expect(await store.read('deal-1')).toEqual([]);
    const batch = Array.from({ length: 5 }, (_, n) => ({ ...fresh(`deal-${n}`), events: [large] }));
    expect(await store.appendMany(batch)).toBe(5n);
    const huge: NewEvent = { type: 'Noted', data: { text: 'x'.repeat(16 * 1024 * 1024) } };
    await expect(store.append('deal-9', [huge], 'none', context)).rejects.toThrow(
      'What is to be recorded in deal-9 at once is larger than the event log takes: 15728640 bytes.',
    );
  });

  it('names every stream of a batch that others have written to', async () => {
    const store = open(await start());
    await store.appendMany([fresh('deal-1'), fresh('deal-2'), fresh('deal-3')]);
    const batch = [fresh('deal-1', 9), fresh('deal-4', 9), fresh('deal-3', 9)];
    await expect(store.appendMany(batch)).rejects.toEqual(new Conflict(['deal-1', 'deal-3']));
  });

  it.each([['with'], ['without']])(
    'finds its server by gossip, %s a node that is gone',
    async (how) => {
      const { url } = await start();
      const gone = how === 'with' ? ',127.0.0.1:9' : ',localhost';
      const store = open({ url: url.replace('?', `${gone}?gossipTimeout=1&`) });
      expect(await store.append('deal-1', [event(1)], 'none', context)).toEqual({
        position: 1n,
        revision: 0n,
      });
    },
  );

  it('works with a server that takes one append a call', async () => {
    const store = open(await start('--no-batch'));
    await store.append('deal-1', [event(1)], 'none', context);
    expect(await store.append('deal-1', [event(2)], 0n, context)).toEqual({
      position: 2n,
      revision: 1n,
    });
    await expect(store.append('deal-1', [event(3)], 0n, context)).rejects.toThrow(Conflict);
  });

  it('says so when it cannot be reached', async () => {
    const store = open({ url: 'esdb://127.0.0.1:9?tls=false' });
    await expect(
      Promise.all([store.head(), store.append('deal-1', [event(1)], 'none', context)]),
    ).rejects.toThrow(LogUnavailable);
  });

  it('loses nothing, doubles nothing and skips nothing while its server is killed and comes back', async () => {
    const server = await start();
    const writers = [open(server), open(server)];
    const acknowledged = new Map<string, bigint>();
    const write = async (writer: number): Promise<void> => {
      const store = writers[writer % 2] as EventStoreDbEventStore;
      for (let n = 0; n < 40; n += 1) {
        const stream = `deal-${writer}-${n}`;
        const append = fresh(stream, n);
        for (;;) {
          try {
            const appended =
              n % 4 === 0
                ? await store.appendMany([append])
                : (await store.append(stream, append.events, 'none', context)).position;
            acknowledged.set(stream, appended);
            break;
          } catch (error) {
            if (!(error instanceof LogUnavailable)) throw error;
          }
        }
      }
    };
    const stop = new AbortController();
    const reader = open(server);
    const seen: [string, bigint][] = [];
    const read = async (): Promise<void> => {
      const after = seen.at(-1)?.[1] ?? 0n;
      const options = { categories: ['deal'], pageSize: 7 };
      for await (const page of reader.follow(after, stop.signal, options)) {
        for (const { stream, position } of page) seen.push([stream, position]);
        if (seen.length === 4 * 40) return;
      }
    };
    const reading = (async () => {
      while (seen.length < 4 * 40) {
        await read().catch((error: unknown) => {
          if (!(error instanceof LogUnavailable)) throw error;
        });
      }
    })();
    const written = Promise.all([0, 1, 2, 3].map(write));
    for (let n = 0; n < 4; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await server.restart();
    }
    await written;
    await reading;
    stop.abort();
    expect(seen.map(([, position]) => position)).toEqual(upTo(4 * 40));
    expect(new Map(seen)).toEqual(acknowledged);
  });
});
