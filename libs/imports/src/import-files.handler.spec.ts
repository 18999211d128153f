import path from 'node:path';
import { AppendTooLarge, MemoryEventStore, type Append, type RecordedEvent } from '#event-store';
import { canonicalJson } from '#kernel';
import { planSteps } from './sources.reader.js';
import { NOW, TriedImport } from './tried-import.fixtures.js';

let tried: TriedImport;
beforeEach(() => {
  tried = new TriedImport();
});
afterEach(() => tried.close());

const CALENDAR = { 'define-calendar': { start: '2026-01-01' } };
const ANA = { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } };
const deal = (id: string, amount = '100.50', currency = 'USD'): object => ({
  'book-deal': { id, account: 'acme', bookedOn: '2026-02-01', amount, currency },
});

const ndjson = (...steps: (object | string)[]): string =>
  steps.map((step) => `${typeof step === 'string' ? step : JSON.stringify(step)}\n`).join('');

describe('an import of steps', () => {
  it('records each once, in order, with its origin, and keeps control totals', async () => {
    const file = tried.write(
      'facts.ndjson',
      ndjson(CALENDAR, ANA, deal('d1'), deal('d2', '1'), deal('d3', '7', 'JPY')),
    );
    expect((await tried.run(planSteps([file]))).files).toEqual([
      { file, read: 5, recorded: 5, duplicate: 0, refused: 0, sums: { JPY: '7', USD: '101.50' } },
    ]);
    const events = await tried.log();
    expect(events.map(({ stream }) => stream)).toEqual([
      'calendar-company',
      'payee-ana',
      'deal-d1',
      'deal-d2',
      'deal-d3',
    ]);
    expect(events[3]?.meta.source).toMatch(/^facts\.ndjson@[0-9a-f]{16}:4$/);
  });

  it('records nothing when the same file comes again, whatever in it was replaced later', async () => {
    const rate = (value: string): object => ({
      'publish-fx-rate': { base: 'USD', quote: 'EUR', rate: value, on: '2026-01-01' },
    });
    const file = tried.write(
      'facts.ndjson',
      ndjson(CALENDAR, rate('0.9'), deal('d1'), rate('0.8')),
    );
    expect(await tried.run(planSteps([file]))).toMatchObject({ recorded: 4 });
    const again = await tried.run(planSteps([file]));
    expect(again).toMatchObject({ read: 4, recorded: 0, duplicate: 4, sums: { USD: '100.50' } });
    // Another file may say the old rate again, and mean it.
    const other = tried.write('other.ndjson', ndjson(rate('0.9')));
    expect(await tried.run(planSteps([other]))).toMatchObject({ recorded: 1 });
  });

  it('refuses a row that is more than the log takes at once, and records the rest', async () => {
    class SmallLog extends MemoryEventStore {
      override appendMany(appends: readonly Append[]): Promise<bigint> {
        const sizes = appends.map(
          ({ events }) => canonicalJson(events.map(({ data }) => data)).length,
        );
        const most = Math.max(...sizes);
        const largest = appends[sizes.indexOf(most)] as Append;
        if (most > 1000) return Promise.reject(new AppendTooLarge(largest.stream, 1000));
        return super.appendMany(appends);
      }
    }
    const store = new SmallLog();
    const text = (length: number): string => 'x'.repeat(length);
    const file = tried.write(
      'facts.ndjson',
      ndjson(
        CALENDAR,
        deal('d1'),
        { 'amend-deal': { deal: 'd1', on: '2026-03-01', amount: '1', reason: text(1200) } },
        { 'amend-deal': { deal: 'd1', on: '2026-04-01', amount: '2', reason: text(10) } },
        {
          'book-deal': {
            ...(deal('d2') as { 'book-deal': object })['book-deal'],
            type: text(2000),
          },
        },
        { 'cancel-deal': { deal: 'd2', on: '2026-03-01' } },
        deal('d3'),
      ),
    );
    const outcome = await tried.run(planSteps([file]), { store });
    expect(outcome).toMatchObject({ read: 7, recorded: 4, refused: 3, sums: { USD: '201.00' } });
    const streams = (await tried.log(store)).map(({ stream }) => stream);
    expect(streams).toEqual(['calendar-company', 'deal-d1', 'deal-d1', 'deal-d3']);
    expect(outcome.refusals.map(({ line, errors }) => [line, errors[0]?.code])).toEqual([
      [5, 'TooLarge'],
      [3, 'TooLarge'],
      [6, 'DealNotFound'],
    ]);
    expect(outcome.reasons[0]).toMatch(
      /^5: - What is to be recorded in deal-d2 at once is larger .* 1000 bytes/,
    );
  });

  it('refuses what is wrong, with the place and the reason, and records the rest', async () => {
    const file = tried.write(
      'facts.ndjson',
      ndjson(
        CALENDAR,
        { 'book-deel': {} },
        { 'book-deal': { ...(deal('d1') as { 'book-deal': object })['book-deal'], amuont: '1' } },
        '{"book-deal": ',
        '[1]',
        { ...ANA, ...deal('d2') },
        { ...ANA, by: '', recorded: 'yesterday' },
        deal('d3'),
        deal('d3', '2'),
        { 'cancel-deal': { deal: 'd4', on: '2026-03-01' } },
        'x'.repeat(3_000_000),
        deal('d5'),
      ),
    );
    const outcome = await tried.run(planSteps([file]));
    expect(outcome.reasons).toEqual([
      expect.stringMatching(/^2: - there is no step "book-deel" \(did you mean "book-deal"\?\)/),
      expect.stringMatching(/^3: - amuont: there is no field "amuont" \(did you mean "amount"\?\)/),
      expect.stringMatching(/^4: \d+ not a JSON object on one line/),
      expect.stringMatching(/^5: - found a list of 1, expected a step/),
      expect.stringMatching(/^6: - a step does one thing and has add-payee and book-deal/),
      expect.stringMatching(/^7: - recorded: found "yesterday".*; - by: found ""/),
      expect.stringMatching(/^11: 1 the line is longer than/),
      expect.stringMatching(/^9: - Deal "d3" was booked with other content/),
      expect.stringMatching(/^10: - There is no deal "d4"/),
    ]);
    expect(outcome).toMatchObject({ read: 12, recorded: 3, refused: 9 });
  });

  it('refuses a float of money, which JSON would have rounded', async () => {
    const file = tried.write(
      'facts.ndjson',
      ndjson(
        CALENDAR,
        '{"book-deal":{"id":"d","account":"a","bookedOn":"2026-01-01","currency":"USD","amount":0.1}}',
      ),
    );
    expect((await tried.run(planSteps([file]))).reasons).toEqual([
      expect.stringMatching(/amount: found 0.1.*in quotes/),
    ]);
  });

  it('becomes known when the steps say so; time does not go back', async () => {
    const file = tried.write(
      'facts.ndjson',
      ndjson(CALENDAR, { ...deal('d1'), recorded: '2026-02-03T09:00:00Z', by: 'bo' }, deal('d2'), {
        ...deal('d3'),
        recorded: '2026-02-02T09:00:00Z',
      }),
    );
    const outcome = await tried.run(planSteps([file]));
    expect(outcome.refusals).toMatchObject([{ line: 4, errors: [{ code: 'RecordedInPast' }] }]);
    expect((await tried.log()).map(({ meta: { recorded, by } }) => [recorded, by])).toEqual([
      ['2026-01-01T00:00:00Z', 'admin'],
      ['2026-02-03T09:00:00Z', 'bo'],
      ['2026-02-03T09:00:00Z', 'admin'],
    ]);
    // What comes later, without an instant, is learned now.
    await tried.run(planSteps([tried.write('later.ndjson', ndjson(deal('d4')))]));
    expect((await tried.log()).at(-1)?.meta.recorded).toBe(NOW);
  });

  it('takes the steps of a scenario, and leaves out what it expects', async () => {
    const yaml = `
scenario: One deal
steps:
  - define-calendar: { start: 2026-01-01 }
  - book-deal: { id: d1, account: a, bookedOn: 2026-01-01, currency: USD, amount: "1" }
  - book-deal: { id: d2, account: a, bookedOn: 2026-01-01, currency: USD, amount: 1.5 }
  - expect: { uncredited: [ { deal: d1, reason: no-owner } ] }
`;
    const outcome = await tried.run(planSteps([tried.write('one.yaml', yaml)]));
    expect(outcome).toMatchObject({ read: 3, recorded: 2, refused: 1 });
    expect(outcome.reasons[0]).toMatch(/^6: 83 found 1.5, a number with a fraction/);
    const bad = await tried.run(planSteps([tried.write('bad.yaml', 'steps: [')]));
    expect(bad).toMatchObject({ read: 1, refused: 1, refusals: [{ line: 1 }] });
  });

  it('reads a folder in the order of names, without what was refused before', async () => {
    tried.write('b.ndjson', ndjson(deal('d1')));
    tried.write('a.ndjson', ndjson(CALENDAR));
    tried.write('a.ndjson.refused.ndjson', ndjson(deal('d9')));
    expect(
      (await tried.run(planSteps([tried.folder]))).files.map(({ file }) => path.basename(file)),
    ).toEqual(['a.ndjson', 'b.ndjson']);
    expect(() => planSteps([path.join(tried.folder, 'none.ndjson')])).toThrow(
      'There is no file or folder',
    );
    expect(() => planSteps([tried.write('x.csv', '')])).toThrow('CSV with --mapping');
  });

  it('goes on where it ended, with the same totals', async () => {
    const steps = [
      CALENDAR,
      ANA,
      ...Array.from({ length: 12_000 }, (_, i) => deal(`d${i}`, `${i}.25`)),
    ];
    const file = tried.write('many.ndjson', ndjson(...steps));
    const whole = new MemoryEventStore();
    const { sums } = await tried.run(planSteps([file]), { store: whole });
    let batches = 0;
    const append = tried.store.appendMany.bind(tried.store);
    tried.store.appendMany = (appends) => {
      batches += 1;
      return batches === 2 ? Promise.reject(new Error('killed')) : append(appends);
    };
    await expect(tried.run(planSteps([file]))).rejects.toThrow('killed');
    expect(await tried.store.head()).toBe(2000n);
    expect(await tried.run(planSteps([file]))).toMatchObject({
      read: 12_002,
      recorded: 10_002,
      duplicate: 2000,
      sums,
    });
    const dataOf = (events: readonly RecordedEvent[]) => events.map(({ data }) => data);
    expect(dataOf(await tried.log())).toEqual(dataOf(await tried.log(whole)));
  });

  it('decides anew where somebody else has written meanwhile', async () => {
    await tried.run(planSteps([tried.write('a.ndjson', ndjson(CALENDAR))]));
    const context = { recorded: NOW, by: 'bo' };
    const booked = {
      type: 'DealBooked',
      data: (deal('d1', '100.5') as { 'book-deal': object })['book-deal'],
    };
    const append = tried.store.appendMany.bind(tried.store);
    let isFirst = true;
    tried.store.appendMany = async (appends) => {
      if (isFirst) await tried.store.append('deal-d1', [booked], 'none', context);
      isFirst = false;
      return append(appends);
    };
    const file = tried.write('b.ndjson', ndjson(deal('d0'), deal('d1'), deal('d2')));
    expect(await tried.run(planSteps([file]))).toMatchObject({
      recorded: 2,
      duplicate: 1,
      refused: 0,
    });
  });
});

