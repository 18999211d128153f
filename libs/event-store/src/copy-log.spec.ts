import { freshDatabase, startEventStoreServer, type EventStoreServer } from '#testing';
import { MemoryBlocks } from './blocks.js';
import { copyLog, LogsDiffer } from './copy-log.js';
import type { Database } from './database.postgres.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { PostgresEventStore } from './event-log.postgres.js';
import type { EventStore } from './event-store.js';
import { MemoryEventStore } from './memory.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };

let database: Database;
let server: EventStoreServer;
beforeAll(async () => {
  database = await freshDatabase();
  server = await startEventStoreServer();
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const fill = async (store: EventStore, begin: number, count: number): Promise<void> => {
  for (let n = begin; n < begin + count; n += 1) {
    const stream = `deal-${n % 10}`;
    const last = (await store.read(stream)).at(-1);
    const data = { text: 'tab\t "quote" \\ \u0000 ü \ud83d\ude00', n, '10': 1, '9': 2 };
    await store.append(
      stream,
      [
        { type: 'Noted', data },
        { type: 'Noted', schemaVersion: 2, data },
      ],
      last?.revision ?? 'none',
      { ...context, commandId: `c-${n}`, ...(n % 2 === 0 && { role: 'admin' }) },
    );
  }
};

describe('a copy of the log', () => {
  it('is the same byte for byte, goes on where it stopped, and can be taken back', async () => {
    const log = new PostgresEventStore(database.pool);
    const copy = new EventStoreDbEventStore(server.url, new MemoryBlocks());
    await fill(log, 0, 30);
    const first = await copyLog(log, copy);
    expect(first).toMatchObject({ events: 60n, copied: 60n });
    await fill(log, 30, 5);
    await expect(copyLog(log, copy, { check: true })).rejects.toEqual(
      new LogsDiffer(61n, 'the copy ends before it'),
    );
    const second = await copyLog(log, copy);
    expect(second).toMatchObject({ events: 70n, copied: 10n });
    expect(await copyLog(log, copy, { check: true })).toEqual({ ...second, copied: 0n });
    expect(await copyLog(copy, new MemoryEventStore())).toEqual({ ...second, copied: 70n });
    await copy.close();
  });

  it('takes apart what was recorded at once and is too large for a server', async () => {
    const log = new MemoryEventStore();
    const event = { type: 'Noted', data: { text: 'x'.repeat(50_000) } };
    await log.append('deal-1', Array(30).fill(event), 'none', { ...context, commandId: 'c-1' });
    const other = await startEventStoreServer();
    const copy = new EventStoreDbEventStore(other.url, new MemoryBlocks());
    expect(await copyLog(log, copy)).toMatchObject({ events: 30n, copied: 30n });
    await copy.close();
    await other.close();
  });

  it('takes what is recorded while it copies', async () => {
    const log = new MemoryEventStore();
    await fill(log, 0, 20);
    let more = 3;
    const progress = (): void => {
      if (more > 0) void fill(log, 100 * more, 2);
      more -= 1;
    };
    const copy = new MemoryEventStore();
    const { events } = await copyLog(log, copy, { progress });
    expect(events).toBe(await log.head());
    expect(events).toBeGreaterThan(40n);
  });

  it('names the first position where something else stands', async () => {
    const log = new MemoryEventStore();
    await fill(log, 0, 5);
    const other = new MemoryEventStore();
    await fill(other, 0, 3);
    await other.append('deal-9', [{ type: 'Noted', data: { n: 'other' } }], 'none', context);
    await expect(copyLog(log, other)).rejects.toEqual(
      new LogsDiffer(7n, 'the copy has another event there'),
    );
    await expect(copyLog(new MemoryEventStore(), other)).rejects.toThrow('only the copy');
  });
});
