import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isObject } from '#kernel';
import { faultsIn, MalformedFile, readYaml, type Source as YamlSource } from '#scenarios';
import { CsvReader, type Rewind } from './csv-reader.js';
import { Header } from './header.js';
import type { Item } from './item.js';
import { jsonItem, malformed } from './json-line.js';
import { linesOf, textOf, type OnBytes } from './lines.reader.js';
import { readOnThread } from './page.reader.js';
import type { Row } from './rows.js';
import { NotText, TextReader } from './text.reader.js';

// A thread takes about as long to begin as some twenty thousand rows take.
const WORTH_A_THREAD = 4 * 1024 * 1024;
const YAML_AT_MOST = 16 * 1024 * 1024;

/** Names the content of a file, so that the same file is known again. */
export const fingerprint = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(bytes as Buffer);
  return hash.digest('hex').slice(0, 16);
};

// ---- One JSON object a line --------------------------------------------------------------

// An archive or a workbook is a fault of its first line; what else goes wrong is thrown on. From a
// thread an error comes without its class.
const notText = (error: unknown): readonly Item[] => {
  if ((error as Error).name !== 'NotText') throw error;
  return [malformed(1, (error as Error).message)];
};

/** The steps of a file of one JSON object a line. */
export async function* readNdjson(
  path: string,
  onBytes?: OnBytes,
): AsyncGenerator<readonly Item[]> {
  const { size } = await stat(path);
  try {
    if (size >= WORTH_A_THREAD) yield* readOnThread(path, onBytes);
    else for await (const lines of linesOf(path, onBytes)) yield lines.map(jsonItem);
  } catch (error) {
    yield notText(error);
  }
}

// ---- A scenario ---------------------------------------------------------------------------

const CHECKS = ['expect', 'reject'];

const yamlItem = (source: YamlSource): Item => {
  const [fault] = faultsIn(source);
  if (fault) return malformed(fault.line, fault.message, fault.column, source.value);
  return { line: source.place.line, step: source.value };
};

/** The steps of a scenario; what it expects is checked by `scenario run` and left out here. */
export async function* readScenarioSteps(path: string): AsyncGenerator<readonly Item[]> {
  if ((await stat(path)).size > YAML_AT_MOST) {
    yield [
      malformed(
        1,
        `a YAML file has at most ${YAML_AT_MOST} bytes; larger imports are NDJSON, one step a line`,
      ),
    ];
    return;
  }
  try {
    const source = readYaml(new TextReader().push(await readFile(path)));
    const steps = source.entries?.get('steps')?.source.items;
    if (!steps)
      throw new MalformedFile([
        { line: 1, column: 1, message: 'expected a scenario with a list of steps:' },
      ]);
    yield steps
      .filter(
        ({ value }) => !(isObject(value) && CHECKS.some((check) => Object.hasOwn(value, check))),
      )
      .map(yamlItem);
  } catch (error) {
    yield error instanceof MalformedFile
      ? error.faults.map(({ line, column, message }) => malformed(line, message, column))
      : notText(error);
  }
}

// ---- CSV ----------------------------------------------------------------------------------

/** A piece of a CSV file: its header, and the rows after it. */
export interface CsvPiece {
  readonly header: Header;
  readonly rows: readonly Row[];
}

async function* rowsOf(
  path: string,
  delimiter: string,
  onBytes?: OnBytes,
): AsyncGenerator<readonly Row[]> {
  for (let from: Rewind | undefined = { offset: 0, line: 1 }; from;) {
    const reader: CsvReader = new CsvReader(delimiter, from);
    let skip: number = from.offset;
    for await (const text of textOf(path, from.offset === 0 ? onBytes : undefined)) {
      // After a quote that was never closed the file is read again from the line after it.
      const rest: string = text.slice(skip);
      skip = Math.max(0, skip - text.length);
      yield reader.push(rest);
      if (reader.rewind) break;
    }
    if (!reader.rewind) yield reader.end();
    from = reader.rewind;
  }
}

/**
 * The rows of a CSV file with their header. Throws `BadHeader`, `NotText`, or what the file system
 * says.
 */
export async function* readCsv(
  path: string,
  delimiter: string,
  onBytes?: OnBytes,
): AsyncGenerator<CsvPiece> {
  let header: Header | undefined;
  for await (const rows of rowsOf(path, delimiter, onBytes)) {
    let rest = rows;
    const [first] = rows;
    if (!header && first) {
      if (first.fault) throw new NotText(`the header cannot be read: ${first.fault.message}`);
      header = new Header(first.cells);
      rest = rows.slice(1);
    }
    if (header) yield { header, rows: rest };
  }
  if (!header)
    throw new NotText('the file is empty; expected a line with the names of the columns');
}
