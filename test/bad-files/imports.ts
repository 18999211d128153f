import { gzipSync } from 'node:zlib';

/** One bad file, and the verdict that it ought to have. */
export interface BadFile {
  /** What is wrong with it. */
  readonly fault: string;
  /** Its name; a folder of that name where it ends with a slash. */
  readonly file: string;
  readonly text: string;
  /** How its text becomes bytes; as UTF-8 where nothing is said. */
  readonly bytes?: (text: string) => Buffer;
  /** Everything that must be said of it, beginning with place and column. */
  readonly says: readonly RegExp[];
  /** How many of its rows are in order; each of them is recorded. */
  readonly good?: number;
  /** 3 where nothing is said. */
  readonly exit?: number;
}

/** Stands in a file for an id that no other file has. */
export const ID = '<id>';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

// ---- Steps, one JSON object a line --------------------------------------------------------

const fields = { id: ID, account: 'acme', bookedOn: '2026-02-01', amount: '1', currency: 'USD' };
const deal = (changed: object = {}): string =>
  JSON.stringify({ 'book-deal': { ...fields, ...changed } });
const GOOD = deal();
const bare = (inside: string): string => GOOD.replace('"amount":"1"', inside);

const line = (
  fault: string,
  bad: string,
  reason: RegExp,
  more: Partial<BadFile> = {},
): BadFile => ({
  fault,
  file: 'facts.ndjson',
  text: `${bad}\n${GOOD}\n`,
  says: [/^facts\.ndjson:1\b/, reason],
  good: 1,
  ...more,
});

const team = (...team: object[]): string => deal({ id: 'bad', team });

