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
      // Also what was sent first over a new connection is where it should be.
      expect(await store.read('deal-0')).toMatchObject([{ position: 1n }]);
      expect(found).toMatchObject({ position: 1235n, data: { n: 1234 } });
      for await (const [event] of store.readAll(998n, { upTo: 999n }))
        expect(event).toMatchObject({ position: 999n, stream: 'deal-998' });
    }
  });

  it('reads no blocks that hold nothing of what is wanted', async () => {
    const server = await start();
    const blocks = new MemoryBlocks();
    const store = open(server, blocks);
    await store.append('payee-1', [event(1)], 'none', context);
    const deals = Array.from({ length: 2 * BLOCK }, (_, n) => fresh(`deal-${n}`, n));
    await store.appendMany(deals);
    await store.append('payee-2', [event(2)], 'none', context);
    expect(await blocks.withAny(['payee', 'plan'], 1n)).toEqual([1n]);

    const read = async (after: bigint, ...categories: string[]): Promise<bigint[]> => {
      const found: bigint[] = [];
      // As after a restart: all that is known is what was kept.
      const restarted = open(server, blocks);
      for await (const page of restarted.readAll(after, { categories }))
        for (const { position } of page) found.push(position);
      return found;
    };
    const last = BigInt(2 * BLOCK + 2);
    expect(await read(0n, 'payee')).toEqual([1n, last]);
    expect(await read(1n, 'payee')).toEqual([last]);
    expect(await read(0n, 'payee', 'deal')).toEqual(upTo(Number(last)));
    blocks.withAny = () => Promise.resolve([]);
    expect(await read(0n, 'payee', 'deal')).toEqual([last - 1n, last]);
  });

  it('refuses blocks of another log', async () => {
    const blocks = new MemoryBlocks();
    await blocks.keep({
      position: 1n,
      commits: upTo(BLOCK).map((commit) => commit * 7n),
      categories: ['deal'],
    });
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

  it('records nothing of a batch in which one append is too large for the server', async () => {
    const store = open(await start('--max-append-size', '10000'));
    const large = { type: 'Noted', data: { text: 'x'.repeat(12_000) } };
    const batch = [fresh('deal-1'), { ...fresh('deal-2'), events: [large] }, fresh('deal-3')];
    await expect(store.appendMany(batch)).rejects.toEqual(new AppendTooLarge('deal-2', 10_000));
    expect(await store.head()).toBe(0n);
    expect(await store.appendMany([fresh('deal-1'), fresh('deal-3')])).toBe(2n);
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

  it('does not wait in silence for news of a server that is gone', async () => {
    const server = await start();
    const store = open(server);
    await store.append('deal-1', [event(1)], 'none', context);
    await server.kill();
    const { signal } = new AbortController();
    await expect(store.grown(1n, signal)).rejects.toThrow(LogUnavailable);
    await server.restart();
    await open(server).append('deal-2', [event(1)], 'none', context);
    // It is heard of again with the next attempt, at most two seconds later.
    const heard = (): Promise<void> =>
      store.grown(1n, signal).catch(async (error: unknown) => {
        if (!(error instanceof LogUnavailable)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return heard();
      });
    await expect(heard()).resolves.toBeUndefined();
  });

  it('looks for a server that is gone for six seconds altogether, not again for whoever asks next', async () => {
    const server = await start();
    const store = open(server);
    await store.append('deal-1', [event(1)], 'none', context);
    await server.kill();
    const began = performance.now();
    await expect(store.head()).rejects.toThrow(LogUnavailable);
    const first = performance.now() - began;
    await expect(store.head()).rejects.toThrow(
      /^The event log is not available: connect ECONNREFUSED [\d.:]+$/,
    );
    expect(performance.now() - began - first).toBeLessThan(first / 2);
    await server.restart();
    expect(await store.head()).toBe(1n);
  });
});
