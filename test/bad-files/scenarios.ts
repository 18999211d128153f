import { gzipSync } from 'node:zlib';
import type { BadFile } from './imports.js';

const malformed = (
  fault: string,
  text: string,
  says: RegExp,
  more: Partial<BadFile> = {},
): BadFile => ({ fault, file: 'plan.yaml', text, says: [says], exit: 2, ...more });

const steps = (...lines: string[]): string => ['scenario: One', 'steps:', ...lines, ''].join('\n');
const payment = (amount: string): string =>
  steps(`- record-payment: { deal: d, id: p, on: 2026-01-01, amount: ${amount} }`);

const deep = (open: string, close: string): string => open.repeat(5_000) + close.repeat(5_000);
const bomb = [
  'scenario: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'abcdefgh'.split('').map((name, i) => {
    const next = String.fromCharCode(name.charCodeAt(0) + 1);
    return `k${i}: &${next} [${Array(10).fill(`*${name}`).join(', ')}]`;
  }),
].join('\n');

/** Scenario files, each of which is malformed. */
export const SCENARIOS: readonly BadFile[] = [
  malformed('nothing in it', '', /plan\.yaml:1:1: found nothing, expected a scenario/),
  malformed('only a comment', '# later', /:1:1: found nothing, expected a scenario/),
  malformed('JSON cut off', '{"scenario": "One", "steps": [', /plan\.yaml:1:\d+: /),
  malformed('a quote never closed', 'scenario: "One\nsteps: []\n', /plan\.yaml:\d+:\d+: .*quote/),
  malformed('tabs for indents', 'scenario: One\nsteps:\n\t- add-payee: {}\n', /:3:1: .*[Tt]ab/),
  malformed('a second document', 'scenario: a\nsteps: []\n---\nscenario: b\n', /:3:1: .*one YAML/),
  malformed('a key twice', 'scenario: a\nscenario: b\nsteps: []', /:2:1: .*second time/),
  malformed('an alias without its anchor', steps('- *nowhere'), /:3:3: .*nowhere/),
  malformed('an alias to itself', 'scenario: a\nsteps: &s [ *s ]', /too much is nested/),
  malformed('aliases that unfold to a billion', bomb, /too much is nested|has no "k0"/),
  malformed(
    'a merge key',
    steps('- { <<: { by: ana }, add-payee: {} }'),
    /:3:5: a step has no "<<"/,
  ),
  malformed('a tag of another program', steps('- !!js/function "x"'), /:3:3: .*js\/function/),
  malformed(
    'lists nested 5,000 deep',
    `scenario: a\nsteps: ${deep('[', ']')}`,
    /plan\.yaml:\d+:\d+: /,
  ),
  malformed(
    'maps nested 5,000 deep',
    `scenario: a\nsteps: ${deep('{a: ', '}')}`,
    /plan\.yaml:\d+:\d+: /,
  ),
  malformed('a list for a key', 'scenario: a\nsteps: []\n? [a]\n: b\n', /:3:3: a key is a name/),
  malformed('a number with a fraction', payment('1.50'), /:3:61: .*write it in quotes, "1\.50"/),
  malformed('an exponent', payment('1e3'), /:3:61: .*in quotes, "1e3"/),
  malformed('a hexadecimal number', payment('0x10'), /:3:61: .*0x10.*decimals/),
  malformed('no number at all', payment('.nan'), /:3:61: .*\.nan/),
  malformed(
    'an unknown table',
    steps('- expect: { earning: [] }'),
    /:3:13: .*did you mean "earnings"/,
  ),
  malformed('an unknown reason', steps('- reject: { step: {}, code: Deal }'), /:3:29: .*"Deal"/),
  malformed('steps that are a map', 'scenario: a\nsteps: { a: 1 }', /:2:8: steps: found .*a list/),
  malformed('a step of text', steps('- add payee'), /:3:3: found "add payee", expected a step/),
  malformed('a prototype for a step', steps('- __proto__: {}'), /:3:3: a step has no "__proto__"/),
  malformed('an unknown key', 'scenario: a\nstep: []', /:2:1: .*"step" \(did you mean "steps"/),
  malformed(
    'a payee twice in one step',
    steps('- add-payee: { id: a, id: b }'),
    /:3:\d+: .*second/,
  ),
  malformed('a NUL', 'scenario: "a\0b"\nsteps: []', /:1:\d+: .*NUL/),
  malformed('Latin-1', 'scenario: Zoë\nsteps: []', /:1:\d+: .*UTF-8/, {
    bytes: (text) => Buffer.from(text, 'latin1'),
  }),
  malformed('UTF-16', 'scenario: a\nsteps: []', /:1:1: .*UTF-8/, {
    bytes: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  }),
  malformed('a gzip archive', 'scenario: a\nsteps: []', /:1:2: .*UTF-8/, {
    bytes: (text) => gzipSync(text),
  }),
  malformed('nothing in the folder', '', /There is no \.yaml file in plans/, { file: 'plans/' }),
];

/** The same as files of facts, which are read by the importer. */
export const IMPORTED_SCENARIOS: readonly BadFile[] = [
  malformed('no steps', 'scenario: a', /^plan\.yaml:1:1: expected a scenario with a list/),
  malformed('tabs for indents', 'steps:\n\t- add-payee: {}\n', /^plan\.yaml:2:1: .*[Tt]ab/),
  malformed('a number with a fraction', payment('1.50'), /^plan\.yaml:3:61: .*in quotes/),
  malformed('a second document', 'steps: []\n---\nsteps: []', /^plan\.yaml:2:1: .*one YAML/),
  malformed('an alias to itself', 'steps: &s [ *s ]', /^plan\.yaml:1:\d+: too much is nested/),
  malformed('a gzip archive', 'steps: []', /^plan\.yaml:1: .*gzip/, {
    bytes: (text) => gzipSync(text),
  }),
  malformed('Latin-1', 'scenario: Zoë\nsteps: []', /^plan\.yaml:1:13: .*not UTF-8/, {
    bytes: (text) => Buffer.from(text, 'latin1'),
  }),
  malformed('a NUL', 'scenario: "a\0b"\nsteps: []', /^plan\.yaml:1:\d+: .*NUL/),
].map((one) => ({ ...one, exit: 3 }));