const LINES: readonly BadFile[] = [
  line('JSON cut off', '{"book-deal":{"id":"d"', /^facts\.ndjson:1:23: not a JSON object/),
  line('two objects on a line', `${GOOD}${GOOD}`, /:1:\d+: not a JSON object on one line/),
  line('a comma after the last field', '{"book-deal":{"id":"d",}}', /:1:24: not a JSON object/),
  line('single quotes', "{'book-deal':{}}", /:1:2: not a JSON object/),
  line('NaN for an amount', bare('"amount":NaN'), /:1:\d+: not a JSON object/),
  line('a comment', '// deals of February', /:1:1: not a JSON object/),
  line('terminal codes instead of JSON', '\u001b[31mred\u001b[0m', /:1:1: not a JSON object/),
  line('text instead of a step', '"book-deal"', /found "book-deal", expected a step/),
  line('null instead of a step', 'null', /found null|found nothing/),
  line('a list of steps', `[${GOOD}]`, /found a list of 1, expected a step/),
  line('nothing in a step', '{}', /a step needs one of .*book-deal/),
  line('two commands in a step', '{"book-deal":{},"add-payee":{}}', /has book-deal and add-payee/),
  line('an unknown command', '{"book-deel":{}}', /no step "book-deel" \(did you mean "book-deal"/),
  line('a command that objects inherit', '{"constructor":{}}', /no step "constructor"/),
  line('a prototype for a step', '{"__proto__":{}}', /no step "__proto__"/),
  line(
    'a prototype among the fields',
    bare('"amount":"1","__proto__":{"x":1}'),
    /no field "__proto__"/,
  ),
  line('an unknown field', deal({ amuont: '1' }), /amuont: .*did you mean "amount"/),
  line('no id', deal({ id: undefined }), /id: is missing/),
  line('null for an amount', deal({ amount: null }), /amount: /),
  line('a float of money', bare('"amount":0.1'), /amount: found 0\.1.*in quotes/),
  line(
    'a float that JSON rounds to a whole number',
    bare('"amount":1.00000000000000000001'),
    /1\.00000000000000000001.*in quotes/,
  ),
  line('a whole number that JSON rounds', bare('"amount":9007199254740993'), /in quotes/),
  line('an amount beyond all numbers', bare('"amount":1e999'), /in quotes/),
  line('an amount with an exponent', deal({ amount: '1e3' }), /amount: found "1e3"/),
  line('a field twice', bare('"amount":"1","amount":"2"'), /:1:\d+: .*"amount".*second time/),
  line('a command twice', '{"book-deal":{},"book-deal":{}}', /:1:17: .*"book-deal".*second time/),
  line(
    'a field twice, once with an escape',
    bare('"amount":"1","\\u0061mount":"2"'),
    /second time/,
  ),
  line(
    'a day that does not exist',
    deal({ bookedOn: '2026-02-30' }),
    /bookedOn: found "2026-02-30"/,
  ),
  line('a month that does not exist', deal({ bookedOn: '2026-13-01' }), /bookedOn: found/),
  line('a date with a time', deal({ bookedOn: '2026-02-01T00:00:00Z' }), /expected a date/),
  line('digits of another script', deal({ amount: '١٢' }), /amount: found/),
  line('a currency that does not exist', deal({ currency: 'XQZ' }), /currency: found "XQZ"/),
  line('a currency in small letters', deal({ currency: 'usd' }), /currency: found "usd"/),
  line(
    'a team of 90%',
    team({ payee: 'ana', share: '60%' }, { payee: 'ben', share: '30%' }),
    /90|100|sum/,
  ),
  line(
    'a negative share',
    team({ payee: 'ana', share: '-20%' }, { payee: 'ben', share: '120%' }),
    /share: found "-20%"/,
  ),
  line(
    'a member of a team twice',
    team({ payee: 'ana', share: '50%' }, { payee: 'ana', share: '50%' }),
    /ana/,
  ),
  line('a map instead of a team', deal({ team: { ana: '100%' } }), /team: found .*list/),
  line('an id as long as a book', deal({ id: 'd'.repeat(10_000) }), /id: found .*1 to 200/),
  line('terminal codes in an id', deal({ id: 'd\u001b[2J' }), /id: found "d\\u001b/),
  line('half a character in an id', bare('"amount":"1"').replace(ID, '\\ud800'), /id: found/),
  line(
    'objects nested 50,000 deep',
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    /:1:501: this is nested more than 100 deep/,
  ),
  line(
    'lists nested 50,000 deep',
    bare(`"amount":${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    /:1:178: this is nested more than 100 deep/,
  ),
  line(
    'a line of three megabytes',
    `{"x":"${'x'.repeat(3_000_000)}"}`,
    /:1:1: the line is longer than/,
  ),
  line('a NUL', '{"book-\0deal":{}}', /:1:8: a NUL/),
  line('Latin-1', '{"add-payee":{"name":"Zoë"}}', /:1:25: bytes that are not UTF-8/, {
    bytes: latin1,
  }),
  line(
    'an instant without its zone',
    `{"recorded":"2026-02-01T00:00:00",${GOOD.slice(1)}`,
    /recorded: found.*instant/,
  ),
  line(
    'a fact known before an earlier one',
    `{"recorded":"2020-01-01T00:00:00Z",${GOOD.slice(1).replace(ID, 'early')}`,
    /2020-01-01|before/,
  ),
  line(
    'a deal that is not there',
    '{"cancel-deal":{"deal":"nowhere","on":"2026-02-01"}}',
    /no deal "nowhere"/,
  ),
  line(
    'a closing of what is no period',
    '{"close-period":{"period":"FY2026-M13"}}',
    /period: found|FY2026-M13/,
  ),
  line('only carriage returns for line ends', '', /:1:\d+: not a JSON object on one line/, {
    text: `${GOOD}\r${GOOD}\r`,
    good: 0,
  }),
  line('a zip of its own kind', '', /gzip/, { bytes: (text) => gzipSync(text), good: 0 }),
  line('a workbook', '', /Excel/, { text: 'PK\u0003\u0004', good: 0 }),
  line('UTF-16 cut in the middle of a character', '', /bytes that are not/, {
    text: `${GOOD}\n`,
    bytes: (text) => Buffer.concat([utf16(text), Buffer.from([0x41])]),
    says: [/^facts\.ndjson:2:1: bytes/],
    good: 1,
  }),
];

// ---- CSV by a mapping ---------------------------------------------------------------------

const HEADER = 'Id,Account,Closed,Amount';
const ROW = `${ID},acme,2026-02-01,1.50`;

const row = (fault: string, bad: string, reason: RegExp, more: Partial<BadFile> = {}): BadFile => ({
  fault: `in CSV, ${fault}`,
  file: 'deals.csv',
  text: `${HEADER}\n${bad}\n${ROW}\n`,
  says: [/^deals\.csv:2\b/, reason],
  good: 1,
  ...more,
});

const whole = (fault: string, text: string, reason: RegExp, more: Partial<BadFile> = {}): BadFile =>
  row(fault, '', reason, { text, says: [/^deals\.csv:1\b/, reason], good: 0, ...more });

const ROWS: readonly BadFile[] = [
  row('a quote never closed', 'd,"acme,2026-02-01,1', /:2:3: this quote is never closed/),
  row('a quote within a cell', 'd,ac"me,2026-02-01,1', /:2:5: a quote inside a cell/),
  row('text after a closing quote', 'd,"ac"me,2026-02-01,1', /:2:7: found "m" after a closing/),
  row('a cell too few', 'd,acme,2026-02-01', /found 3 cells, expected 4/),
  row('a cell too many', 'd,acme,2026-02-01,1,2', /found 5 cells, expected 4/),
  row('a decimal comma', 'd,acme,2026-02-01,"1.234,56"', /Amount: found "1\.234,56".*money:eu/),
  row('a dollar before the amount', 'd,acme,2026-02-01,$5', /Amount: found "\$5"/),
  row('brackets for a negative amount', 'd,acme,2026-02-01,(5)', /Amount: found "\(5\)"/),
  row('a formula', 'd,acme,2026-02-01,=1+1', /Amount: found "=1\+1"/),
  row('an error of Excel', 'd,acme,2026-02-01,#REF!', /Amount: found "#REF!"/),
  row('an exponent of Excel', 'd,acme,2026-02-01,1.2E+05', /Amount: found "1\.2E\+05"/),
  row('a space that does not break', 'd,acme,2026-02-01,1\u00a0000', /Amount: found/),
  row('a serial date of Excel', 'd,acme,46053,1', /Closed: found "46053".*date:excel/),
  row('a date of another form', 'd,acme,31/01/2026,1', /Closed: found "31\/01\/2026".*DD\/MM/),
  row('29 February of a common year', 'd,acme,2026-02-29,1', /Closed: found "2026-02-29"/),
  row('no id', ',acme,2026-02-01,1', /Id → id: id: is missing/),
  row('no amount', 'd,acme,2026-02-01,', /amount/),
  row('terminal codes in an id', 'd\u001b[2J,acme,2026-02-01,1', /Id → id: .*\\u001b/),
  row(
    'ten megabytes in a cell',
    `d,${'x'.repeat(10_000_000)},2026-02-01,1`,
    /:2:3: this cell makes/,
  ),
  row('a NUL', 'd,ac\0me,2026-02-01,1', /:2:5: a NUL/),
  row('Latin-1', 'd,café,2026-02-01,1', /:2:6: bytes that are not UTF-8/, { bytes: latin1 }),
  row('a fault after lines that end in CR alone', '', /:2, Amount.*found "x"/, {
    text: `${HEADER}\rd,acme,2026-02-01,x\r${ROW}\r`,
  }),
  row('a fault in UTF-16', 'd,acme,2026-02-01,x', /:2, Amount.*found "x"/, {
    bytes: (text) => utf16(`\ufeff${text}`),
  }),
  whole('nothing at all', '', /the file is empty/),
  whole('only line ends', '\n\r\n\n', /the file is empty/),
  whole(
    'a column twice',
    `${HEADER},Id\n${ROW},2\n`,
    /column "Id" stands twice, as number 1 and 5/,
  ),
  whole('no header', `${ROW}\n`, /there is no column "Id".*the columns are/),
  whole(
    'a column that is called otherwise',
    `${HEADER}t\n${ROW}\n`,
    /no column "Amount" \(did you mean "Amountt"/,
  ),
  whole('semicolons', HEADER.replaceAll(',', ';'), /delimiter: ";"/),
  whole(
    'a quote never closed in the header',
    `"${HEADER}\n${ROW}`,
    /header cannot be read: this quote/,
  ),
  whole('a gzip archive', `${HEADER}\n${ROW}`, /gzip archive; export it as CSV/, {
    bytes: (text) => gzipSync(text),
  }),
  whole('a PDF', '%PDF-1.7', /a PDF; export it/),
];

/** Files of facts. */
export const IMPORTS: readonly BadFile[] = [...LINES, ...ROWS];
