import {
  freshDatabase,
  namedEventStoreServer,
  startEventStoreServer,
  type EventStoreServer,
} from '#testing';
import { PostgresBlocks } from './blocks.postgres.js';
import type { Database } from './database.postgres.js';
import { EventStoreDbEventStore } from './event-log.eventstoredb.js';
import { PostgresEventStore } from './event-log.postgres.js';
import {
  Conflict,
  type Context,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StoredEvent,
} from './event-store.js';
import { eventOfLine, lineOf } from './line.js';
import { MemoryEventStore } from './memory.js';

const RUN = Date.now().toString(36);
const context: Context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
const event = (n: number, type = 'DealBooked'): NewEvent => ({ type, data: { n } });

const all = async (pages: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
};

let database: Database;
let server: EventStoreServer;
beforeAll(async () => {
  database = await freshDatabase();
  server = namedEventStoreServer() ?? (await startEventStoreServer());
});
afterAll(async () => {
  await server.close();
  await database.close();
});

interface Adapter {
  readonly make: () => EventStore;
  /** Whether a batch is recorded as a whole or not at all. */
  readonly isAtomic: boolean;
}
const adapters: [string, Adapter][] = [
  ['memory', { make: () => new MemoryEventStore(), isAtomic: true }],
  ['postgres', { make: () => new PostgresEventStore(database.pool), isAtomic: true }],
  [
    'eventstoredb',
    {
      make: () => new EventStoreDbEventStore(server.url, new PostgresBlocks(database.pool)),
      isAtomic: false,
    },
  ],
];

