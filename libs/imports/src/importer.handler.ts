import { setTimeout as sleep } from 'node:timers/promises';
import {
  categoryOf,
  Conflict,
  LogUnavailable,
  type Append,
  type Context,
  type EventStore,
} from '#event-store';
import {
  compareInstants,
  Refusal,
  type Command,
  type DomainEvent,
  type Known,
  type KnownFacts,
  type KnownPayouts,
} from '#kernel';
import { decideCommand, handlerOf } from '#scenarios';
import { IS_DEAL_CATEGORY, ReferenceBook } from '#statements';
import { readStep, type Item, type ItemFault, type ReadStep } from './item.js';
import { foldStream, isHeldFrom, type KnownStream } from './known-streams.js';
import { Tally, type Outcome } from './totals.js';

// Few enough to be gone again before the collector moves them to where it seldom looks.
const BATCH = 1000;
const ATTEMPTS = 6;

// Closing and paying commit to what is computed, a dispute to its remedy: one by one, where that is known.
const COMMITMENTS = new Set(['period', 'payout', 'dispute']);

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
  /** Whether closed months commit to their log position alone, as in a history that is told. */
  readonly closesByPosition?: boolean;
  refused(row: RefusedRow): void;
  /** Called after each batch with the number of rows dealt with so far. */
  progress?(rows: number): void;
}

type Decided = Append | Refusal | undefined;

const isAppend = (decided: Decided): decided is Append =>
  decided !== undefined && !(decided instanceof Refusal);

interface Row {
  readonly item: Item;
  readonly step: ReadStep;
  readonly stream: string;
  readonly source: string;
}

const PAYOUTS_ELSEWHERE: KnownPayouts = {
  isStale: () => unasked(),
  payeesOf: () => unasked(),
  makersOf: () => unasked(),
  approvalOf: () => unasked(),
  unnotedOf: () => unasked(),
};
const unasked = (): never => {
  throw new Error('Commitments are decided one by one.');
};

/**
 * Records the steps of files: reads on while a batch is written, decides a batch in memory on what
 * one query has read, and writes it with one append. Each row is recorded, known already, or
 * refused with the reason; the next goes on.
 */
export class Importer {
  private reference: ReferenceBook;
  /** Where the log ends, or will end once the batch is written. */
  private position = 0;
  private readonly streams = new Map<string, KnownStream>();
  /** When the last step was recorded: time does not go back. */
  private clock: string | undefined;
  private isFirst = false;
  private expectsNew = false;
  private tally = new Tally('');
  private rows = 0;

  constructor(private readonly around: Surroundings) {
    this.reference = new ReferenceBook(around.store);
  }

  /** Learns what is known before the import begins. */
  async open(): Promise<void> {
    await this.learnAll();
    this.isFirst = this.position === 0;
  }

  private async learnAll(): Promise<void> {
    const { store } = this.around;
    this.reference = new ReferenceBook(store);
    await this.reference.upTo();
    const { position } = this.reference;
    this.position = Number(position);
    if (position === 0n) return;
    for await (const page of store.readAll(position - 1n, { upTo: position })) {
      this.clock = page.at(-1)?.meta.recorded ?? this.clock;
    }
  }

  /** Imports one file and keeps its control totals. */
  async import(source: ImportSource, tally: Tally): Promise<void> {
    this.tally = tally;
    let batch: Row[] = [];
    let flight: Promise<void> | undefined;
    const flush = async (): Promise<void> => {
      const rows = batch;
      batch = [];
      await flight;
      flight = rows.length > 0 ? this.record(rows) : undefined;
      // A failure is thrown where it is waited for.
      flight?.catch(() => undefined);
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
    }
    await flush();
    await flight;
  }

  private isCommitment({ stream }: Row): boolean {
    const category = categoryOf(stream);
    return COMMITMENTS.has(category) && !(category === 'period' && this.around.closesByPosition);
  }

  private read(item: Item, { file, origin }: ImportSource): Row | undefined {
    const step = item.faults ?? readStep(item.step);
    if ('type' in step) {
      const stream = handlerOf(step.type).stream(step.data);
      return { item, step, stream, source: `${origin}:${item.line}` };
    }
    this.refuse(file, item, step);
    return undefined;
  }

  private refuse(file: string, item: Item, faults: readonly ItemFault[]): void {
    const errors = faults.map((fault) => {
      const column =
        fault.column ?? (fault.field === undefined ? undefined : item.columnOf?.(fault.field));
      return { ...fault, ...(column !== undefined && { column }) };
    });
    const row = item.row?.() ?? item.step;
    this.around.refused({
      file,
      line: item.line,
      errors,
      ...(row !== undefined && { row }),
    });
    this.count('refused');
  }

  private count(outcome: Outcome, step?: ReadStep): void {
    this.tally.count(outcome, step);
    this.rows += 1;
  }

  // ---- Facts, a batch at a time -----------------------------------------------------------

