import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryEventStore, type EventStore, type RecordedEvent } from '#event-store';
import { commandTable } from '#scenarios';
import { importFiles, type ImportOptions } from './import-files.handler.js';
import type { RefusedRow } from './importer.handler.js';
import { readMapping } from './mapping-reader.js';
import { RefusedRows } from './refused-rows.writer.js';
import { planMapped, planSteps } from './sources.reader.js';
import type { Totals } from './totals.js';

let folder: string;
let store: EventStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  store = new MemoryEventStore();
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOW = '2026-11-25T12:00:00Z';
const CALENDAR = { 'define-calendar': { start: '2026-01-01' } };
const ANA = { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } };
const deal = (id: string, amount = '100.50', currency = 'USD'): object => ({
  'book-deal': { id, account: 'acme', bookedOn: '2026-02-01', amount, currency },
});

const write = (name: string, content: string | Buffer): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};
const ndjson = (...steps: (object | string)[]): string =>
  steps.map((step) => `${typeof step === 'string' ? step : JSON.stringify(step)}\n`).join('');

interface Outcome extends Omit<Totals, 'file'> {
  readonly files: readonly Totals[];
  readonly refusals: readonly RefusedRow[];
  readonly reasons: readonly string[];
}

const run = async (
  plans: ReturnType<typeof planSteps>,
  options: Partial<ImportOptions> = {},
): Promise<Outcome> => {
  const refusals: RefusedRow[] = [];
  const { totals } = await importFiles(plans, {
    store,
    now: NOW,
    by: 'admin',
    mode: 'each',
    execute: () => Promise.reject(new Error('no commitments here')),
    refused: (row) => refusals.push(row),
    ...options,
  });
  const sum = (of: 'read' | 'recorded' | 'duplicate' | 'refused'): number =>
    totals.reduce((total, file) => total + file[of], 0);
  return {
    files: totals,
    read: sum('read'),
    recorded: sum('recorded'),
    duplicate: sum('duplicate'),
    refused: sum('refused'),
    sums: totals.at(-1)?.sums ?? {},
    refusals,
    reasons: refusals.map(
      ({ line, errors }) =>
        `${line}: ${errors.map(({ column, message }) => `${column ?? '-'} ${message}`).join('; ')}`,
    ),
  };
};

const log = async (): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of store.readAll(0n)) events.push(...page);
  return events;
};

