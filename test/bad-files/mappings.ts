import { gzipSync } from 'node:zlib';
import type { BadFile } from './imports.js';

const SET = 'set: { id: "{Id}" }';

const mapping = (
  fault: string,
  text: string,
  says: RegExp,
  more: Partial<BadFile> = {},
): BadFile => ({ fault, file: 'our.yaml', text, says: [says], ...more });

const file = (...lines: string[]): string =>
  ['files:', '  - file: deals.csv', ...lines.map((line) => `    ${line}`), ''].join('\n');

/** Mappings, each of which is malformed; what they map is in order. */
export const MAPPINGS: readonly BadFile[] = [
  mapping('nothing in it', '', /^our\.yaml:1:1: expected a mapping with files:/),
  mapping('no files', 'files: []', /^our\.yaml:1:8: files: is missing/),
  mapping(
    'an unknown key',
    `file:\n${file('step: book-deal', SET)}`,
    /our\.yaml:1:1: .*"file" \(did/,
  ),
  mapping('an unknown command', file('step: book-deel', SET), /:3:\d+: .*did you mean "book-deal"/),
  mapping('no command', file(SET), /:2:\d+: step: is missing/),
  mapping('no fields', file('step: book-deal'), /:2:\d+: set: is missing/),
  mapping(
    'a filter that is not there',
    file('step: book-deal', 'set: { id: "{Id|trm}" }'),
    /:4:16: there is no filter trm \(did you mean "trim"/,
  ),
  mapping(
    'a filter that objects inherit',
    file('step: book-deal', 'set: { id: "{Id|constructor}" }'),
    /no filter constructor/,
  ),
  mapping(
    'a brace without its partner',
    file('step: book-deal', 'set: { id: "{Id" }'),
    /:4:16: a brace/,
  ),
  mapping(
    'a placeholder without a column',
    file('step: book-deal', 'set: { id: "{}" }'),
    /names no column/,
  ),
  mapping(
    'a table that is not there',
    file('step: book-deal', 'set: { id: "{Id|table:t}" }'),
    /there is no table t/,
  ),
  mapping(
    'a condition that is none',
    file('step: book-deal', SET, 'where: row.Id ==='),
    /:5:12: where: /,
  ),
  mapping(
    'two characters between cells',
    file('step: book-deal', SET, 'delimiter: ";;"'),
    /:5:16: delimiter: expected one/,
  ),
  mapping(
    'a fraction in a constant',
    file('step: book-deal', 'set: { amount: 1.5 }'),
    /:4:20: .*in quotes/,
  ),
  mapping('a key twice', file('step: book-deal', 'step: add-payee', SET), /:4:5: .*second time/),
  mapping('tabs for indents', 'files:\n\t- file: deals.csv\n', /our\.yaml:2:1: .*[Tt]ab/),
  mapping('an alias to itself', 'files: &f [ *f ]', /too much is nested/),
  mapping('Latin-1', `mapping: Zoë\n${file('step: book-deal', SET)}`, /our\.yaml:1:12: .*UTF-8/, {
    bytes: (text) => Buffer.from(text, 'latin1'),
  }),
  mapping('a gzip archive', file('step: book-deal', SET), /our\.yaml:1:2: .*UTF-8/, {
    bytes: (text) => gzipSync(text),
  }),
  mapping('a folder', '', /our\.yaml is a folder/, { file: 'our.yaml/', exit: 2 }),
];
