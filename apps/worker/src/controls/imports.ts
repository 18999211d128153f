import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { EventStore, RecordedEvent } from '#event-store';
import { Tally } from '#imports';
import { exceptions, listed, type ControlReport, type Finding, type Span } from './control.js';

const SOURCE = /^(.*)@([0-9a-f]{16}):(\d+)$/;
const COLUMNS = [
  'file',
  'sha256',
  'rowsInFile',
  'rows',
  'events',
  'first',
  'last',
  'sums',
  'by',
  'exception',
];

/** What the log holds of one imported file. */
interface Imported {
  readonly file: string;
  readonly sha256: string;
  readonly lines: Set<number>;
  readonly by: Set<string>;
  readonly tally: Tally;
  readonly first: bigint;
  last: bigint;
  events: number;
}

const take = (
  known: Map<string, Imported>,
  { position, type, data, meta }: RecordedEvent,
): void => {
  const [, file, sha256, line] = SOURCE.exec(meta.source ?? '') ?? [];
  if (file === undefined || sha256 === undefined) return;
  const key = `${file}@${sha256}`;
  let found = known.get(key);
  if (!found) {
    found = {
      file,
      sha256,
      lines: new Set(),
      by: new Set(),
      tally: new Tally(file),
      first: position,
      last: position,
      events: 0,
    };
    known.set(key, found);
  }
  found.events += 1;
  found.last = position;
  found.lines.add(Number(line));
  found.by.add(meta.by);
  if (type === 'DealBooked') found.tally.count('recorded', { type: 'book-deal', data });
};

interface OnDisk {
  readonly sha256: string;
  /** Lines that are not empty. */
  readonly rows: number;
}

const readFile = async (file: string): Promise<OnDisk> => {
  const hash = createHash('sha256');
  const stream = createReadStream(file);
  stream.on('data', (bytes) => void hash.update(bytes));
  let rows = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity }))
    if (line.trim() !== '') rows += 1;
  return { sha256: hash.digest('hex').slice(0, 16), rows };
};

const isOneRowALine = (file: string): boolean => /\.(ndjson|jsonl)$/i.test(file);

const finding = (
  { file, sha256, lines, by, tally, first, last, events }: Imported,
  onDisk: OnDisk | undefined,
): Finding => {
  const sums = Object.entries(tally.totals.sums).map(
    ([currency, amount]) => `${amount} ${currency}`,
  );
  const isShort = onDisk !== undefined && isOneRowALine(file) && lines.size < onDisk.rows;
  return {
    file,
    sha256,
    rowsInFile: onDisk ? String(onDisk.rows) : '',
    rows: String(lines.size),
    events: String(events),
    first: String(first),
    last: String(last),
    sums: listed(sums),
    by: listed(by),
    exception: exceptions({
      [`${(onDisk?.rows ?? 0) - lines.size} rows were not recorded from this file: known before, or refused`]:
        isShort,
    }),
  };
};

/**
 * Completeness of imports: what the log holds of each file, by the hash of its content, with rows and control totals;
 * the files given are read again and compared.
 */
export const importsControl = async (
  store: EventStore,
  { from, to }: Span,
  files: readonly string[] = [],
): Promise<ControlReport> => {
  const known = new Map<string, Imported>();
  for await (const page of store.readAll(from > 0n ? from - 1n : 0n, { upTo: to }))
    for (const event of page) take(known, event);
  const onDisk = new Map<string, OnDisk & { readonly file: string }>();
  for (const file of files) onDisk.set(path.basename(file), { file, ...(await readFile(file)) });
  const byHash = new Map([...onDisk.values()].map((one) => [one.sha256, one]));
  const imported = [...known.values()];
  const hashes = new Set(imported.map(({ sha256 }) => sha256));
  const unknown = [...onDisk]
    .filter(([, { sha256 }]) => !hashes.has(sha256))
    .map(([file, { sha256, rows }]): Finding => ({
      file,
      sha256,
      rowsInFile: String(rows),
      rows: '0',
      events: '0',
      first: '',
      last: '',
      sums: '',
      by: '',
      exception: 'nothing of a file with this content was recorded',
    }));
  return {
    columns: COLUMNS,
    findings: [...imported.map((one) => finding(one, byHash.get(one.sha256))), ...unknown],
  };
};