describe('all or nothing', () => {
  it('records everything at once, several facts of one stream in their order too', async () => {
    const file = tried.write(
      'a.ndjson',
      ndjson(CALENDAR, deal('d1'), deal('d2'), { 'cancel-deal': { deal: 'd1', on: '2026-03-01' } }),
    );
    let calls = 0;
    const append = tried.store.appendMany.bind(tried.store);
    tried.store.appendMany = (appends) => {
      calls += 1;
      return append(appends);
    };
    expect(await tried.run(planSteps([file]), { mode: 'atomic' })).toMatchObject({ recorded: 4 });
    expect([calls, await tried.store.head()]).toEqual([1, 4n]);
    expect((await tried.log()).map(({ type }) => type).at(-1)).toBe('DealCancelled');
  });

  it('records nothing of any file if one row is refused', async () => {
    const files = [
      tried.write('a.ndjson', ndjson(CALENDAR, deal('d1'))),
      tried.write('b.ndjson', ndjson(deal('d1', '2'))),
    ];
    expect(await tried.run(planSteps(files), { mode: 'atomic' })).toMatchObject({
      recorded: 2,
      refused: 1,
    });
    expect(await tried.store.head()).toBe(0n);
  });

  it('says in a dry run what would happen', async () => {
    const file = tried.write('a.ndjson', ndjson(CALENDAR, deal('d1'), deal('d1'), deal('d1', '2')));
    expect(await tried.run(planSteps([file]), { mode: 'dry-run' })).toMatchObject({
      recorded: 2,
      duplicate: 1,
      refused: 1,
    });
    expect(await tried.store.head()).toBe(0n);
  });
});