describe('an import of steps', () => {
  it('records each once, in order, with its origin, and keeps control totals', async () => {
    const file = write(
      'facts.ndjson',
      ndjson(CALENDAR, ANA, deal('d1'), deal('d2', '1'), deal('d3', '7', 'JPY')),
    );
    expect((await run(planSteps([file]))).files).toEqual([
      { file, read: 5, recorded: 5, duplicate: 0, refused: 0, sums: { JPY: '7', USD: '101.50' } },
    ]);
    const events = await log();
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
    const file = write('facts.ndjson', ndjson(CALENDAR, rate('0.9'), deal('d1'), rate('0.8')));
    expect(await run(planSteps([file]))).toMatchObject({ recorded: 4 });
    const again = await run(planSteps([file]));
    expect(again).toMatchObject({ read: 4, recorded: 0, duplicate: 4, sums: { USD: '100.50' } });
    // Another file may say the old rate again, and mean it.
    const other = write('other.ndjson', ndjson(rate('0.9')));
    expect(await run(planSteps([other]))).toMatchObject({ recorded: 1 });
  });

  it('refuses what is wrong, with the place and the reason, and records the rest', async () => {
    const file = write(
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
    const outcome = await run(planSteps([file]));
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
    const file = write(
      'facts.ndjson',
      ndjson(
        CALENDAR,
        '{"book-deal":{"id":"d","account":"a","bookedOn":"2026-01-01","currency":"USD","amount":0.1}}',
      ),
    );
    expect((await run(planSteps([file]))).reasons).toEqual([
      expect.stringMatching(/amount: found 0.1.*in quotes/),
    ]);
  });

  it('becomes known when the steps say so; time does not go back', async () => {
    const file = write(
      'facts.ndjson',
      ndjson(CALENDAR, { ...deal('d1'), recorded: '2026-02-03T09:00:00Z', by: 'bo' }, deal('d2'), {
        ...deal('d3'),
        recorded: '2026-02-02T09:00:00Z',
      }),
    );
    const outcome = await run(planSteps([file]));
    expect(outcome.refusals).toMatchObject([{ line: 4, errors: [{ code: 'RecordedInPast' }] }]);
    expect((await log()).map(({ meta: { recorded, by } }) => [recorded, by])).toEqual([
      ['2026-01-01T00:00:00Z', 'admin'],
      ['2026-02-03T09:00:00Z', 'bo'],
      ['2026-02-03T09:00:00Z', 'admin'],
    ]);
    // What comes later, without an instant, is learned now.
    await run(planSteps([write('later.ndjson', ndjson(deal('d4')))]));
    expect((await log()).at(-1)?.meta.recorded).toBe(NOW);
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
    const outcome = await run(planSteps([write('one.yaml', yaml)]));
    expect(outcome).toMatchObject({ read: 3, recorded: 2, refused: 1 });
    expect(outcome.reasons[0]).toMatch(/^6: 83 found 1.5, a number with a fraction/);
    const bad = await run(planSteps([write('bad.yaml', 'steps: [')]));
    expect(bad).toMatchObject({ read: 1, refused: 1, refusals: [{ line: 1 }] });
  });

  it('reads a folder in the order of names, without what was refused before', async () => {
    write('b.ndjson', ndjson(deal('d1')));
    write('a.ndjson', ndjson(CALENDAR));
    write('a.ndjson.refused.ndjson', ndjson(deal('d9')));
    expect((await run(planSteps([folder]))).files.map(({ file }) => path.basename(file))).toEqual([
      'a.ndjson',
      'b.ndjson',
    ]);
    expect(() => planSteps([path.join(folder, 'none.ndjson')])).toThrow(
      'There is no file or folder',
    );
    expect(() => planSteps([write('x.csv', '')])).toThrow('CSV with --mapping');
  });

  it('goes on where it ended, with the same totals', async () => {
    const steps = [
      CALENDAR,
      ANA,
      ...Array.from({ length: 12_000 }, (_, i) => deal(`d${i}`, `${i}.25`)),
    ];
    const file = write('many.ndjson', ndjson(...steps));
    const whole = new MemoryEventStore();
    const { sums } = await run(planSteps([file]), { store: whole });
    let batches = 0;
    const append = store.appendMany.bind(store);
    store.appendMany = (appends) => {
      batches += 1;
      return batches === 2 ? Promise.reject(new Error('killed')) : append(appends);
    };
    await expect(run(planSteps([file]))).rejects.toThrow('killed');
    expect(await store.head()).toBe(2000n);
    expect(await run(planSteps([file]))).toMatchObject({
      read: 12_002,
      recorded: 10_002,
      duplicate: 2000,
      sums,
    });
    expect((await log()).map(({ data }) => data)).toEqual(
      await (async () => {
        const events: RecordedEvent[] = [];
        for await (const page of whole.readAll(0n)) events.push(...page);
        return events.map(({ data }) => data);
      })(),
    );
  });

  it('decides anew where somebody else has written meanwhile', async () => {
    await run(planSteps([write('a.ndjson', ndjson(CALENDAR))]));
    const context = { recorded: NOW, by: 'bo' };
    const booked = {
      type: 'DealBooked',
      data: (deal('d1', '100.5') as { 'book-deal': object })['book-deal'],
    };
    const append = store.appendMany.bind(store);
    let isFirst = true;
    store.appendMany = async (appends) => {
      if (isFirst) await store.append('deal-d1', [booked], 'none', context);
      isFirst = false;
      return append(appends);
    };
    const file = write('b.ndjson', ndjson(deal('d0'), deal('d1'), deal('d2')));
    expect(await run(planSteps([file]))).toMatchObject({ recorded: 2, duplicate: 1, refused: 0 });
  });
});

describe('all or nothing', () => {
  it('records everything at once, several facts of one stream in their order too', async () => {
    const file = write(
      'a.ndjson',
      ndjson(CALENDAR, deal('d1'), deal('d2'), { 'cancel-deal': { deal: 'd1', on: '2026-03-01' } }),
    );
    let calls = 0;
    const append = store.appendMany.bind(store);
    store.appendMany = (appends) => {
      calls += 1;
      return append(appends);
    };
    expect(await run(planSteps([file]), { mode: 'atomic' })).toMatchObject({ recorded: 4 });
    expect([calls, await store.head()]).toEqual([1, 4n]);
    expect((await log()).map(({ type }) => type).at(-1)).toBe('DealCancelled');
  });

  it('records nothing of any file if one row is refused', async () => {
    const files = [
      write('a.ndjson', ndjson(CALENDAR, deal('d1'))),
      write('b.ndjson', ndjson(deal('d1', '2'))),
    ];
    expect(await run(planSteps(files), { mode: 'atomic' })).toMatchObject({
      recorded: 2,
      refused: 1,
    });
    expect(await store.head()).toBe(0n);
  });

  it('says in a dry run what would happen', async () => {
    const file = write('a.ndjson', ndjson(CALENDAR, deal('d1'), deal('d1'), deal('d1', '2')));
    expect(await run(planSteps([file]), { mode: 'dry-run' })).toMatchObject({
      recorded: 2,
      duplicate: 1,
      refused: 1,
    });
    expect(await store.head()).toBe(0n);
  });
});

describe('an import of CSV', () => {
  const MAPPING = `
steps: [ define-calendar: { start: 2026-01-01 } ]
files:
  - file: deals.csv
    step: book-deal
    set: { id: "{Id}", account: "{Account}", bookedOn: "{Closed|date}", currency: USD, amount: "{Amount|money}" }`;
  const mapped = (mapping = MAPPING): ReturnType<typeof planMapped> => {
    const named = {
      file: path.join(folder, 'm.yaml'),
      text: mapping,
      mapping: readMapping(mapping, Object.keys(commandTable)),
    };
    return planMapped([folder], named);
  };
  const csv = async (content: string | Buffer, mapping?: string): Promise<Outcome> => {
    write('deals.csv', content);
    return run(mapped(mapping));
  };
  const HEADER = 'Id,Account,Closed,Amount\n';
  const GOOD = 'd1,acme,2026-02-01,100.50\n';

  it.each<[string, string | Buffer]>([
    ['plain', HEADER + GOOD],
    ['with a byte order mark', `\uFEFF${HEADER}${GOOD}`],
    ['as UTF-16', Buffer.from(`\uFEFF${HEADER}${GOOD}`, 'utf16le')],
    ['as UTF-16 without a mark', Buffer.from(HEADER + GOOD, 'utf16le')],
    ['with CRLF', (HEADER + GOOD).replaceAll('\n', '\r\n')],
    ['without a last line end', (HEADER + GOOD).trimEnd()],
  ])('takes the file %s', async (_, content) => {
    expect(await csv(content)).toMatchObject({
      read: 2,
      recorded: 2,
      refused: 0,
      sums: { USD: '100.50' },
    });
  });

  it.each<[string, string | Buffer, RegExp]>([
    [
      'a decimal comma',
      `${HEADER}d2,acme,2026-02-01,"1.234,56"\n${GOOD}`,
      /^2: Amount found "1.234,56", expected a decimal.*money:eu/,
    ],
    [
      'a date of Excel',
      `${HEADER}d2,acme,46053,1\n${GOOD}`,
      /^2: Closed found "46053".*Excel serial date.*date:excel/,
    ],
    [
      'several faults',
      `${HEADER}d2,acme,46053,"1.234,56"\n${GOOD}`,
      /^2: Closed found "46053".*; Amount found "1.234,56"/,
    ],
    [
      'a day that is not',
      `${HEADER}d2,acme,2026-02-30,1\n${GOOD}`,
      /^2: Closed found "2026-02-30"/,
    ],
    [
      'a quote never closed',
      `${HEADER}d2,"acme,2026-02-01,1\n${GOOD}`,
      /^2: 4 this quote is never closed/,
    ],
    ['a NUL', `${HEADER}d2,ac\0me,2026-02-01,1\n${GOOD}`, /^2: 6 a NUL/],
    [
      'Latin-1',
      Buffer.from(`${HEADER}d2,caf\xe9,2026-02-01,1\n${GOOD}`, 'latin1'),
      /^2: 7 bytes that are not UTF-8/,
    ],
    [
      'ten megabytes in a cell',
      `${HEADER}d2,${'x'.repeat(10_000_000)},2026-02-01,1\n${GOOD}`,
      /^2: 4 this cell makes the row longer/,
    ],
    ['too few cells', `${HEADER}d2,acme,2026-02-01\n${GOOD}`, /^2: - found 3 cells, expected 4/],
    [
      'too many cells',
      `${HEADER}d2,acme,2026-02-01,1,\n${GOOD}`,
      /^2: - found 5 cells, expected 4/,
    ],
    ['no id', `${HEADER},acme,2026-02-01,1\n${GOOD}`, /^2: Id id: is missing/],
    ['words for an amount', `${HEADER}d2,acme,2026-02-01,much\n${GOOD}`, /^2: Amount found "much"/],
    [
      'a text too long',
      `${HEADER}${'d'.repeat(300)},acme,2026-02-01,1\n${GOOD}`,
      /^2: Id id: found .*expected text of 1 to 200/,
    ],
  ])('refuses a row with %s, and takes the others', async (_, content, reason) => {
    const outcome = await csv(content);
    expect(outcome.reasons).toEqual([expect.stringMatching(reason)]);
    expect(outcome).toMatchObject({ read: 3, recorded: 2, refused: 1 });
  });

  it.each<[string, string | Buffer, RegExp]>([
    [
      'a column twice',
      `Id,Account,Closed,Amount,Id\n${GOOD}`,
      /^1: - the column "Id" stands twice, as number 1 and 5/,
    ],
    [
      'no such column',
      `Id,Account,Closed,Amout\n${GOOD}`,
      /^1: - there is no column "Amount" \(did you mean "Amout"\?\)/,
    ],
    ['semicolons', `Id;Account;Closed;Amount\n`, /^1: - .*delimiter: ";"/],
    ['nothing in it', '', /^1: - the file is empty/],
    ['a workbook', 'PK\x03\x04xxxx', /^1: - This is an Excel workbook/],
  ])('refuses a file with %s', async (_, content, reason) => {
    expect((await csv(content)).reasons).toEqual([expect.stringMatching(reason)]);
  });

  it('names a file of the mapping that is not there', async () => {
    const text = `${MAPPING}\n  - { file: users.csv, step: add-payee, set: { id: x } }`;
    expect((await csv(HEADER + GOOD, text)).reasons).toEqual([
      expect.stringMatching(/^1: - the mapping names this file/),
    ]);
  });

  it('lets a row wait for the one that it names', async () => {
    const text = `${MAPPING}
  - file: users.csv
    parentsFirst: { key: Id, parent: Manager }
    step: add-payee
    set: { id: "{Id}", name: "{Id}", hiredOn: 2026-01-01, currency: USD, manager: "{Manager}" }`;
    write('users.csv', 'Id,Manager\nana,bo\nbo,cy\ncy,\ndo,nobody\n');
    const outcome = await csv(HEADER + GOOD, text);
    expect(outcome).toMatchObject({
      recorded: 5,
      refused: 1,
      refusals: [{ line: 5, errors: [{ code: 'PayeeNotFound' }] }],
    });
  });

  it('writes the refused rows beside the file, and takes them away once all is well', () => {
    const file = path.join(folder, 'deals.csv');
    const rows = new RefusedRows();
    rows.begin(file);
    rows.write({ file, line: 2, errors: [{ code: 'Malformed', message: 'no' }] });
    expect(rows.end()).toEqual([`${file}.refused.ndjson`]);
    expect(JSON.parse(readFileSync(`${file}.refused.ndjson`, 'utf8'))).toEqual({
      file,
      line: 2,
      errors: [{ code: 'Malformed', message: 'no' }],
    });
    new RefusedRows().begin(file);
    expect(existsSync(`${file}.refused.ndjson`)).toBe(false);
  });
});
