import { type MalformedFile } from '#scenarios';
import { BadCell } from './filters.js';
import { columnsAsked, requireColumns } from './columns.js';
import { Header } from './header.js';
import { isNamed, type Joined } from './mapping.js';
import { readMapping } from './mapping-reader.js';
import { BadRow, RowMapper, type Mapped } from './row-mapper.js';
import { RowTable } from './row-table.js';

type Csv = readonly string[];

const COMMANDS = ['add-payee', 'book-deal', 'assign-quota'];

const run = (yaml: string, files: Record<string, Csv>): (Mapped['step'] | string | undefined)[] => {
  const mapping = readMapping(`files:\n${yaml}`, COMMANDS);
  const of = mapping.files[0]!;
  const asked = columnsAsked(of);
  const tables = new Map<Joined, RowTable>();
  for (const [joined, columns] of asked.joined) {
    const [names, ...rows] = (files[joined.file] ?? []).map((line) => line.split(','));
    const table = new RowTable(joined.file, new Header(names!), joined.key, columns);
    rows.forEach((cells, i) => table.add(i + 2, cells));
    tables.set(joined, table);
  }
  const [names, ...rows] = (files[of.file] ?? []).map((line) => line.split(','));
  const header = new Header(names!);
  requireColumns(header, asked.own);
  const mapper = new RowMapper(of, header, (joined) => tables.get(joined)!);
  return rows.map((cells) => {
    try {
      return mapper.map(cells)?.step;
    } catch (error) {
      if (error instanceof BadRow)
        return error.cells.map((bad) => `${bad.column}: ${bad.message}`).join();
      if (error instanceof BadCell) return `${error.column}: ${error.message}`;
      throw error;
    }
  });
};

const faultsOf = (yaml: string): string[] => {
  try {
    readMapping(yaml, COMMANDS);
    return [];
  } catch (error) {
    return (error as MalformedFile).faults.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );
  }
};

const ONE = (set: string): string => `  - { file: a.csv, step: add-payee, set: ${set} }`;
const cell = (template: string, ...cells: string[]): unknown[] =>
  run(ONE(`{ id: "${template}" }`), { 'a.csv': ['A,B', ...cells] }).map((step) =>
    typeof step === 'string' ? step : ((step?.['add-payee'] as { id?: unknown }).id ?? 'left out'),
  );

describe('a template', () => {
  it('is filled with the cells of the row, and left out where one is empty', () => {
    expect(cell('sp-{A}/{B}', '1,2', '1,')).toEqual(['sp-1/2', 'left out']);
    expect(cell('{A} {B|or:x}', '1,', '1,2')).toEqual(['1 x', '1 2']);
    expect(cell('{{{A}}}', '1,')).toEqual(['{1}']);
  });

  it('keeps what its one filter gives', () => {
    expect(cell('{A|whole}', '12,')).toEqual([12]);
    expect(cell('{A|flag}', 'Yes,', '0,', 'maybe,')).toEqual([
      true,
      false,
      expect.stringMatching(/^A: found "maybe", expected one of/),
    ]);
  });

  it('reads dates in the form that is named, and names the form that was found', () => {
    expect(cell('{A|date}', '2026-01-31,', '2026-02-30,')).toEqual([
      '2026-01-31',
      expect.stringMatching(/expected a date/),
    ]);
    expect(cell('{A|date}', '46053,', '31.01.2026,', '2026-01-31T00:00:00Z,')).toEqual([
      expect.stringMatching(/found "46053".*Excel serial date \(2026-01-31\).*date:excel/),
      expect.stringMatching(/date:DD.MM.YYYY/),
      expect.stringMatching(/date:timestamp/),
    ]);
    expect(cell('{A|date:excel}', '46053,', '60,')).toEqual([
      '2026-01-31',
      expect.stringMatching(/found "60"/),
    ]);
    expect(cell('{A|date:DD.MM.YYYY}', '31.1.2026,', '1/31/2026,')).toEqual([
      '2026-01-31',
      expect.stringMatching(/DD.MM.YYYY/),
    ]);
    expect(cell('{A|date:MM/DD/YYYY}', '1/31/2026,')).toEqual(['2026-01-31']);
    expect(cell('{A|date:timestamp}', '2026-01-31T23:59:59.000Z,')).toEqual(['2026-01-31']);
    expect(cell('{A|day-before}', '2026-03-01,')).toEqual(['2026-02-28']);
  });

  it('reads money exactly, and guesses no separators', () => {
    expect(cell('{A|money}', '1234.5600,', '1.234.56,')).toEqual([
      '1234.5600',
      expect.stringMatching(/^A: found "1.234.56"/),
    ]);
    const rows = run(ONE('{ id: "{A|money}" }'), { 'a.csv': ['A'] });
    expect(rows).toEqual([]);
    expect(cell('{A|times:B}', '12.0278,3', '1,x')).toEqual([
      '36.0834',
      expect.stringMatching(/found "x"/),
    ]);
    expect(cell('{A|percent}', '12.5,')).toEqual(['12.5%']);
    expect(cell('{A|ratio}', '0.0120,', 'much,')).toEqual([
      '0.0120',
      expect.stringMatching(/a ratio such as 8%/),
    ]);
  });
});