  private async record(rows: readonly Row[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.load(rows);
        const decided = this.decide(rows);
        await this.append(decided.filter(isAppend));
        rows.forEach((row, i) => this.settle(row, decided[i]));
        this.forgetDeals();
        this.around.progress?.(this.rows);
        return;
      } catch (error) {
        await this.begin(error, attempt);
      }
    }
  }

  /**
   * Makes ready for another attempt after somebody else has written, or the log was away; else
   * throws.
   */
  private async begin(error: unknown, attempt: number): Promise<void> {
    const isPassing = error instanceof Conflict || error instanceof LogUnavailable;
    if (!isPassing || attempt === ATTEMPTS) throw error;
    if (error instanceof LogUnavailable) await sleep(250 * 2 ** attempt);
    this.streams.clear();
    this.expectsNew = false;
    try {
      await this.learnAll();
    } catch (again) {
      await this.begin(again, attempt + 1);
    }
  }

  private async load(rows: readonly Row[]): Promise<void> {
    const missing = new Map<string, string>();
    for (const { stream, step } of rows) {
      if (!this.streams.has(stream)) missing.set(stream, step.type);
      for (const deal of handlerOf(step.type).deals?.(step.data) ?? []) {
        if (!this.streams.has(`deal-${deal}`)) missing.set(`deal-${deal}`, 'book-deal');
      }
    }
    // Where no deal of the last batch was known, those of this one are taken for new; a conflict
    // says otherwise.
    const asked = this.expectsNew
      ? [...missing].filter(([, type]) => type !== 'book-deal')
      : [...missing];
    const held =
      asked.length > 0
        ? await this.around.store.readMany(asked.map(([stream]) => stream))
        : new Map<string, never>();
    let known = 0;
    for (const [stream, type] of missing) {
      const events = held.get(stream) ?? [];
      if (type === 'book-deal' && events.length > 0) known += 1;
      this.streams.set(stream, foldStream(type, events));
    }
    this.expectsNew = known === 0;
  }

  private forgetDeals(): void {
    for (const stream of this.streams.keys()) {
      if (IS_DEAL_CATEGORY.has(categoryOf(stream))) this.streams.delete(stream);
    }
  }

  /** Decides on each row in turn, by what the rows before it have led to. */
  private decide(rows: readonly Row[]): Decided[] {
    return rows.map((row) => {
      try {
        return this.decideRow(row);
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    });
  }

  private settle({ step, item }: Row, decided: Decided): void {
    if (!(decided instanceof Refusal)) this.count(decided ? 'recorded' : 'duplicate', step);
    else this.refuse(this.tally.file, item, [{ code: decided.code, message: decided.message }]);
  }

  private decideRow({ step, stream, source }: Row): Append | undefined {
    const known = this.streams.get(stream) as KnownStream;
    if (isHeldFrom(source, step.data, known.held)) return undefined;
    const command = this.command(step);
    const events = decideCommand(command, known.state, this.known(command));
    if (events.length === 0) return undefined;
    this.refuseEarlier(command.recorded);
    const context: Context = { recorded: command.recorded, by: command.by, source };
    const expectedRevision = known.length === 0 ? 'none' : BigInt(known.length - 1);
    const { evolve } = handlerOf(step.type).decider;
    for (const event of events) known.state = evolve(known.state, event);
    known.length += events.length;
    this.clock = command.recorded;
    this.learn(stream, events, context);
    return { stream, events, expectedRevision, context };
  }

  private command({ type, data, recorded, by }: ReadStep): Command {
    return { type, data, recorded: recorded ?? this.instant(type, data), by: by ?? this.around.by };
  }

  // Without an instant of its own a step is recorded now, except where the first steps of all tell
  // a story: those go by the rule of the language, so that a scenario's facts become known when it
  // says so.
  private instant(type: string, data: object): string {
    const { now } = this.around;
    if (this.isFirst && this.clock !== undefined) return this.clock;
    if (this.isFirst && type === 'define-calendar') {
      const { start, months } = data as { start?: string; months?: readonly string[] };
      const begin = `${start ?? months?.[0]}T00:00:00Z`;
      return compareInstants(begin, now) < 0 ? begin : now;
    }
    return this.clock !== undefined && compareInstants(this.clock, now) > 0 ? this.clock : now;
  }

  private refuseEarlier(recorded: string): void {
    if (this.clock === undefined || compareInstants(recorded, this.clock) >= 0) return;
    const message = `The last fact was recorded at ${this.clock}; this one cannot be at ${recorded}.`;
    throw new Refusal('RecordedInPast', message);
  }

  private known(command: Command): Known {
    const deals = handlerOf(command.type).deals?.(command.data) ?? [];
    const facts: KnownFacts = this.reference.book;
    if (deals.length === 0) return { facts, payouts: PAYOUTS_ELSEWHERE };
    const isThere = (id: string): boolean => (this.streams.get(`deal-${id}`)?.length ?? 0) > 0;
    const withDeals = Object.create(facts, {
      deal: { value: (id: string) => (isThere(id) ? {} : undefined) },
    });
    return { facts: withDeals as KnownFacts, payouts: PAYOUTS_ELSEWHERE };
  }

  // The book is told at once, at the position that the event is going to have if nobody else writes.
  private learn(stream: string, events: readonly DomainEvent[], meta: Context): void {
    const isReference = !IS_DEAL_CATEGORY.has(categoryOf(stream));
    for (const { type, data } of events) {
      this.position += 1;
      if (!isReference) continue;
      const position = BigInt(this.position);
      this.reference.take({
        type,
        data,
        position,
        stream,
        meta,
        revision: 0n,
        id: '',
        schemaVersion: 1,
      });
    }
  }

  private async append(appends: readonly Append[]): Promise<void> {
    if (appends.length === 0) return;
    const position = Number(await this.around.store.appendMany(appends));
    if (position !== this.position) await this.learnAll();
  }

  // ---- Commitments, one by one -------------------------------------------------------------

  private async commit({ step, item, stream, source }: Row): Promise<void> {
    try {
      const command = this.command(step);
      const isHeld = isHeldFrom(source, step.data, await this.around.store.read(stream));
      const events = isHeld ? [] : await this.around.execute(command, source);
      if (events.length > 0) {
        await this.learnAll();
      }
      this.count(events.length > 0 ? 'recorded' : 'duplicate', step);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(this.tally.file, item, [{ code: error.code, message: error.message }]);
    }
  }
}
