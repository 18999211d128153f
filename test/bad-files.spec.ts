import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freshDatabase } from '#testing';
import { UsageError, type Io } from '../apps/cli/src/cli.js';
import { run as importVerb } from '../apps/cli/src/import.js';
import { run as scenarioVerb } from '../apps/cli/src/scenario.js';
import { OpenCompany } from '../apps/worker/src/company.js';
import { ID, IMPORTS, type BadFile } from './bad-files/imports.js';
import { MAPPINGS } from './bad-files/mappings.js';
import { IMPORTED_SCENARIOS, SCENARIOS } from './bad-files/scenarios.js';

const MAPPING = `
files:
  - file: deals.csv
    step: book-deal
    set: { id: "{Id}", account: "{Account}", bookedOn: "{Closed|date}", currency: USD, amount: "{Amount|money}" }
`;
const DEALS = `Id,Account,Closed,Amount\n${ID},acme,2026-02-01,1.50\n`;

let home: string;
let company: OpenCompany;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'everycent-bad-'));
  company = new OpenCompany(await freshDatabase(), { home });
  await company.execute({
    type: 'define-calendar',
    data: { start: '2026-01-01' },
    by: 'dora',
    recorded: '2026-01-01T00:00:00Z',
  });
});
afterAll(async () => {
  company.leaveUnsealed();
  await company.close();
  rmSync(home, { recursive: true });
});

interface Verdict {
  readonly exit: number;
  readonly out: string;
  /** What was said, with the names of files as in the folder. */
  readonly said: string;
}

// As the command line does it: what is thrown and is no word about usage ends it with a fault of ours.
const verdict = async (
  verb: typeof importVerb,
  folder: string,
  ...args: string[]
): Promise<Verdict> => {
  let [out, said] = ['', ''];
  const io: Io = {
    out: (data) => (out += String(data)),
    err: (text) => (said += text),
    env: { DATABASE_URL: company.database.url, EVERYCENT_HOME: home },
    isWatched: false,
  };
  const exit = await verb(args, io).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    said += error.message;
    return 2;
  });
  return {
    exit,
    out,
    said: (verb === scenarioVerb ? out + said : said).replaceAll(`${folder}/`, ''),
  };
};

let count = 0;
const written = ({ file, text, bytes }: BadFile): { folder: string; name: string } => {
  count += 1;
  const folder = path.join(home, `f${count}`);
  const name = path.join(folder, file);
  mkdirSync(file.endsWith('/') ? name : folder, { recursive: true });
  const content = text.replaceAll(ID, `good-${count}`);
  if (!file.endsWith('/')) writeFileSync(name, bytes?.(content) ?? content);
  return { folder, name };
};

// Nothing that only a programmer understands, and no control characters: they would change the terminal of whoever reads.
const NOT_FOR_PEOPLE = /\n {4}at |TypeError|RangeError|undefined|\[object |[^\P{Cc}\n]/u;

const expectSaid = ({ said }: Verdict, says: readonly RegExp[]): void => {
  for (const reason of says) expect(said).toMatch(reason);
  expect(said).not.toMatch(NOT_FOR_PEOPLE);
  expect(said.length).toBeLessThan(5_000);
};

const head = (): Promise<bigint> => company.store.head();

const cases = (files: readonly BadFile[]): [string, BadFile][] =>
  files.map((one) => [one.fault, one]);

describe('a bad file of facts', () => {
  it.each(cases(IMPORTS))(
    'with %s costs only its bad rows, or all with --atomic',
    async (_, one) => {
      const { folder, name } = written(one);
      const by = one.file.endsWith('.csv') ? ['--mapping', path.join(folder, 'our.yaml')] : [];
      writeFileSync(path.join(folder, 'our.yaml'), MAPPING);
      const before = await head();
      const nothing = await verdict(importVerb, folder, name, ...by, '--atomic');
      expect(nothing.exit).toBe(3);
      expectSaid(nothing, [...one.says, /Nothing was recorded/]);
      expect(await head()).toBe(before);

      const some = await verdict(importVerb, folder, name, ...by, '--json');
      expect(some.exit).toBe(3);
      expectSaid(some, one.says);
      expect(JSON.parse(some.out)).toMatchObject({ recorded: one.good ?? 0, refused: 1 });
      expect(await head()).toBe(before + BigInt(one.good ?? 0));
    },
  );

  it.each(cases(IMPORTED_SCENARIOS))('that is a scenario with %s is refused', async (_, one) => {
    const { folder, name } = written(one);
    const before = await head();
    const refused = await verdict(importVerb, folder, name);
    expect(refused.exit).toBe(3);
    expectSaid(refused, one.says);
    expect(await head()).toBe(before);
  });
});

describe('a bad mapping', () => {
  it.each(cases(MAPPINGS))('with %s records nothing of what it maps', async (_, one) => {
    const { folder, name } = written(one);
    const deals = path.join(folder, 'deals.csv');
    writeFileSync(deals, DEALS.replaceAll(ID, `mapped-${count}`));
    const before = await head();
    const refused = await verdict(importVerb, folder, deals, '--mapping', name.replace(/\/$/, ''));
    expect(refused.exit).toBe(one.exit ?? 3);
    expectSaid(refused, one.says);
    expect(await head()).toBe(before);
  });
});

describe('a bad scenario', () => {
  it.each(cases(SCENARIOS))('with %s is malformed, with its place', async (_, one) => {
    const { folder, name } = written(one);
    const refused = await verdict(scenarioVerb, folder, 'run', name.replace(/\/$/, ''));
    expect(refused.exit).toBe(2);
    expectSaid(refused, one.says);
  });
});

it('is one of at least sixty', () => {
  const all = [IMPORTS, IMPORTED_SCENARIOS, MAPPINGS, SCENARIOS].map((files) =>
    files.map(({ fault }) => fault),
  );
  expect(all.flat().length).toBeGreaterThanOrEqual(60);
  for (const faults of all) expect(new Set(faults).size).toBe(faults.length);
});
