import pg from 'pg';
import { freshDatabase } from '#testing';
import type { Database } from './database.postgres.js';
import { PostgresEventStore } from './event-log.postgres.js';
import { Conflict, LogUnavailable, type NewEvent } from './event-store.js';
import { textArray } from './text-array.postgres.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const event = (n: number): NewEvent => ({ type: 'Noted', data: { n } });

let database: Database;
let store: PostgresEventStore;
beforeAll(async () => {
  database = await freshDatabase();
  store = new PostgresEventStore(database.pool);
  await store.append('deal-first', [event(1)], 'none', context);
});
afterAll(() => database.close());

describe('the log in PostgreSQL', () => {
  it.each(['update event set data = data', 'delete from event', 'truncate event'])(
    'lets nobody %s: not the application, not its owner',
    async (statement) => {
      await expect(database.pool.query(statement)).rejects.toThrow(
        'permission denied for table event',
      );
      const owner = new pg.Client({ connectionString: database.url });
      await owner.connect();
      await expect(owner.query(statement)).rejects.toThrow('The event log only grows');
      await owner.end();
    },
  );

  it.each([[['"a" \\ {b,c}', '', 'NULL', 'tab\t, line\n, ø, 漢, 😀']], [[]]])(
    'takes the texts %j as they are',
    async (texts) => {
      const { rows } = await database.pool.query('select $1::text[] as texts', [textArray(texts)]);
      expect(rows).toEqual([{ texts }]);
    },
  );

  it('loses nothing and skips nothing with 16 writers, rollbacks and 3 readers', async () => {
    // Each writer and reader has a store of its own, as processes have.
    const start = await store.head();
    const written = new Map<string, number>();
    const write = async (writer: number): Promise<void> => {
      const own = new PostgresEventStore(database.pool);
      for (let n = 0; n < 60; n += 1) {
        const fresh = {
          stream: `deal-${writer}-${n}`,
          events: [event(n), event(n)],
          expectedRevision: 'none' as const,
          context,
        };
        if (n % 20 === 7) {
          // Copied first, then rolled back on the second row: such a batch leaves no gap.
          const taken = { ...fresh, stream: 'deal-first', events: [event(99)] };
          await expect(own.appendMany([fresh, taken])).rejects.toThrow(Conflict);
          continue;
        }
        const { position } =
          n % 3 === 0
            ? { position: await own.appendMany([fresh]) }
            : await own.append(fresh.stream, fresh.events, 'none', context);
        written.set(fresh.stream, Number(position));
      }
    };
    const stop = new AbortController();
    const read = async (): Promise<bigint[]> => {
      const positions: bigint[] = [];
      for await (const page of new PostgresEventStore(database.pool).follow(start, stop.signal, {
        pageSize: 50,
      })) {
        for (const { position } of page) positions.push(position);
        if (positions.length === 16 * 57 * 2) break;
      }
      return positions;
    };
    const readers = [read(), read(), read()];
    await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
    const expected = Array.from({ length: 16 * 57 * 2 }, (_, i) => start + BigInt(i + 1));
    for (const reader of readers) expect(await reader).toEqual(expected);
    stop.abort();
    expect(await store.head()).toBe(start + BigInt(written.size * 2));
  });

  it('fails one append by itself, not those that are committed with it', async () => {
    const results = await Promise.allSettled([
      store.append('deal-good-1', [event(1)], 'none', context),
      store.append('deal-bad-\u0000', [event(2)], 'none', context),
      store.append('deal-good-2', [event(3)], 'none', context),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('records what is new beside what is there already, and leaves no gap', async () => {
    const append = (stream: string, n: number) => store.append(stream, [event(n)], 'none', context);
    const first = await append('deal-there', 1);
    const results = await Promise.allSettled([
      append('deal-anew-1', 2),
      append('deal-there', 3),
      append('deal-anew-2', 4),
    ]);
    expect(results).toEqual([
      { status: 'fulfilled', value: { position: first.position + 1n, revision: 0n } },
      { status: 'rejected', reason: new Conflict(['deal-there']) },
      { status: 'fulfilled', value: { position: first.position + 2n, revision: 0n } },
    ]);
    const again = await Promise.all([append('deal-there', 1), append('deal-anew-3', 5)]);
    expect(again.map(({ position }) => position)).toEqual([first.position, first.position + 3n]);
  });

  it('says so when it cannot be reached', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 9, user: 'nobody' });
    const unreachable = new PostgresEventStore(pool);
    await expect(unreachable.head()).rejects.toThrow(LogUnavailable);
    await expect(unreachable.append('deal-1', [event(1)], 'none', context)).rejects.toThrow(
      LogUnavailable,
    );
    await expect(
      unreachable.appendMany([
        { stream: 'deal-1', events: [event(1)], expectedRevision: 'none', context },
      ]),
    ).rejects.toThrow(LogUnavailable);
    await pool.end();
  });
});
