import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  MemoryEventStore,
  openEventStore,
  PostgresEventStore,
  type Database,
  type EventStore,
} from '#event-store';
import { startEventStoreServer, type EventStoreServer } from '#testing';
import { keyName, Sealer, storedHeads, verifyLog } from './index.js';
import { begin, check, end, record } from './seal.fixtures.js';

describe('the seal', () => {
  let home: string;
  let database: Database;
  beforeEach(async () => {
    ({ home, database } = await begin());
  });
  afterEach(() => end({ home, database }));

  let server: EventStoreServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it.each([
    ['memory', () => new MemoryEventStore()],
    ['postgres', () => new PostgresEventStore(database.pool)],
    [
      'EventStoreDB',
      async () => {
        server = await startEventStoreServer();
        return openEventStore({ eventStoreUrl: server.url }, database.pool);
      },
    ],
  ] as const)('covers what is recorded, in %s', async (_, make) => {
    const store: EventStore = await make();
    const sealer = new Sealer(store, database.pool, { home });
    expect(await sealer.seal()).toEqual({ size: 0n, head: 0n });
    // One append after the other takes long in EventStoreDB.
    const many = server ? 100 : 3000;
    for (const [i, count] of [1, 1, 5, many, 2].entries()) {
      await record(store, count, `d${i}`);
      const { size, head } = await sealer.seal();
      expect(size).toBe(head);
      expect(await check(database, store, sealer)).toEqual({
        events: head,
        covered: head,
        heads: i + 1,
      });
    }
    const size = BigInt(many + 9);
    expect(await sealer.seal()).toEqual({ size, head: size });
    expect(sealer.folder.all()).toEqual(await storedHeads(database.pool));
    await store.close();
  });

  it('is the same whether it was made at once or by and by, by one process or several', async () => {
    const stores = [new PostgresEventStore(database.pool), new PostgresEventStore(database.pool)];
    const sealers = stores.map((store) => new Sealer(store, database.pool, { home }));
    for (let i = 0; i < 5; i += 1) {
      await record(stores[0] as EventStore, 100, `d${i}`);
      await Promise.all(sealers.flatMap((sealer) => [sealer.seal(), sealer.seal()]));
    }
    const memory = new MemoryEventStore();
    for (let i = 0; i < 5; i += 1) await record(memory, 100, `d${i}`);
    const again = await storedHeads(database.pool);
    expect(again.map(({ size }) => size)).toEqual([100n, 200n, 300n, 400n, 500n]);
    expect(await check(database, memory, sealers[0] as Sealer)).toMatchObject({
      events: 500n,
      covered: 500n,
    });
  });

  it('keeps its key, the heads and the public key in the home folder, and hands heads to a command', async () => {
    const store = new PostgresEventStore(database.pool);
    const copy = path.join(home, 'copy.ndjson');
    const settings = { home, auditCommand: `cat >> ${copy}` };
    const sealer = new Sealer(store, database.pool, settings);
    await record(store, 3);
    await sealer.seal();
    const again = new Sealer(store, database.pool, settings);
    expect(again.publicPem).toBe(sealer.publicPem);
    const folder = readdirSync(path.join(home, 'heads'));
    expect(folder).toHaveLength(2);
    const heads = folder.find((name) => name.endsWith('.ndjson')) as string;
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(path.join(home, 'heads', heads), 'utf8'));
    const failing = new Sealer(store, database.pool, { home, auditCommand: 'exit 3' });
    await record(store, 3, 'more');
    await expect(failing.seal()).rejects.toThrow('AUDIT_COMMAND ended with 3');
    expect(await check(database, store, failing)).toMatchObject({ covered: 6n });
  });

  it('believes earlier keys that signed here, and no others', async () => {
    const pem = (): string =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const store = new PostgresEventStore(database.pool);
    const first = new Sealer(store, database.pool, { home, auditKey: pem() });
    await record(store, 3);
    await first.seal();
    const second = new Sealer(store, database.pool, { home, auditKey: pem() });
    await record(store, 3, 'more');
    await second.seal();
    expect((await check(database, store, second)).difference).toBeUndefined();
    const [key] = [...second.keys.values()];
    const only = await verifyLog({
      store,
      pool: database.pool,
      outside: [],
      keys: new Map(key ? [[keyName(key), key]] : []),
    });
    expect(only.difference?.says).toContain('a key that is not known here');
  });

  it('goes on by itself while a service runs', async () => {
    const store = new PostgresEventStore(database.pool);
    const sealer = new Sealer(store, database.pool, { home });
    const stop = new AbortController();
    const running = sealer.run(stop.signal, (error) => {
      throw error;
    });
    await record(store, 3);
    for (let waited = 0; sealer.folder.largest() < 3n && waited < 1200; waited += 1) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(sealer.folder.largest()).toBe(3n);
    stop.abort();
    await running;
  });
});
