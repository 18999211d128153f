import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  AppendTooLarge,
  categoryOf,
  Conflict,
  LogUnavailable,
  type Append,
  type Context,
  type EventStore,
} from '#event-store';
import { canonicalJson, Refusal, type Command, type DomainEvent } from '#kernel';
import { handlerOf } from '#scenarios';
import { Desk, type Decided, type DecidedBatch, type Row } from './desk.handler.js';
import { readStep, type Item, type ItemFault, type ReadStep } from './item.js';
import { isHeldFrom } from './known-streams.js';
import { Tally, type Outcome } from './totals.js';

const BATCH = 2000;
const ATTEMPTS = 6;

// Closing and paying commit to what is computed, a dispute to its remedy: one by one, where that is
// known.
const COMMITMENTS = new Set(['period', 'payout', 'dispute', 'statement']);

/** A row that was not recorded, and why. */
export interface RefusedRow {
  readonly file: string;
  readonly line: number;
  readonly errors: readonly ItemFault[];
  readonly row?: unknown;
}

/** Rows of one file, to be recorded in order. */
export interface ImportSource {
  /** As people know it. */
  readonly file: string;
  /** Names file and content in the log, as the origin of what is recorded. */
  readonly origin: string;
  readonly pages: AsyncIterable<readonly Item[]>;
}

/** What surrounds an import. */
export interface Surroundings {
  /** Where facts are recorded. */
  readonly store: EventStore;
  /** Decides on a commitment and records it; gives the events, none where it says what is known. */
  execute(command: Command, source: string): Promise<readonly DomainEvent[]>;
  /** The instant at which it begins. */
  readonly now: string;
  /** Who imports, where a step does not say. */
  readonly by: string;
  /** The login with which he imports, where there is one. */
  readonly as?: Pick<Context, 'role' | 'payee' | 'key'>;
  /** Whether closed months commit to their log position alone, as in a history that is told. */
  readonly closesByPosition?: boolean;
  refused(row: RefusedRow): void;
  /** Called after each batch with the number of rows dealt with so far. */
  progress?(rows: number): void;
}

// The field of a command is a column of the file, where a mapping has made it from one.
const withColumn = (fault: ItemFault, { columnOf }: Item): ItemFault => {
  if (fault.column !== undefined || fault.field === undefined) return fault;
  const column = columnOf?.(fault.field);
  return column === undefined ? fault : { ...fault, column };
};

const isAppend = (decided: Decided): decided is Append =>
  decided !== undefined && !(decided instanceof Refusal);

const sizeOf = ({ events }: Append): number =>
  events.reduce((sum, { data, json = canonicalJson(data) }) => sum + json.length, 0);

/**
 * Records the steps of files: while a batch is written, the next one is read and decided on. Each
 * row is recorded, known already, or refused with the reason; the next goes on.
 */
export class Importer {
  private readonly desk: Desk;
  /** Raised when the desk has learned everything anew: what was decided before is void. */
  private generation = 0;
  private waiting: readonly Row[] = [];
  private busy: Promise<unknown> = Promise.resolve();
  private tally = new Tally('');
  private rows = 0;

  constructor(private readonly around: Surroundings) {
    this.desk = new Desk(around.store, around.now, around.by, around.as);
  }

  /** Learns what is known before the import begins. */
  async open(): Promise<void> {
    await this.desk.open();
  }

