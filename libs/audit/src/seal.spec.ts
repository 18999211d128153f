import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {
  MemoryEventStore,
  openEventStore,
  PostgresEventStore,
  type Database,
  type EventStore,
} from '#event-store';
import { freshDatabase, startEventStoreServer, type EventStoreServer } from '#testing';
import { keyName, Sealer, storedHeads, verifyLog, type Verdict } from './index.js';

// The short version of what `npm run chaos` does a thousand times.
const SHORT = process.env['EVERYCENT_CHAOS'] === undefined;
const RUNS = SHORT ? 40 : 1000;
const REWRITES = SHORT ? 5 : 100;
const SEED = Number(process.env['EVERYCENT_SEED'] ?? Date.now() % 2 ** 31);

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const record = async (store: EventStore, count: number, name = 'deal'): Promise<void> => {
  await store.appendMany(
    Array.from({ length: count }, (_, n) => ({
      stream: `${name}-${n}`,
      events: [{ type: 'DealBooked', data: { id: `${name}-${n}`, amount: String(n) } }],
      expectedRevision: 'none' as const,
      context: { ...context, source: `deals.ndjson:${n + 1}` },
    })),
  );
};

let home: string;
let database: Database;
const begin = async (): Promise<void> => {
  home = mkdtempSync(path.join(tmpdir(), 'everycent-seal-'));
  database = await freshDatabase();
};
const end = async (): Promise<void> => {
  await database.close();
  rmSync(home, { recursive: true });
};

const check = async (store: EventStore, sealer: Sealer): Promise<Verdict> =>
  verifyLog({ store, pool: database.pool, outside: sealer.folder.all(), keys: sealer.keys });

/** As somebody who owns the database, and stops its triggers. */
const tamper = async (sql: string): Promise<void> => {
  const client = await database.pool.connect();
  try {
    await client.query(
      `set role none; begin; set local session_replication_role = replica; ${sql}; commit; reset role`,
    );
  } finally {
    client.release();
  }
};

