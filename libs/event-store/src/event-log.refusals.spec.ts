import { status } from '@grpc/grpc-js';
import { startEventStoreServer, type EventStoreStandIn } from '#testing';
import { BLOCK, MemoryBlocks } from './blocks.js';
import { Connection } from './connection.eventstoredb.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { AppendTooLarge, LogUnavailable, type NewEvent } from './event-store.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const event = (n: number): NewEvent => ({ type: 'Noted', data: { n } });
const unavailable = { code: status.UNAVAILABLE, details: 'Server Is Not Ready' };

const servers: EventStoreStandIn[] = [];
const stores: EventStoreDbEventStore[] = [];

const start = async (...args: string[]): Promise<EventStoreStandIn> => {
  const server = await startEventStoreServer(...args);
  servers.push(server);
  return server;
};

const open = (url: string, blocks = new MemoryBlocks()): EventStoreDbEventStore => {
  const store = new EventStoreDbEventStore(url, blocks);
  stores.push(store);
  return store;
};

const note = (store: EventStoreDbEventStore, stream: string) =>
  store.append(stream, [event(1)], 'none', context);

const streamsOf = async (store: EventStoreDbEventStore, category: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of store.readAll(0n, { categories: [category] }))
    for (const { stream } of page) found.push(stream);
  return found;
};

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const server of servers.splice(0)) await server.close();
});

describe('what a server may answer', () => {
  it.each([[[]], [['--no-last-checkpoint']]])(
    'reads some categories to the end, though no checkpoint says that it is there: %j',
    async (how) => {
      const store = open((await start(...how)).url);
      await note(store, 'payee-1');
      await note(store, 'deal-1');
      await note(store, 'deal-10');
      await note(store, 'deal-1x');
      expect(await streamsOf(store, 'payee')).toEqual(['payee-1']);
      expect(await streamsOf(store, 'plan')).toEqual([]);
    },
  );

  it.each([[[]], [['--no-batch']]])(
    'refuses an event that is too large, at once: %j',
    async (how) => {
      const store = open((await start('--max-append-event-size', '10000', ...how)).url);
      const large: NewEvent = { type: 'Noted', data: { text: 'x'.repeat(12_000) } };
      await expect(store.append('deal-1', [large], 'none', context)).rejects.toThrow(
        AppendTooLarge,
      );
      expect(await note(store, 'deal-1')).toMatchObject({ position: 1n });
    },
  );

  it('says that a certificate is missing', async () => {
    const store = open('esdb://127.0.0.1:9?tlsCAFile=/nowhere/ca.crt');
    await expect(store.head()).rejects.toThrow(/address of the event log .* certificate file/);
  });

  it('says that its login may not write', async () => {
    const server = await start();
    const store = open(server.url);
    await server.refuse('settle', { kind: 'access-denied' });
    await expect(note(store, 'deal-1')).rejects.toThrow('access denied');
  });

  it('says that its login may not read, which is no other log', async () => {
    const server = await start();
    const blocks = new MemoryBlocks();
    const batch = Array.from({ length: BLOCK }, (_, n) => ({
      stream: `deal-${n}`,
      events: [event(n)],
      expectedRevision: 'none' as const,
      context,
    }));
    await open(server.url, blocks).appendMany(batch);
    const store = open(server.url, blocks);
    const denied = {
      code: status.PERMISSION_DENIED,
      details: 'Access Denied',
      trailers: { exception: 'access-denied' },
    };
    await server.refuse('read', denied);
    await expect(store.head()).rejects.toThrow('access denied');
    await server.refuse('read', denied);
    await expect(store.grown(0n, new AbortController().signal)).resolves.toBeUndefined();
  });

  it('waits for a server that is not ready', async () => {
    const server = await start();
    const store = open(server.url);
    await server.refuse('settle', { kind: 'not-handled', message: 'Server Is Not Ready' });
    await server.refuse('settle', { kind: 'timeout' });
    await server.refuse('read', unavailable);
    expect(await note(store, 'deal-1')).toEqual({ position: 1n, revision: 0n });
  });

  it('begins anew where the server was interrupted in saying what it can do', async () => {
    const server = await start();
    const store = open(server.url);
    const details = 'Received RST_STREAM with code 2';
    await server.refuse('getSupportedMethods', { code: status.INTERNAL, details });
    expect(await note(store, 'deal-1')).toMatchObject({ position: 1n });
  });

  it('outlives the end of a connection that it no longer uses, while it writes over another', async () => {
    const server = await start();
    const store = open(server.url);
    await note(store, 'deal-1');
    await server.refuse('read', unavailable);
    expect(await store.read('deal-1')).toHaveLength(1);
    await note(store, 'deal-2');
    await server.refuse('answer', { ms: 300 });
    const writing = note(store, 'deal-3');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.refuse('oldestBatchAppend', unavailable);
    expect(await writing).toMatchObject({ position: 3n });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await note(store, 'deal-4')).toMatchObject({ position: 4n });
  });

  it('goes on hearing of the log after it has looked for a cluster in vain', async () => {
    const server = await start();
    const hosts = server.url.replace('?', `,${server.url.slice(7, -10)}?maxDiscoverAttempts=1&`);
    const store = open(hosts);
    await note(store, 'deal-1');
    await server.refuse('read', unavailable);
    for (let n = 0; n < 4; n += 1) await server.refuse('gossip', unavailable);
    expect(await store.read('deal-1')).toHaveLength(1);
    expect(await note(store, 'deal-2')).toMatchObject({ position: 2n });
  });

  it('listens anew where nothing comes over a connection that stands', async () => {
    const server = await start();
    const store = open(server.url);
    await note(store, 'deal-1');
    await server.refuse('news', {});
    await expect(note(store, 'deal-2')).rejects.toThrow('what was written cannot be read yet');
    expect(await note(store, 'deal-2')).toMatchObject({ position: 2n });
  });

  it('cuts off no read that is under way when it begins anew', async () => {
    const server = await start();
    const store = open(server.url);
    await store.append(
      'deal-1',
      Array.from({ length: 5000 }, (_, n) => event(n)),
      'none',
      context,
    );
    const connection = new Connection(server.url);
    let count = 0;
    for await (const _ of connection.client.readStream('deal-1')) {
      count += 1;
      if (count === 1) connection.forget();
    }
    expect(count).toBe(5000);
    await connection.close();
  });

  it('asks the leader, not a node that lags behind', async () => {
    const leader = await start();
    await note(open(leader.url), 'deal-1');
    const [, address = ''] = /\/\/(.*)\?/.exec(leader.url) ?? [];
    const store = open((await start('--leader', address)).url);
    expect(await store.head()).toBe(1n);
    expect(await note(store, 'deal-2')).toMatchObject({ position: 2n });
    expect(await streamsOf(store, 'deal')).toEqual(['deal-1', 'deal-2']);
  });

  it('says within seconds that no node of a cluster answers', async () => {
    const server = await start();
    const store = open(server.url.replace('?', `,localhost:${/:(\d+)\?/.exec(server.url)?.[1]}?`));
    server.freeze();
    // The client by itself would ask both of them ten times, for five seconds each.
    const began = performance.now();
    await expect(store.head()).rejects.toThrow(LogUnavailable);
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