  /** Imports one file and keeps its control totals. */
  async import(source: ImportSource, tally: Tally): Promise<void> {
    this.tally = tally;
    let batch: Row[] = [];
    let flight: Promise<void> = Promise.resolve();
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const before = flight;
      flight = this.record(batch, before);
      // A failure is thrown where it is waited for.
      flight.catch(() => undefined);
      batch = [];
      await before;
      await nextTurn();
    };
    for await (const items of source.pages) {
      for (const item of items) {
        const row = this.read(item, source);
        if (!row) continue;
        if (this.isCommitment(row)) {
          await flush();
          await flight;
          await this.commit(row);
          continue;
        }
        batch.push(row);
        if (batch.length >= BATCH) await flush();
      }
      // The batch before is on its way to the log, and what the log says wants to be heard.
      await nextTurn();
    }
    await flush();
    await flight;
  }

  private isCommitment({ stream, step }: Row): boolean {
    // Whether anything is open for him is known there, too.
    if (step.type === 'forget-payee') return true;
    const category = categoryOf(stream);
    return COMMITMENTS.has(category) && !(category === 'period' && this.around.closesByPosition);
  }

  private read(item: Item, { file, origin }: ImportSource): Row | undefined {
    const { line, row } = item;
    const step = item.read ?? item.faults ?? readStep(item.step);
    if ('type' in step) {
      const stream = step.ahead?.stream ?? handlerOf(step.type).stream(step.data);
      const source = `${origin}:${line}`;
      return row ? { line, step, stream, source, row } : { line, step, stream, source };
    }
    const errors = step.map((fault) => withColumn(fault, item));
    this.refuse({ file, line, errors, row: row ? row() : item.step });
    return undefined;
  }

  private refuse(row: RefusedRow): void {
    this.around.refused(row);
    this.count('refused');
  }

  private count(outcome: Outcome, step?: ReadStep): void {
    this.tally.count(outcome, step);
    this.rows += 1;
  }

  private settle(row: Row, decided: Decided): void {
    if (decided instanceof Refusal) this.refuseRow(row, decided);
    else this.count(decided ? 'recorded' : 'duplicate', row.step);
  }

  private refuseRow({ line, step, row }: Row, { code, message }: ItemFault): void {
    const { file } = this.tally;
    const shown = row ? row() : { [step.type]: step.data };
    this.refuse({ file, line, errors: [{ code, message }], row: shown });
  }

  // ---- Facts, a batch at a time -----------------------------------------------------------

  /** Decides on a batch while the one before is being written, and then writes it. */
  private async record(rows: readonly Row[], before: Promise<void>): Promise<void> {
    this.waiting = rows;
    const { generation } = this;
    // Where it fails now, it is tried again below.
    let batch = await this.decide(rows).catch(() => undefined);
    await before;
    let left = rows;
    for (let attempt = 1; ;) {
      try {
        if (!batch || (attempt === 1 && generation !== this.generation)) {
          batch = await this.decide(left);
        }
        await this.append(batch);
        break;
      } catch (error) {
        if (batch && error instanceof AppendTooLarge) {
          left = this.refuseLargest(left, batch, error);
          await this.learnAll();
        } else {
          await this.begin(error, attempt);
          attempt += 1;
        }
        batch = undefined;
      }
    }
    const { decided } = batch;
    left.forEach((row, i) => this.settle(row, decided[i]));
    this.desk.forget(batch, this.waiting === rows ? [] : this.waiting);
    this.around.progress?.(this.rows);
  }

  /** Gives the others: of a batch nothing is recorded where one row is more than the log takes. */
  private refuseLargest(
    rows: readonly Row[],
    { decided }: DecidedBatch,
    { stream, message }: AppendTooLarge,
  ): readonly Row[] {
    const sizes = decided.map((one) => (isAppend(one) && one.stream === stream ? sizeOf(one) : 0));
    const largest = sizes.indexOf(Math.max(...sizes));
    this.refuseRow(rows[largest] as Row, { code: 'TooLarge', message });
    return rows.filter((_, i) => i !== largest);
  }

  private decide(rows: readonly Row[]): Promise<DecidedBatch> {
    return this.atDesk(() => this.desk.decide(rows));
  }

  // One thing at a time: what is being decided must not be forgotten meanwhile.
  private atDesk<T>(work: () => Promise<T>): Promise<T> {
    const done = this.busy.then(work);
    this.busy = done.catch(() => undefined);
    return done;
  }

  private async append({ decided, end }: DecidedBatch): Promise<void> {
    const appends = decided.filter(isAppend);
    if (appends.length === 0) return;
    const position = Number(await this.around.store.appendMany(appends));
    if (position !== end) await this.learnAll();
  }

  private async learnAll(): Promise<void> {
    this.generation += 1;
    await this.atDesk(() => this.desk.learnAll());
  }

  /**
   * Makes ready for another attempt after somebody else has written, or the log was away; else
   * throws.
   */
  private async begin(error: unknown, attempt: number): Promise<void> {
    const isPassing = error instanceof Conflict || error instanceof LogUnavailable;
    if (!isPassing || attempt === ATTEMPTS) throw error;
    if (error instanceof LogUnavailable) await sleep(250 * 2 ** attempt);
    try {
      await this.learnAll();
    } catch (again) {
      await this.begin(again, attempt + 1);
    }
  }

  // ---- Commitments, one by one -------------------------------------------------------------

  private async commit(row: Row): Promise<void> {
    const { step, stream, source } = row;
    try {
      const command = this.desk.command(step);
      const isHeld = isHeldFrom(source, step.data, await this.around.store.read(stream));
      const events = isHeld ? [] : await this.around.execute(command, source);
      if (events.length > 0) await this.learnAll();
      this.count(events.length > 0 ? 'recorded' : 'duplicate', step);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuseRow(row, error);
    }
  }
}
