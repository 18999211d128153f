import { existsSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fingerprint, readNdjson, readScenarioSteps } from './files.reader.js';
import type { ImportSource } from './importer.handler.js';
import type { Item } from './item.js';
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
  open(): Promise<ImportSource>;
}

const REFUSED = '.refused.ndjson';

/** Where the refused rows of a file are written. */
export const refusedFile = (file: string): string => `${file}${REFUSED}`;

type Read = (file: string) => AsyncIterable<readonly Item[]>;

const READERS: Readonly<Record<string, Read>> = {
  '.ndjson': readNdjson,
  '.jsonl': readNdjson,
  '.json': readNdjson,
  '.yaml': readScenarioSteps,
  '.yml': readScenarioSteps,
};

const planned = (file: string, pages: Read): Planned => ({
  file,
  open: async () => ({
    file,
    origin: `${path.basename(file)}@${await fingerprint(file)}`,
    pages: pages(file),
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
  yield [{ line: 1, fault: { code: 'Malformed', message } }];
}

const ownSteps = ({ mapping, file, text }: NamedMapping): Planned[] => {
  async function* pages(): AsyncGenerator<readonly Item[]> {
    yield mapping.steps.map(({ line, step }) => ({ line, step, row: step }));
  }
  if (mapping.steps.length === 0) return [];
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return [
    {
      file,
      open: () =>
        Promise.resolve({ file, origin: `${path.basename(file)}@${hash}`, pages: pages() }),
    },
  ];
};

const mappedFiles = (of: FileMapping, files: readonly string[]): Planned[] => {
  const folders = [...new Set(files.map((file) => path.dirname(file)))];
  const find =
    (folder: string) =>
    (name: string): string | undefined =>
      files.find((file) => isNamed(name, path.basename(file)) && path.dirname(file) === folder) ??
      namesIn(folder)
        .filter((one) => isNamed(name, one))
        .map((one) => path.join(folder, one))[0];
  return files
    .filter((file) => folders.includes(path.dirname(file)) && isNamed(of.file, path.basename(file)))
    .map((file) => planned(file, (name) => readMapped(of, name, find(path.dirname(name)))));
};

/**
 * The files that a mapping turns into steps, in the mapping's order: of a folder all that it names,
 * else the files that are named, which then must be in the mapping.
 */
export const planMapped = (names: readonly string[], named: NamedMapping): Planned[] => {
  const { mapping } = named;
  const wanted = mapping.files.map(({ file }) => file);
  const isWanted = (file: string): boolean =>
    wanted.some((pattern) => isNamed(pattern, path.basename(file)));
  const folders = names.filter(isFolder);
  const files = names.flatMap((name) =>
    isFolder(name)
      ? namesIn(name)
          .filter(isWanted)
          .map((file) => path.join(name, file))
      : [name],
  );
  const unknown = files.find((file) => !isWanted(file));
  if (unknown !== undefined) {
    throw new BadSource(
      `${unknown} is not in the mapping; it names ${[...new Set(wanted)].join(', ')}.`,
    );
  }
  const plans = mapping.files.flatMap((of) => {
    const found = mappedFiles(of, files);
    const [folder] = folders;
    if (found.length > 0 || of.optional || folder === undefined) return found;
    const file = path.join(folder, of.file);
    const message =
      'the mapping names this file, and it is not there; optional: true would allow that';
    return [
      { file, open: () => Promise.resolve({ file, origin: of.file, pages: oneFault(message) }) },
    ];
  });
  return [...ownSteps(named), ...plans];
};
