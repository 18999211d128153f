import type { Context, EventStore } from '#event-store';
import { Refusal, type Command, type DomainEvent } from '#kernel';
import { Importer, type RefusedRow } from './importer.handler.js';
import type { Planned } from './sources.reader.js';
import { StagedStore } from './staged.store.js';
import { Tally, type Totals } from './totals.js';

/** What an import needs of the service, and what it tells while it runs. */
export interface ImportOptions {
  readonly store: EventStore;
  /** Decides on a commitment and records it; gives the events, none where it says what is known. */
  execute(command: Command, source: string): Promise<readonly DomainEvent[]>;
  readonly now: string;
  readonly by: string;
  /** The login with which he imports, where there is one. */
  readonly as?: Pick<Context, 'role' | 'payee' | 'key'>;
  /**
   * `each`: every row that is in order is recorded; `atomic`: all rows of all files or none;
   * `dry-run`: none.
   */
  readonly mode: 'each' | 'atomic' | 'dry-run';
  /** Whether closed months commit to their log position alone, as in a history that is told. */
  readonly closesByPosition?: boolean;
  refused(row: RefusedRow): void;
  begin?(file: string): void;
  progress?(done: { readonly rows: number; readonly bytes: number }): void;
}

/** The control totals of each file, and whether anything was recorded. */
export interface Imported {
  readonly totals: readonly Totals[];
  readonly isRecorded: boolean;
}

const notStaged = (): never => {
  const message =
    'Closings, payouts and disputes commit to what is recorded: import them without --atomic and --dry-run.';
  throw new Refusal('PayoutStateForbids', message);
};

/**
 * Imports files in order. Throws `Conflict` or `LogUnavailable` where the log does not take them;
 * importing again goes on where it ended.
 */
export const importFiles = async (
  plans: readonly Planned[],
  options: ImportOptions,
): Promise<Imported> => {
  const staged = options.mode === 'each' ? undefined : new StagedStore(options.store);
  let [rows, bytes] = [0, 0];
  const tell = (): void => options.progress?.({ rows, bytes });
  const importer = new Importer({
    store: staged ?? options.store,
    execute: staged ? notStaged : options.execute,
    now: options.now,
    by: options.by,
    ...(options.as && { as: options.as }),
    ...(options.closesByPosition && { closesByPosition: true }),
    refused: options.refused,
    progress: (done) => {
      rows = done;
      tell();
    },
  });
  await importer.open();
  // A mapping may read one file more than once; it still has one set of totals.
  const tallies = new Map<string, Tally>();
  for (const plan of plans) {
    const tally = tallies.get(plan.file) ?? new Tally(plan.file);
    if (!tallies.has(plan.file)) options.begin?.(plan.file);
    tallies.set(plan.file, tally);
    const source = await plan.open((read) => {
      bytes += read;
      tell();
    });
    await importer.import(source, tally);
  }
  const isClean = [...tallies.values()].every(({ refused }) => refused === 0);
  const isRecorded = options.mode === 'each' || (options.mode === 'atomic' && isClean);
  if (staged && isRecorded) await staged.commit();
  return { totals: [...tallies.values()].map(({ totals }) => totals), isRecorded };
};