describe.each(adapters)('the event log in %s', (_name, { make, isAtomic }) => {
  let store: EventStore;
  let start: bigint;
  let run = 0;
  /** Stream names of their own for each test: a durable log goes on from test to test, and from run to run. */
  const named = (stream: string) => `${stream}-${RUN}-${run}`;

  beforeAll(() => {
    store = make();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    run += 1;
    start = await store.head();
  });

  it('records events with position, revision, id, version, data and context', async () => {
    const data = {
      amount: '12.50',
      text: 'tab\t "quote" \\ line\n \u0000 ü \ud83d\ude00',
      none: undefined,
      list: [1, null],
    };
    const appended = await store.append(
      named('deal'),
      [{ type: 'DealBooked', schemaVersion: 3, data }],
      'none',
      { ...context, role: 'comp-admin', source: 'deals.ndjson:1' },
    );
    expect(appended).toEqual({ position: start + 1n, revision: 0n });
    const [recorded] = await store.read(named('deal'));
    expect(recorded).toEqual({
      position: start + 1n,
      stream: named('deal'),
      revision: 0n,
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      type: 'DealBooked',
      schemaVersion: 3,
      data: { amount: data.amount, text: data.text, list: [1, null] },
      meta: { ...context, role: 'comp-admin', source: 'deals.ndjson:1' },
    });
  });

  it('stores canonical JSON: the same content gives the same bytes', async () => {
    await store.append(
      named('deal'),
      [{ type: 'A', data: { b: 1, a: { d: 2, c: 3 } } }],
      'none',
      context,
    );
    for await (const page of store.readStored(start)) {
      expect(page.map(({ data, meta }) => [data, meta])).toEqual([
        ['{"a":{"c":3,"d":2},"b":1}', '{"by":"ana","recorded":"2026-01-31T09:00:00Z"}'],
      ]);
    }
  });

  it('gives the stored bytes of each event as one line', async () => {
    const text = 'tab\t back\\slash \n \r \b \f \v \u0001 ü \ud83d\ude00';
    await store.append(
      named(`deal-${text}`),
      [{ type: `A ${text}`, data: { text } }],
      'none',
      context,
    );
    await store.append(named('deal'), [event(1), event(2)], 'none', context);
    const stored: StoredEvent[] = [];
    for await (const page of store.readStored(start)) stored.push(...page);
    const lines: string[] = [];
    for await (const page of store.readLines(start)) lines.push(...page.map(String));
    expect(lines).toEqual(stored.map(lineOf));
    expect(lines.map(eventOfLine)).toEqual(stored);
    expect(eventOfLine(lines.join('\t'))).toBeUndefined();
    const two: string[] = [];
    for await (const page of store.readLines(start, start + 2n)) two.push(...page.map(String));
    expect(two).toEqual(lines.slice(0, 2));
  });

  it('numbers revisions per stream and positions over all', async () => {
    await store.append(named('deal'), [event(1), event(2)], 'none', context);
    await store.append(named('plan'), [event(3)], 'none', context);
    expect(await store.append(named('deal'), [event(4)], 1n, context)).toEqual({
      position: start + 4n,
      revision: 2n,
    });
    expect(await store.head()).toBe(start + 4n);
    const events = await all(store.readAll(start));
    expect(
      events.map(({ position, stream, revision }) => [position - start, stream, revision]),
    ).toEqual([
      [1n, named('deal'), 0n],
      [2n, named('deal'), 1n],
      [3n, named('plan'), 0n],
      [4n, named('deal'), 2n],
    ]);
  });

  it.each([
    ['a stream that should not exist', 'none' as const],
    ['an older revision', 0n],
    ['a revision that is not there yet', 7n],
  ])('refuses an append that expected %s', async (_, expected) => {
    await store.append(named('deal'), [event(1), event(2)], 'none', context);
    await expect(store.append(named('deal'), [event(3)], expected, context)).rejects.toThrow(
      Conflict,
    );
    await expect(
      store.appendMany([
        { stream: named('other'), events: [event(4)], expectedRevision: 'none', context },
        { stream: named('deal'), events: [event(3)], expectedRevision: expected, context },
      ]),
    ).rejects.toEqual(new Conflict([named('deal')]));
    expect(await store.read(named('other'))).toHaveLength(isAtomic ? 0 : 1);
    expect(await store.head()).toBe(start + (isAtomic ? 2n : 3n));
  });

  it('refuses an absent stream at a revision', async () => {
    await expect(store.append(named('deal'), [event(1)], 0n, context)).rejects.toThrow(Conflict);
  });

  it('appends at any revision where it does not matter', async () => {
    await store.append(named('notes'), [event(1)], 'any', context);
    expect(await store.append(named('notes'), [event(2)], 'any', context)).toEqual({
      position: start + 2n,
      revision: 1n,
    });
  });

  it.each([
    ['any', 'any' as const],
    ['none', 'none' as const],
  ])('takes a retry of a command for what it is (%s)', async (_, expected) => {
    const command = { ...context, commandId: `c-${run}` };
    const first = await store.append(named('deal'), [event(1), event(2)], expected, command);
    await store.append(named('deal'), [event(3)], 1n, context);
    // The retry comes later and by another clock, yet with the command's id.
    const later = { ...command, recorded: '2026-01-31T09:00:05Z' };
    expect(await store.append(named('deal'), [event(1), event(2)], expected, later)).toEqual(first);
    const batch = [
      {
        stream: named('deal'),
        events: [event(1), event(2)],
        expectedRevision: expected,
        context: later,
      },
      { stream: named('new'), events: [event(1)], expectedRevision: 'none' as const, context },
    ];
    expect(await store.appendMany(batch)).toBe(start + 4n);
    expect(await store.appendMany(batch)).toBe(start + 4n);
    expect(await store.head()).toBe(start + 4n);
  });

  it('does not take a longer append for a retry of its beginning', async () => {
    const command = { ...context, commandId: `c-${run}` };
    await store.append(named('deal'), [event(1)], 'none', command);
    await expect(
      store.append(named('deal'), [event(1), event(2)], 'none', command),
    ).rejects.toThrow(Conflict);
  });

  it('records many appends in order, or none', async () => {
    const appends = Array.from({ length: 500 }, (_, n) => ({
      stream: named(`deal-${n}`),
      events: [event(n), { type: 'Noted', data: { text: 'back\\slash\ttab\nline' } }],
      expectedRevision: n % 3 === 0 ? ('any' as const) : ('none' as const),
      context: { ...context, source: `file:${n}` },
    }));
    expect(await store.appendMany(appends)).toBe(start + 1000n);
    const events = await all(store.readAll(start, { pageSize: 77 }));
    expect(events.map(({ position }) => position)).toEqual(
      events.map((_, i) => start + BigInt(i + 1)),
    );
    expect(events[999]).toMatchObject({
      stream: named('deal-499'),
      revision: 1n,
      data: { text: 'back\\slash\ttab\nline' },
      meta: { source: 'file:499' },
    });
    const found = await store.readMany([named('deal-0'), named('absent'), named('deal-7')]);
    expect([...found.keys()].sort()).toEqual([named('deal-0'), named('deal-7')]);
    expect(found.get(named('deal-7'))?.map(({ revision }) => revision)).toEqual([0n, 1n]);
  });

  it('records appends to one stream among others in the order given, and takes a retry for what it is', async () => {
    const append = (stream: string, n: number, expectedRevision: bigint | 'none') => ({
      stream: named(stream),
      events: [event(n)],
      expectedRevision,
      context: { ...context, source: `file:${n}` },
    });
    const [first, ...others] = [
      append('deal', 1, 'none'),
      append('payee', 2, 'none'),
      append('deal', 3, 0n),
      append('deal', 4, 1n),
    ] as const;
    await store.appendMany([first]);
    expect(await store.appendMany([first, ...others])).toBe(start + 4n);
    expect(await store.appendMany([first, ...others])).toBe(start + 4n);
    const events = await all(store.readAll(start));
    expect(events.map(({ data, meta }) => [data, meta.source])).toEqual(
      [1, 2, 3, 4].map((n) => [{ n }, `file:${n}`]),
    );
    const anew = [append('new', 5, 'none'), append('other', 6, 'none'), append('new', 7, 0n)];
    expect(await store.appendMany(anew)).toBe(start + 7n);
    await expect(store.appendMany([append('deal', 5, 2n), append('deal', 6, 4n)])).rejects.toThrow(
      'twice',
    );
  });

  it('refuses what no rule can cause: no events, a stream twice, an instant that is none', async () => {
    await expect(store.append(named('deal'), [], 'none', context)).rejects.toThrow('No events');
    const twice = {
      stream: named('deal'),
      events: [event(1)],
      expectedRevision: 'any' as const,
      context,
    };
    await expect(store.appendMany([twice, twice])).rejects.toThrow('twice');
    await expect(
      store.append(named('deal'), [event(1)], 'none', { ...context, recorded: '2026-01-31' }),
    ).rejects.toThrow('"2026-01-31" is not an instant');
  });

  it('reads some categories, up to a position', async () => {
    for (let n = 0; n < 20; n += 1) {
      await store.append(
        named(n % 5 === 0 ? 'plan' : n % 7 === 0 ? 'payee' : 'deal'),
        [event(n)],
        'any',
        { ...context, commandId: `c-${run}-${n}` },
      );
    }
    const numbers = async (options: Parameters<EventStore['readAll']>[1]) =>
      (await all(store.readAll(start, options))).map(({ data }) => (data as { n: number }).n);
    expect(await numbers({ categories: ['plan', 'payee'], pageSize: 2 })).toEqual([
      0, 5, 7, 10, 14, 15,
    ]);
    expect(await numbers({ categories: ['plan'], upTo: start + 11n })).toEqual([0, 5, 10]);
    expect(await numbers({ categories: [] })).toEqual([]);
    expect(await numbers({ upTo: start + 3n, pageSize: 2 })).toEqual([0, 1, 2]);
    expect(await all(store.readAll(start + 20n))).toEqual([]);
    expect(await all(store.readAll(-1n, { upTo: 0n }))).toEqual([]);
  });

  it('follows: what is there, then what comes, until told to stop', async () => {
    await store.append(named('deal'), [event(1)], 'any', context);
    const stop = new AbortController();
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const page of store.follow(start, stop.signal, { categories: ['deal'] })) {
        for (const { data } of page) seen.push((data as { n: number }).n);
        if (seen.length === 3) stop.abort();
      }
    })();
    await store.append(named('plan'), [event(9)], 'any', context);
    await store.append(named('deal'), [event(2)], 'any', context);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.append(named('deal'), [event(3)], 'any', context);
    await following;
    expect(seen).toEqual([1, 2, 3]);
  });

  it('has one winner per revision when 64 race', async () => {
    for (let round = 0; round < 10; round += 1) {
      const expected = round === 0 ? 'none' : BigInt(round - 1);
      const results = await Promise.allSettled(
        Array.from({ length: 64 }, (_, n) =>
          store.append(named('race'), [event(n)], expected, context),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Conflict);
    }
    expect(await store.read(named('race'))).toHaveLength(10);
  });
});
