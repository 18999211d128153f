import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandTable } from '#scenarios';
import { readMapping } from './mapping-reader.js';
import { RefusedRows } from './refused-rows.writer.js';
import { planMapped } from './sources.reader.js';
import { TriedImport, type Outcome } from './tried-import.fixtures.js';

let tried: TriedImport;
beforeEach(() => {
  tried = new TriedImport();
});
afterEach(() => tried.close());

describe('an import of CSV', () => {
  const MAPPING = `
steps: [ define-calendar: { start: 2026-01-01 } ]
files:
  - file: deals.csv
    step: book-deal
    set: { id: "{Id}", account: "{Account}", bookedOn: "{Closed|date}", currency: USD, amount: "{Amount|money}" }`;
  const mapped = (mapping = MAPPING): ReturnType<typeof planMapped> => {
    const named = {
      file: path.join(tried.folder, 'm.yaml'),
      text: mapping,
      mapping: readMapping(mapping, Object.keys(commandTable)),
    };
    return planMapped([tried.folder], named);
  };
  const csv = async (content: string | Buffer, mapping?: string): Promise<Outcome> => {
    tried.write('deals.csv', content);
    return tried.run(mapped(mapping));
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
    tried.write('users.csv', 'Id,Manager\nana,bo\nbo,cy\ncy,\ndo,nobody\n');
    const outcome = await csv(HEADER + GOOD, text);
    expect(outcome).toMatchObject({
      recorded: 5,
      refused: 1,
      refusals: [{ line: 5, errors: [{ code: 'PayeeNotFound' }] }],
    });
  });

  it('writes the refused rows beside the file, and takes them away once all is well', () => {
    const file = path.join(tried.folder, 'deals.csv');
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
