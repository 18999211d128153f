import { Conflict, openDatabase, PostgresEventStore, type Database } from '#event-store';
import { freshDatabase } from '#testing';
import { figure, randomly, reach, SEED } from './figures.js';

const EVENTS = figure(1_600, 20_000, 200_000);
const WRITERS = 16;
const RACES = figure(5, 50, 500);
const RACERS = 64;
const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const noted = (n: number) => [{ type: 'Noted', data: { n } }];

let database: Database;
let wide: Database;
beforeAll(async () => {
  database = await freshDatabase();
  wide = await openDatabase({ home: '', databaseUrl: database.url }, { connections: 24 });
});
afterAll(async () => {
  await wide.close();
  await database.close();
});

describe('the log', () => {
  it(`is read without gap or skip from zero by 3 readers while 16 writers write and roll back (${EVENTS} events, seed ${SEED})`, async () => {
    const random = randomly();
    await new PostgresEventStore(wide.pool).append('deal-first', noted(0), 'none', context);
    const write = async (writer: number): Promise<void> => {
      const store = new PostgresEventStore(wide.pool);
      for (let n = 0; n < EVENTS / WRITERS; n += 1) {
        const fresh = {
          stream: `deal-${writer}-${n}`,
          events: noted(n),
          expectedRevision: 'none' as const,
          context,
        };
        if (random(20) === 0) {
          // Written first, then rolled back on the second: such a batch leaves no gap.
          const taken = { ...fresh, stream: 'deal-first', events: noted(99) };
          await expect(store.appendMany([fresh, taken])).rejects.toThrow(Conflict);
        }
        await store.append(fresh.stream, fresh.events, 'none', context);
      }
    };
    const total = 1 + Math.ceil(EVENTS / WRITERS) * WRITERS;
    const stop = new AbortController();
    const read = async (): Promise<number> => {
      let [last, seen] = [0n, 0];
      for await (const page of new PostgresEventStore(wide.pool).follow(0n, stop.signal)) {
        for (const { position } of page) {
          if (position !== last + 1n) throw new Error(`${position} came after ${last}`);
          last = position;
          seen += 1;
        }
        if (seen >= total) break;
      }
      return seen;
    };
    const readers = [read(), read(), read()];
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    expect(await Promise.all(readers)).toEqual([total, total, total]);
    stop.abort();
    reach(`${total} events, 3 readers: 0 gaps, 0 skips`);
  }, 3_600_000);

  it(`has one winner for each expected revision (${RACERS} writers, ${RACES} times)`, async () => {
    const stores = Array.from({ length: RACERS }, () => new PostgresEventStore(wide.pool));
    for (let race = 0; race < RACES; race += 1) {
      const ends = await Promise.allSettled(
        stores.map((store, n) => store.append(`race-${race}`, noted(n), 'none', context)),
      );
      const lost = ends.filter(
        (end) => end.status === 'rejected' && end.reason instanceof Conflict,
      );
      expect([
        ends.length - lost.length,
        (await (stores[0] as PostgresEventStore).read(`race-${race}`)).length,
      ]).toEqual([1, 1]);
    }
    reach(`${RACES} races of ${RACERS}: one winner each`);
  }, 3_600_000);
});
