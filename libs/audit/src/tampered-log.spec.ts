import { appendFileSync, mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { PostgresEventStore, type Database, type EventStore } from '#event-store';
import { Sealer, verifyLog } from './index.js';
import { begin, check, end, record } from './seal.fixtures.js';

// The short version of what `npm run chaos` does a thousand times.
const SHORT = process.env['EVERYCENT_CHAOS'] === undefined;
const RUNS = SHORT ? 40 : 1000;
const REWRITES = SHORT ? 5 : 100;
const SEED = Number(process.env['EVERYCENT_SEED'] ?? Date.now() % 2 ** 31);

describe('a log that was tampered with', () => {
  let home: string;
  let database: Database;
  let store: EventStore;
  let sealer: Sealer;

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

  const SIZE = 120;
  beforeAll(async () => {
    ({ home, database } = await begin());
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
  afterAll(() => end({ home, database }));
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
      const { difference } = await check(database, store, sealer);
      expect([what, sql, Number(difference?.position)]).toEqual([what, sql, at]);
      counts.set(what, (counts.get(what) ?? 0) + 1);
      await tamper(`delete from event;
        insert into event (position, revision, id, schema_version, stream, type, data, meta)
          select position, revision, id, schema_version, stream, type, data, meta from kept`);
    }
    expect((await check(database, store, sealer)).difference).toBeUndefined();
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
      const { difference } = await check(database, store, sealer);
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
    const before = await check(database, store, sealer);
    await tamper(`${edit(70, 'data', 5)}`);
    const other = new Sealer(store, database.pool, { home: path.join(home, 'other') });
    await tamper('delete from seal_leaf; delete from seal_head');
    await other.seal();
    // The leaves agree with the edited log; only what was signed before does not.
    expect((await check(database, store, sealer)).difference).toMatchObject({ position: 61n });
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
    expect((await check(database, store, sealer)).difference).toMatchObject({ position: 60n });
    const file = path.join(
      home,
      'heads',
      readdirSync(path.join(home, 'heads')).find((name) => name.endsWith('.ndjson')) as string,
    );
    appendFileSync(file, 'something else\n');
    await expect(check(database, store, sealer)).rejects.toThrow('is not a signed head');
  });
});