describe('a row', () => {
  it('is left out where the condition does not hold', () => {
    const yaml = `
  - file: a.csv
    where: row.A != "" && row["B"] == "x"
    step: add-payee
    set: { id: "{A}" }`;
    expect(run(yaml, { 'a.csv': ['A,B', '1,x', ',x', '2,y'] })).toEqual([
      { 'add-payee': { id: '1' } },
      undefined,
      undefined,
    ]);
  });

  const COSTS = `
  - file: orders.csv
    step: book-deal
    set: { id: "so-{Id}", team: [ { payee: "{Rep}", share: 100% } ] }
    lists:
      lines:
        file: lines.csv
        key: Order
        by: "{Id}"
        lookup:
          cost: { file: costs.csv, key: Product, from: From, to: To, on: "{row.Day|date}", optional: true }
          product: { file: products.csv, key: Product }
        set: { id: "{No}", amount: "{Amount|money}", cost: "{cost.Cost|times:Quantity}", product: "{product.Name}" }
        total: { is: "{Total|money}", within: "0.01", rest: rounding }`;
  const FILES = {
    'lines.csv': [
      'Order,No,Product,Quantity,Amount',
      '1,1,p,3,10.001',
      '1,2,q,1,5',
      '2,3,p,2,7',
      '9,9,p,1,1',
    ],
    'costs.csv': ['Product,From,To,Cost', 'p,2026-01-01,2026-01-31,2.50', 'p,2026-02-01,,3'],
    'products.csv': ['Product,Name', 'p,Pump', 'q,Quill'],
  };

  it('takes its lines, and the costs in force, from other files', () => {
    const steps = run(COSTS, {
      ...FILES,
      'orders.csv': ['Id,Day,Rep,Total', '1,2026-01-31,ana,15', '2,2026-02-01,,7'],
    });
    expect(steps).toEqual([
      {
        'book-deal': {
          id: 'so-1',
          team: [{ payee: 'ana', share: '100%' }],
          lines: [
            { id: '1', amount: '10.001', cost: '7.5', product: 'Pump' },
            { id: '2', amount: '5', product: 'Quill' },
            { id: 'rounding', amount: '-0.001' },
          ],
        },
      },
      {
        'book-deal': {
          id: 'so-2',
          team: [{ share: '100%' }],
          lines: [{ id: '3', amount: '7', cost: '6', product: 'Pump' }],
        },
      },
    ]);
  });

  it('is refused where the files do not agree', () => {
    const orders = (row: string): string =>
      String(run(COSTS, { ...FILES, 'orders.csv': ['Id,Day,Rep,Total', row] })[0]);
    expect(orders('1,2026-01-31,ana,20')).toMatch(
      /^Total: found 20, and its rows in lines.csv sum to 15.001, more than 0.01 away/,
    );
    const twice = {
      ...FILES,
      'products.csv': ['Product,Name', 'p,Pump', 'p,Pipe'],
      'orders.csv': ['Id,Day,Rep,Total', '2,2026-01-31,ana,7'],
    };
    expect(run(COSTS, twice)[0]).toMatch(
      /products.csv has two rows with Product "p", on lines 2 and 3/,
    );
    const none = {
      ...FILES,
      'products.csv': ['Product,Name'],
      'orders.csv': ['Id,Day,Rep,Total', '2,2026-01-31,ana,7'],
    };
    expect(run(COSTS, none)[0]).toMatch(
      /^Product \(lines.csv:4\): products.csv has no row with Product "p"/,
    );
  });

  it('replaces words by a table', () => {
    const yaml =
      'tables: { stage: { won: booked, "*": other } }\nfiles: [ { file: a.csv, step: add-payee, set: { id: "{A|table:stage}" } } ]';
    const mapping = readMapping(yaml, COMMANDS);
    const mapper = new RowMapper(mapping.files[0]!, new Header(['A']), () => {
      throw new Error('no table');
    });
    expect([mapper.map(['won'])?.step, mapper.map(['lost'])?.step]).toEqual([
      { 'add-payee': { id: 'booked' } },
      { 'add-payee': { id: 'other' } },
    ]);
  });
});

describe('a mapping', () => {
  it('names its files, by a star too', () => {
    expect(isNamed('*deals*.csv', 'hubspot-deals-2026.csv')).toBe(true);
    expect(isNamed('a.csv', 'aXcsv')).toBe(false);
  });

  it('lists every fault with its place and what would be valid', () => {
    expect(
      faultsOf(`
files:
  - file: a.csv
    wehre: row.A != ""
    step: book-deel
    set: { id: "{A|dtae}", amount: 1.5, x: "{A", t: "{A|table:none}" }
  - file: b.csv
    where: row.A +
    step: add-payee
`),
    ).toEqual([
      expect.stringMatching(/^4:5 a file has no "wehre" \(did you mean "where"\?\)/),
      expect.stringMatching(/^5:11 there is no step "book-deel" \(did you mean "book-deal"\?\)/),
      expect.stringMatching(/^6:16 there is no filter dtae \(did you mean "date"\?\)/),
      expect.stringMatching(/^6:36 found 1.5, a number with a fraction/),
      expect.stringMatching(/^6:44 a brace without its partner/),
      expect.stringMatching(/^6:53 .*there is no table none/),
      expect.stringMatching(/^8:12 where: not a condition in CEL over row/),
      expect.stringMatching(/^7:5 set: is missing/),
    ]);
  });

  it('names the column that a file does not have', () => {
    const yaml = ONE('{ id: "{Amuont}" }');
    expect(() => run(yaml, { 'a.csv': ['Id,Amount', '1,2'] })).toThrow(
      /no column "Amuont" \(did you mean "Amount"\?\)/,
    );
    expect(() => run(yaml, { 'a.csv': ['Id;Amuont'] })).toThrow(/delimiter: ";"/);
    expect(() => new Header(['Id', 'Amount', 'Id'])).toThrow(
      /"Id" stands twice, as number 1 and 3/,
    );
  });
});
