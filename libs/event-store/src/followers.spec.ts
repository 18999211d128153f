import { freshDatabase } from '#testing';
import type { Database } from './database.postgres.js';
import { PostgresEventStore } from './event-log.postgres.js';
import { Followers, type Follower } from './followers.postgres.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };

let database: Database;
let store: PostgresEventStore;
let table = 0;
let seen: string;

beforeAll(async () => {
  database = await freshDatabase();
  store = new PostgresEventStore(database.pool);
  await store.appendMany(
    Array.from({ length: 2500 }, (_, n) => ({
      stream: `${n % 100 === 0 ? 'plan' : 'deal'}-${n}`,
      events: [{ type: 'Noted', data: { n } }],
      expectedRevision: 'none' as const,
      context,
    })),
  );
});
beforeEach(async () => {
  table += 1;
  seen = `seen_${table}`;
  // The application may not make tables: migrations do.
  const owner = await database.pool.connect();
  await owner.query('set role none');
  await owner.query(`create table ${seen} (position bigint not null)`);
  await owner.query('reset role');
  owner.release();
});
afterAll(() => database.close());

/** Notes every event that it is given, without any guard of its own against one that comes twice. */
const noting = (extra: Partial<Follower> = {}): Follower => ({
  name: `noting-${table}`,
  pageSize: 300,
  async handle(page, tx) {
    await tx.query(`insert into ${seen} select unnest($1::bigint[])`, [
      page.map(({ position }) => position),
    ]);
  },
  ...extra,
});

const noted = async (): Promise<bigint[]> =>
  (
    await database.pool.query<{ position: string }>(
      `select position from ${seen} order by position`,
    )
  ).rows.map(({ position }) => BigInt(position));

const upTo = (head: bigint): bigint[] =>
  Array.from({ length: Number(head) }, (_, i) => BigInt(i + 1));

describe('followers', () => {
  it('take every event once, in order, and stop at the head', async () => {
    const followers = new Followers(store, database.pool, [noting()]);
    expect(await followers.position()).toBe(0n);
    const head = await followers.catchUp();
    expect(await noted()).toEqual(upTo(head));
    expect(await followers.position()).toBe(head);
    await followers.catchUp();
    expect(await noted()).toEqual(upTo(head));
  });

  it('go on after a failure without losing or doubling anything', async () => {
    let calls = 0;
    const failing = noting();
    const followers = new Followers(store, database.pool, [
      {
        ...failing,
        async handle(page, tx, position) {
          await failing.handle(page, tx, position);
          calls += 1;
          if (calls % 3 === 2) throw new Error('a fault after the rows were written');
        },
      },
    ]);
    const stop = new AbortController();
    const faults: unknown[] = [];
    const running = followers.run(stop.signal, (error) => faults.push(error));
    expect(await followers.reached(await store.head(), 20_000)).toBe(true);
    stop.abort();
    await running;
    expect(await noted()).toEqual(upTo(await store.head()));
    expect(faults.length).toBeGreaterThan(0);
  });

  it('share the work when several processes run them', async () => {
    const several = Array.from(
      { length: 4 },
      () => new Followers(store, database.pool, [noting({ pageSize: 50 })]),
    );
    await Promise.all(several.map((followers) => followers.catchUp()));
    expect(await noted()).toEqual(upTo(await store.head()));
  });

  it('are given the categories they ask for, and their checkpoint passes over the rest', async () => {
    const followers = new Followers(store, database.pool, [noting({ categories: ['plan'] })]);
    const head = await followers.catchUp();
    expect(await noted()).toHaveLength(25);
    expect(await followers.position()).toBe(head);
  });

  it('never overtake those whose rows they read, and may want no events at all', async () => {
    const told: bigint[] = [];
    const calculation: Follower = {
      name: `calculation-${table}`,
      categories: [],
      after: [`noting-${table}`],
      async handle(page, tx, position) {
        expect(page).toEqual([]);
        const { rows } = await tx.query<{ last: string }>(
          `select max(position) as last from ${seen}`,
        );
        expect(BigInt(rows[0]?.last ?? 0)).toBe(position);
        told.push(position);
      },
    };
    const followers = new Followers(store, database.pool, [noting(), calculation]);
    const head = await followers.catchUp();
    expect(told).toEqual([head]);
    const { position } = await store.append(
      `deal-late-${table}`,
      [{ type: 'Noted', data: {} }],
      'none',
      context,
    );
    await followers.catchUp();
    expect(told).toEqual([head, position]);
  });

  it('see a new event at once while they run', async () => {
    const followers = new Followers(store, database.pool, [noting()]);
    const stop = new AbortController();
    const running = followers.run(stop.signal, (error) => {
      throw error;
    });
    await followers.reached(await store.head(), 20_000);
    const { position } = await store.append(
      `deal-new-${table}`,
      [{ type: 'Noted', data: {} }],
      'none',
      context,
    );
    expect(await followers.reached(position, 5000)).toBe(true);
    expect(await followers.reached(position + 1n, 50)).toBe(false);
    stop.abort();
    await running;
  });

  it('are told once, before anything else, after which position they go on', async () => {
    const told: string[] = [];
    const follower = noting({
      async ready(position) {
        told.push(`ready after ${position}`);
      },
      async handle(page) {
        told.push(`given ${page[0]?.position}`);
      },
    });
    await new Followers(store, database.pool, [{ ...follower, pageSize: 5000 }]).catchUp();
    const begun = await store.head();
    const followers = new Followers(store, database.pool, [follower]);
    await store.append(`deal-ready-${table}`, [{ type: 'Noted', data: {} }], 'none', context);
    const stop = new AbortController();
    const running = followers.run(stop.signal, (error) => {
      throw error;
    });
    await followers.reached(begun + 1n, 20_000);
    stop.abort();
    await running;
    expect(told).toEqual(['given 1', `ready after ${begun}`, `given ${begun + 1n}`]);
  });
});