describe('the seal', () => {
  beforeEach(begin);
  afterEach(end);

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
      expect(await check(store, sealer)).toEqual({ events: head, covered: head, heads: i + 1 });
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
    expect(await check(memory, sealers[0] as Sealer)).toMatchObject({
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
    expect(await check(store, failing)).toMatchObject({ covered: 6n });
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
    expect((await check(store, second)).difference).toBeUndefined();
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

describe('a log that was tampered with', () => {
  let store: EventStore;
  let sealer: Sealer;
  const SIZE = 120;
  beforeAll(async () => {
    await begin();
    store = new PostgresEventStore(database.pool);
    sealer = new Sealer(store, database.pool, { home });
    for (let i = 0; i < 4; i += 1) {
      await record(store, SIZE / 4, `d${i}`);
      await sealer.seal();
    }
    await tamper(
      'create table kept as table event; create table kept_leaf as table seal_leaf; create table kept_head as table seal_head',
    );
  });
  afterAll(end);
  const RESTORE = `delete from event;
      insert into event (position, revision, id, schema_version, stream, type, data, meta)
        select position, revision, id, schema_version, stream, type, data, meta from kept;
      delete from seal_leaf; insert into seal_leaf select * from kept_leaf;
      delete from seal_head; insert into seal_head select * from kept_head;
      delete from checkpoint`;
  afterEach(() => tamper(RESTORE));

  const COLUMNS = ['stream', 'type', 'data', 'meta', 'id', 'revision', 'schema_version'] as const;
  const edit = (at: number, column: (typeof COLUMNS)[number], salt: number): string => {
    const values = {
      stream: `stream || '${salt}'`,
      type: `type || '${salt}'`,
      data: `overlay(data placing '${salt}' from 2 for 1)`,
      meta: `replace(meta, 'ana', 'ana${salt}')`,
      id: `md5(id::text || '${salt}')::uuid`,
      revision: `revision + ${1 + (salt % 9)}`,
      schema_version: `schema_version + ${1 + (salt % 9)}`,
    };
    return `update event set ${column} = ${values[column]} where position = ${at}`;
  };
  const moved = (from: number, by: number): string =>
    `update event set position = -position where position >= ${from};
     update event set position = -position + ${by} where position < 0`;
  const position = fc.integer({ min: 1, max: SIZE });
  const salt = fc.integer({ min: 10, max: 99 });
  const inserted = (at: number): string =>
    `insert into event (position, revision, id, schema_version, stream, type, data, meta)
      select ${at}, 0, md5('${at}')::uuid, 1, 'deal-new-${at}', type, data, meta from kept where position = 1`;
  const tamperings = fc.oneof(
    fc
      .record({ at: position, column: fc.constantFrom(...COLUMNS), salt })
      .map(({ at, column, salt: with_ }) => ({
        what: `edit ${column}`,
        at,
        sql: edit(at, column, with_),
      })),
    position.map((at) => ({ what: 'delete', at, sql: `delete from event where position = ${at}` })),
    position.map((at) => ({
      what: 'delete and close the gap',
      at,
      sql: `delete from event where position = ${at}; ${moved(at + 1, -1)}`,
    })),
    position.map((at) => ({ what: 'insert', at, sql: `${moved(at, 1)}; ${inserted(at)}` })),
    fc
      .constantFrom(0, -1, -SIZE)
      .map((at) => ({ what: 'insert before all', at, sql: inserted(at) })),
    fc
      .integer({ min: SIZE + 2, max: 10 * SIZE })
      .map((at) => ({ what: 'insert afar', at: SIZE + 1, sql: inserted(at) })),
    fc
      .tuple(position, position)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({
        what: 'swap',
        at: Math.min(a, b),
        sql: `update event set position = -${a} where position = ${a};
        update event set position = ${a} where position = ${b};
        update event set position = ${b} where position = -${a}`,
      })),
    position.map((at) => ({
      what: 'cut the tail',
      at,
      sql: `delete from event where position >= ${at}`,
    })),
  );

  it(`shows the first position that differs: ${RUNS} edits, deletions, insertions, swaps, cuts (seed ${SEED})`, async () => {
    const counts = new Map<string, number>();
    for (const { what, at, sql } of fc.sample(tamperings, { numRuns: RUNS, seed: SEED })) {
      await tamper(sql);
      const { difference } = await check(store, sealer);
      expect([what, sql, Number(difference?.position)]).toEqual([what, sql, at]);
      counts.set(what, (counts.get(what) ?? 0) + 1);
      await tamper(`delete from event;
        insert into event (position, revision, id, schema_version, stream, type, data, meta)
          select position, revision, id, schema_version, stream, type, data, meta from kept`);
    }
    expect((await check(store, sealer)).difference).toBeUndefined();
    expect(counts.size).toBeGreaterThan(4);
  });

  it(`shows a cut tail where the seal was cut with it, by heads kept outside (${REWRITES} times, seed ${SEED})`, async () => {
    for (const last of fc.sample(fc.integer({ min: 0, max: SIZE - 1 }), {
      numRuns: REWRITES,
      seed: SEED,
    })) {
      // The leaves of the last row go with it, and what is left of them is sealed again.
      await tamper(`delete from event where position > ${last}; delete from seal_leaf where first > ${last};
        delete from seal_head where size > ${last}`);
      const { difference } = await check(store, sealer);
      expect([last, Number(difference?.position)]).toEqual([last, last + 1]);
      await tamper(RESTORE);
    }
  });

  it('shows a cut tail by followers that are ahead of it, where all heads are gone', async () => {
    await tamper(`delete from event where position > 90; delete from seal_leaf where first > 90;
      delete from seal_head where size > 90; insert into checkpoint (follower, position) values ('facts', 120)`);
    const verdict = await verifyLog({ store, pool: database.pool, outside: [], keys: sealer.keys });
    expect(verdict.difference).toMatchObject({ position: 91n });
    expect(verdict.difference?.says).toContain('rows were made of 120 events');
  });

  it('shows an edit that was hidden in the leaves, to within two heads', async () => {
    const before = await check(store, sealer);
    await tamper(`${edit(70, 'data', 5)}`);
    const other = new Sealer(store, database.pool, { home: path.join(home, 'other') });
    await tamper('delete from seal_leaf; delete from seal_head');
    await other.seal();
    // The leaves agree with the edited log; only what was signed before does not.
    expect((await check(store, sealer)).difference).toMatchObject({ position: 61n });
    expect(before.heads).toBe(4);
  });

  it(`shows a complete rewrite, signed again, by one older head (${REWRITES} times, seed ${SEED})`, async () => {
    const kept = sealer.folder.all().filter(({ size }) => size <= SIZE);
    const forger = { home: mkdtempSync(path.join(home, 'forged-')) };
    const cases = fc.record({
      head: fc.constantFrom(...kept),
      column: fc.constantFrom(...COLUMNS),
      salt,
      at: position,
    });
    for (const { head, column, salt: with_, at } of fc.sample(cases, {
      numRuns: REWRITES,
      seed: SEED,
    })) {
      const changed = 1 + ((at - 1) % Number(head.size));
      await tamper(`${edit(changed, column, with_)}; delete from seal_leaf; delete from seal_head`);
      const again = new Sealer(store, database.pool, forger);
      await again.seal();
      const alone = { store, pool: database.pool, outside: [], keys: again.keys };
      expect((await verifyLog(alone)).difference).toBeUndefined();
      const given = await verifyLog({
        ...alone,
        outside: [head],
        keys: new Map([...again.keys, ...sealer.keys]),
      });
      expect([changed, given.difference?.position]).toEqual([changed, 1n]);
      expect(given.difference?.says).toContain('is not what is there');
      await tamper(RESTORE);
    }
  }, 600_000);

  it('shows a head whose signature does not match, in the database and outside', async () => {
    await tamper("update seal_head set signed_at = '2026-01-01T00:00:00.000Z' where size = 60");
    expect((await check(store, sealer)).difference).toMatchObject({ position: 60n });
    const file = path.join(
      home,
      'heads',
      readdirSync(path.join(home, 'heads')).find((name) => name.endsWith('.ndjson')) as string,
    );
    appendFileSync(file, 'something else\n');
    await expect(check(store, sealer)).rejects.toThrow('is not a signed head');
  });
});
