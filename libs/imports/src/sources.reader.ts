import { existsSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fingerprint, readNdjson, readScenarioSteps } from './files.reader.js';
import type { ImportSource } from './importer.handler.js';
import type { Item } from './item.js';
import type { OnBytes } from './lines.reader.js';
import { isNamed, type FileMapping, type Mapping } from './mapping.js';
import { readMapped } from './mapped.reader.js';

/** A mapping with the file that it stands in. */
export interface NamedMapping {
  readonly mapping: Mapping;
  readonly file: string;
  readonly text: string;
}

/** The command line names something that cannot be imported; the message says what could be. */
export class BadSource extends Error {
  override readonly name = 'BadSource';
}

/** A file that is going to be imported, not opened yet. */
export interface Planned {
  readonly file: string;
  /** For telling how far an import is. */
  readonly bytes: number;
  open(onBytes?: OnBytes): Promise<ImportSource>;
}

const REFUSED = '.refused.ndjson';

/** Where the refused rows of a file are written. */
export const refusedFile = (file: string): string => `${file}${REFUSED}`;

type Read = (file: string, onBytes?: OnBytes) => AsyncIterable<readonly Item[]>;

const READERS: Readonly<Record<string, Read>> = {
  '.ndjson': readNdjson,
  '.jsonl': readNdjson,
  '.json': readNdjson,
  '.yaml': readScenarioSteps,
  '.yml': readScenarioSteps,
};

const planned = (file: string, pages: Read): Planned => ({
  file,
  bytes: statSync(file).size,
  open: async (onBytes) => ({
    file,
    origin: `${path.basename(file)}@${await fingerprint(file)}`,
    pages: pages(file, onBytes),
  }),
});

const readerOf = (file: string): Read | undefined => READERS[path.extname(file).toLowerCase()];

const isFolder = (name: string): boolean => {
  if (!existsSync(name)) throw new BadSource(`There is no file or folder ${name}.`);
  return statSync(name).isDirectory();
};

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(REFUSED))
    .map(({ name }) => name)
    .sort();

/** The files of steps that the arguments name, in their order; those of a folder by name. */
export const planSteps = (names: readonly string[]): Planned[] =>
  names.flatMap((name) => {
    if (!isFolder(name)) {
      const read = readerOf(name);
      if (read) return [planned(name, read)];
      const valid = `${Object.keys(READERS).join(', ')}, and CSV with --mapping`;
      throw new BadSource(`${name}: nothing says how to read it; valid: ${valid}.`);
    }
    const files = namesIn(name).filter(readerOf);
    if (files.length > 0)
      return files.map((file) => planned(path.join(name, file), readerOf(file) as Read));
    const hint = namesIn(name).some((file) => file.endsWith('.csv'))
      ? '; for its CSV files name a --mapping'
      : '';
    throw new BadSource(`${name} holds no steps in ${Object.keys(READERS).join(', ')}${hint}.`);
  });

async function* oneFault(message: string): AsyncGenerator<readonly Item[]> {
  yield [{ line: 1, faults: [{ code: 'Malformed', message }] }];
}

const ownSteps = ({ mapping, file, text }: NamedMapping): Planned[] => {
  async function* pages(): AsyncGenerator<readonly Item[]> {
    yield mapping.steps.map(({ line, step }) => ({ line, step }));
  }
  if (mapping.steps.length === 0) return [];
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return [
    {
      file,
      bytes: 0,
      open: () =>
        Promise.resolve({ file, origin: `${path.basename(file)}@${hash}`, pages: pages() }),
    },
  ];
};

/** A file of that name in the same folder. */
const beside =
  (file: string) =>
  (name: string): string | undefined => {
    const folder = path.dirname(file);
    const found = namesIn(folder).find((one) => isNamed(name, one));
    return found === undefined ? undefined : path.join(folder, found);
  };

const mappedFile = (of: FileMapping, file: string): Planned =>
  planned(file, (name, onBytes) => readMapped(of, name, beside(name), onBytes));

const missingFile = (file: string): Planned => {
  const message =
    'the mapping names this file and it is not there; optional: true would allow that';
  return {
    file,
    bytes: 0,
    open: () => Promise.resolve({ file, origin: path.basename(file), pages: oneFault(message) }),
  };
};

const filesOf = (names: readonly string[]): string[] =>
  names.flatMap((name) =>
    isFolder(name) ? namesIn(name).map((file) => path.join(name, file)) : [name],
  );

const isOneOf = (patterns: readonly string[], file: string): boolean =>
  patterns.some((pattern) => isNamed(pattern, path.basename(file)));

/** The files among those given, or in the folders given, with which a mapping does nothing. */
export const unmapped = (names: readonly string[], { files }: Mapping): string[] => {
  const used = files.flatMap(({ file, lookups, lists }) => [
    file,
    ...lookups.map((lookup) => lookup.file),
    ...lists.flatMap((list) => [list.file, ...list.lookups.map((lookup) => lookup.file)]),
  ]);
  return filesOf(names).filter((file) => !isOneOf(used, file));
};

/**
 * The files that a mapping turns into steps, in the mapping's order: of a folder all that it names,
 * else the files that are named.
 */
export const planMapped = (names: readonly string[], named: NamedMapping): Planned[] => {
  const { mapping } = named;
  const files = filesOf(names);
  const wanted = mapping.files.map(({ file }) => file);
  if (!files.some((file) => isOneOf(wanted, file))) {
    const what = `${[...new Set(wanted)].join(', ')}`;
    throw new BadSource(`Nothing here is named by the mapping; it names ${what}.`);
  }
  const folder = names.find(isFolder);
  const plans = mapping.files.flatMap((of) => {
    const found = files.filter((file) => isNamed(of.file, path.basename(file)));
    if (found.length > 0) return found.map((file) => mappedFile(of, file));
    return of.optional || folder === undefined ? [] : [missingFile(path.join(folder, of.file))];
  });
  return [...ownSteps(named), ...plans];
};
