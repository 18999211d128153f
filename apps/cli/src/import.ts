import path from 'node:path';
import {
  BadSource,
  importFiles,
  openMapping,
  planMapped,
  planSteps,
  RefusedRows,
  shippedMappings,
  unmapped,
  type Imported,
  type ImportOptions,
  type ItemFault,
  type Planned,
  type RefusedRow,
  type Totals,
} from '#imports';
import { MalformedFile } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { withCompany } from './with-company.js';

export const help = `Examples
  everycent import facts.ndjson                        steps, one JSON object a line
  everycent import plan.yaml january/                  a scenario's steps; every file of a folder
  everycent import crm/ --mapping salesforce           CSV, by a mapping that ships
  everycent import deals.csv --mapping our-crm.yaml    CSV, by one of your own
  everycent import crm/ --mapping hubspot --dry-run    says what would happen, records nothing

Records facts from files. A row that is not in order is refused, with the reason, in a file beside its own
(deals.csv.refused.ndjson), and the others are recorded. The same file again records nothing, so an import that was
interrupted is simply run again. What a scenario expects or rejects is left out: it is no fact.

Options
  --mapping NAME|FILE   how CSV becomes steps; ships: ${shippedMappings().join(', ')}
  --dry-run             decide on everything and record nothing
  --atomic              record all rows of all files, or none if one is refused; keeps the import in memory
                        (a log in EventStoreDB takes it stream by stream: if that is cut off, run it again)
  --by USER             who says so, where a step does not (default: admin)
  --json                control totals as one JSON object a file

Exit: 0 all rows recorded or known, 3 some refused, 5 somebody else wrote at the same time, 6 no database.
`;

const OPTIONS = {
  mapping: { type: 'string' },
  'dry-run': { type: 'boolean' },
  atomic: { type: 'boolean' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const SHOWN = 10;

const placeOf = ({ column, field }: ItemFault): string => {
  if (typeof column === 'number') return `:${column}`;
  const names = [...new Set([column, field])].filter((name) => name !== undefined);
  return names.length === 0 ? '' : `, ${names.join(' → ')}`;
};

const talkOf = ({ file, line, errors }: RefusedRow): string =>
  errors
    .map((error) => `${file}:${line}${placeOf(error)}: ${error.message} (${error.code})\n`)
    .join('');

const table = (totals: readonly Totals[]): string => {
  const head = ['file', 'read', 'recorded', 'duplicate', 'refused', 'bookings'];
  const rows = totals.map(({ file, read, recorded, duplicate, refused, sums }) => [
    file,
    ...[read, recorded, duplicate, refused].map(String),
    Object.entries(sums)
      .map(([currency, sum]) => `${sum} ${currency}`)
      .join(', '),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const pad = (cell: string, i: number): string =>
    i === 0 || i === 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return [head, ...rows].map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
};

/** Tells, on a terminal, how far an import is and how long it will take. */
const progressOn = (io: Io, total: number): ImportOptions['progress'] => {
  if (!io.isWatched) return undefined;
  const began = performance.now();
  let said = 0;
  return ({ rows, bytes }) => {
    const now = performance.now();
    if (now - said < 200) return;
    said = now;
    const part = total === 0 ? 1 : Math.min(1, bytes / total);
    const left = part === 0 ? 0 : ((now - began) * (1 - part)) / part / 1000;
    io.err(`\r${rows} rows, ${Math.floor(part * 100)}%, ${Math.ceil(left)} s left   `);
  };
};

const plansOf = (names: readonly string[], mapping: string | undefined, io: Io): Planned[] => {
  if (mapping === undefined) return planSteps(names);
  const named = openMapping(mapping);
  const plans = planMapped(names, named);
  const others = unmapped(names, named.mapping).map((file) => path.basename(file));
  if (others.length > 0) io.err(`Not in the mapping, and left alone: ${others.join(', ')}\n`);
  return plans;
};

/** What is to be imported; undefined, with every fault said, where the mapping is not in order. */
const planned = (
  names: readonly string[],
  mapping: string | undefined,
  io: Io,
): Planned[] | undefined => {
  try {
    return plansOf(names, mapping, io);
  } catch (error) {
    if (error instanceof BadSource) throw new UsageError(error.message);
    if (!(error instanceof MalformedFile)) throw error;
    for (const { line, column, message } of error.faults) {
      io.err(`${mapping}:${line}:${column}: ${message}\n`);
    }
    return undefined;
  }
};

/** Shows the first refused rows, and writes all of them beside their files. */
class Refused {
  private readonly rows = new RefusedRows();
  private count = 0;

  constructor(
    private readonly io: Io,
    private readonly isWritten: boolean,
  ) {}

  begin(file: string): void {
    if (this.isWritten) this.rows.begin(file);
  }

  take(row: RefusedRow): void {
    this.count += 1;
    if (this.count <= SHOWN) this.io.err(talkOf(row));
    if (this.isWritten) this.rows.write(row);
  }

  end(): void {
    if (this.count > SHOWN) this.io.err(`… and ${this.count - SHOWN} more\n`);
    for (const file of this.rows.end()) this.io.err(`Refused rows, with reasons: ${file}\n`);
  }
}

const importInto = async (
  company: OpenCompany,
  plans: readonly Planned[],
  options: Pick<ImportOptions, 'by' | 'mode'>,
  io: Io,
): Promise<Imported> => {
  const refused = new Refused(io, options.mode !== 'dry-run');
  const progress = progressOn(
    io,
    plans.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  try {
    return await importFiles(plans, {
      ...options,
      store: company.store,
      now: new Date().toISOString(),
      execute: async (command, source) => (await company.execute({ ...command, source })).events,
      refused: (row) => refused.take(row),
      begin: (file) => refused.begin(file),
      ...(progress && { progress }),
    });
  } finally {
    if (io.isWatched) io.err('\r\u001b[K');
    refused.end();
  }
};

/** Imports files of steps, or CSV by a mapping. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  if (positionals.length === 0) throw new UsageError('Name a file or folder to import.');
  if (values.atomic && values['dry-run']) throw new UsageError('--atomic or --dry-run, not both.');
  const mode = values.atomic ? 'atomic' : values['dry-run'] ? 'dry-run' : 'each';
  const plans = planned(positionals, values.mapping, io);
  if (plans === undefined) return EXIT.faults;
  return withCompany(io, async (company) => {
    const options = { by: values.by ?? 'admin', mode } as const;
    const { totals, isRecorded } = await importInto(company, plans, options, io);
    io.out(values.json ? totals.map((row) => `${JSON.stringify(row)}\n`).join('') : table(totals));
    if (!isRecorded) io.err('Nothing was recorded.\n');
    return totals.some(({ refused }) => refused > 0) ? EXIT.faults : EXIT.fine;
  });
};
