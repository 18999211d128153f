import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  categoryOf,
  eventIds,
  type Append,
  type Context,
  type EventStore,
  type NewEvent,
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
import { checkFirst, decideCommand, handlerOf } from '#scenarios';
import { IS_DEAL_CATEGORY, ReferenceBook } from '#statements';
import type { ReadStep } from './item.js';
import { foldStream, isHeldFrom, stateOf, type KnownStream } from './known-streams.js';

/** A row that is well formed, with the stream that it concerns and where it comes from. */
export interface Row {
  readonly line: number;
  /** The row as it was read, where it is not the step itself. */
  readonly row?: () => unknown;
  readonly step: ReadStep;
  readonly stream: string;
  readonly source: string;
}

/** What a row led to: events to record, a refusal, or nothing where it says what is known. */
export type Decided = Append | Refusal | undefined;

/** The decisions on a batch, and where the log ends if they are recorded and nobody else writes. */
export interface DecidedBatch {
  readonly decided: readonly Decided[];
  readonly end: number;
  /** The deals that it concerns, as they are known with it. */
  readonly deals: KnownDeals;
}

type KnownDeals = ReadonlyMap<string, KnownStream>;

const isDeal = (stream: string): boolean => IS_DEAL_CATEGORY.has(categoryOf(stream));

const AT_A_STRETCH = 250;

// Reference streams are kept from batch to batch, up to this many.
const STREAMS_KEPT = 50_000;

const unasked = (): never => {
  throw new Error('Commitments are decided one by one.');
};

const PAYOUTS_ELSEWHERE: KnownPayouts = {
  isStale: unasked,
  payeesOf: unasked,
  makersOf: unasked,
  approvalOf: unasked,
  unnotedOf: unasked,
};

const NONE: readonly string[] = [];

/** An event whose data are what a step says: they are read only where somebody asks for them. */
class Said implements NewEvent {
  constructor(
    readonly type: string,
    private readonly step: ReadStep,
    readonly id?: string,
  ) {}

  get data(): object {
    return this.step.data;
  }

  get json(): string {
    return this.step.json as string;
  }
}

/** The streams of the deals that a step concerns besides its own. */
const dealsOf = (step: ReadStep): readonly string[] =>
  handlerOf(step.type)
    .deals?.(step.data)
    .map((deal) => `deal-${deal}`) ?? NONE;

/**
 * Decides on batches of steps in memory: knows all facts but those about deals, and the streams
 * that the batches at hand concern. What is decided counts as known at once.
 */
export class Desk {
  private reference: ReferenceBook;
  private readonly references = new Map<string, KnownStream>();
  /**
   * Of the batches that are not recorded yet, each forgotten as a whole: one map for all of them
   * would grow old, and what it ever held with it.
   */
  private batches: KnownDeals[] = [];
  private end = 0;
  /** When the last step was recorded: time does not go back. */
  private clock: string | undefined;
  private isFirst = false;
  private expectsNew = false;
  private idOf: ((n: number) => string) | undefined;
  private ids = 0;

  constructor(
    private readonly store: EventStore,
    private readonly now: string,
    private readonly by: string,
    private readonly as: Pick<Context, 'role' | 'payee' | 'key'> = {},
  ) {
    this.reference = new ReferenceBook(store);
  }

  /** Learns what is known before the first batch. */
  async open(): Promise<void> {
    await this.learnAll();
    this.isFirst = this.end === 0;
  }

  /** Learns everything anew from the log, after somebody else has written to it. */
  async learnAll(): Promise<void> {
    this.references.clear();
    this.batches = [];
    this.expectsNew = false;
    this.reference = new ReferenceBook(this.store);
    await this.reference.upTo();
    const { position } = this.reference;
    this.end = Number(position);
    if (position === 0n) return;
    for await (const page of this.store.readAll(position - 1n, { upTo: position })) {
      this.clock = page.at(-1)?.meta.recorded ?? this.clock;
    }
  }

  /** Loads what a batch concerns with one query, and decides on each row by what came before it. */
  async decide(rows: readonly Row[]): Promise<DecidedBatch> {
    const deals = await this.load(rows);
    this.batches = [...this.batches, deals];
    const decided: Decided[] = [];
    for (const row of rows) {
      decided.push(this.decidedOrRefused(row));
      // Whoever writes the batch before has his turn in between.
      if (decided.length % AT_A_STRETCH === 0) await nextTurn();
    }
    return { decided, end: this.end, deals };
  }

  private decidedOrRefused(row: Row): Decided {
    try {
      return this.decideRow(row);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  /** Forgets the deals of a batch that is recorded, and reference streams that the next does not ask for. */
  forget({ deals }: DecidedBatch, next: readonly Row[]): void {
    this.batches = this.batches.filter((batch) => batch !== deals);
    if (this.references.size < STREAMS_KEPT) return;
    const kept = new Set(next.map(({ stream }) => stream));
    for (const stream of this.references.keys())
      if (!kept.has(stream)) this.references.delete(stream);
  }

  /** A step as a command: when it becomes known, and who says so. */
  command(step: ReadStep): Command {
    return { type: step.type, data: step.data, ...this.circumstances(step), ...this.as };
  }

  private circumstances(step: ReadStep): Pick<Command, 'recorded' | 'by'> {
    const { recorded = this.instant(step), by = this.by } = step;
    return { recorded, by };
  }

  private find(stream: string): KnownStream | undefined {
    for (let last = this.batches.length - 1; last >= 0; last -= 1) {
      const known = this.batches[last]?.get(stream);
      if (known) return known;
    }
    return this.references.get(stream);
  }

  private async load(rows: readonly Row[]): Promise<KnownDeals> {
    const asked = new Map<string, string>();
    const deals = new Map<string, KnownStream>();
    const set = (stream: string, known: KnownStream): void =>
      void (isDeal(stream) ? deals : this.references).set(stream, known);
    // Where no deal of the last batch was known, those of this one are taken for new; a conflict
    // says otherwise.
    const ask = (stream: string, type: string): void => {
      if (deals.has(stream)) return;
      const known = this.find(stream);
      if (known) set(stream, known);
      else if (this.expectsNew && type === 'book-deal') deals.set(stream, foldStream(type, []));
      else asked.set(stream, type);
    };
    for (const { stream, step } of rows) {
      ask(stream, step.type);
      for (const deal of dealsOf(step)) ask(deal, 'book-deal');
    }
    if (asked.size === 0) return deals;
    const held = await this.store.readMany([...asked.keys()]);
    let known = 0;
    for (const [stream, type] of asked) {
      const events = held.get(stream) ?? [];
      if (type === 'book-deal' && events.length > 0) known += 1;
      set(stream, foldStream(type, events));
    }
    this.expectsNew = known === 0;
    return deals;
  }

  private decideRow({ step, stream, source }: Row): Append | undefined {
    const known = this.find(stream) as KnownStream;
    if (known.held.length > 0 && isHeldFrom(source, step.data, known.held)) return undefined;
    const said = this.eventsOf(step, known);
    if (said.length === 0) return undefined;
    const { recorded, by } = this.circumstances(step);
    const context: Context = { by, ...this.as, recorded, source };
    this.refuseEarlier(recorded);
    const events = this.numbered(said, step, source);
    const expectedRevision = known.length === 0 ? 'none' : BigInt(known.length - 1);
    known.fresh = known.fresh.length === 0 ? events : [...known.fresh, ...events];
    known.length += events.length;
    this.clock = recorded;
    this.learn(stream, events, context);
    return { stream, events, expectedRevision, context };
  }

  private eventsOf(step: ReadStep, known: KnownStream): readonly DomainEvent[] {
    const first = step.ahead?.first;
    if (first && known.length === 0) {
      checkFirst(step.type, first, this.reference.book);
      return [new Said(first.event, step)];
    }
    const command = this.command(step);
    return decideCommand(command, stateOf(known, step.type), this.known(command));
  }

  // What a command says is often what is recorded, and has been written as JSON already.
  private numbered(events: readonly DomainEvent[], step: ReadStep, source: string): NewEvent[] {
    this.idOf ??= eventIds(`${source}\n${this.now}\n${this.by}`);
    const numbered: NewEvent[] = [];
    for (const event of events) {
      const id = this.idOf((this.ids += 1));
      const isSaid = event instanceof Said || (step.json !== undefined && event.data === step.data);
      numbered.push(isSaid ? new Said(event.type, step, id) : { ...event, id });
    }
    return numbered;
  }

  // Without an instant of its own a step is recorded now, except where the first steps of all tell
  // a story: those go by the rule of the language, so that a scenario's facts become known when it
  // says so.
  private instant(step: ReadStep): string {
    const { now } = this;
    if (this.isFirst && this.clock !== undefined) return this.clock;
    if (this.isFirst && step.type === 'define-calendar') {
      const { start, months } = step.data as { start?: string; months?: readonly string[] };
      const begin = `${start ?? months?.[0]}T00:00:00Z`;
      return compareInstants(begin, now) < 0 ? begin : now;
    }
    if (this.clock === undefined || this.clock === now) return now;
    return compareInstants(this.clock, now) > 0 ? this.clock : now;
  }

  private refuseEarlier(recorded: string): void {
    const { clock } = this;
    if (clock === undefined || recorded === clock || compareInstants(recorded, clock) >= 0) return;
    const message = `The last fact was recorded at ${clock}; this one cannot be at ${recorded}.`;
    throw new Refusal('RecordedInPast', message);
  }

  private known(command: Command): Known {
    const deals = handlerOf(command.type).deals?.(command.data) ?? [];
    const facts: KnownFacts = this.reference.book;
    if (deals.length === 0) return { facts, payouts: PAYOUTS_ELSEWHERE };
    const isThere = (id: string): boolean => (this.find(`deal-${id}`)?.length ?? 0) > 0;
    const withDeals = Object.create(facts, {
      deal: { value: (id: string) => (isThere(id) ? {} : undefined) },
    });
    return { facts: withDeals as KnownFacts, payouts: PAYOUTS_ELSEWHERE };
  }

  // The book is told at once, at the position that the event is going to have if nobody else writes.
  private learn(stream: string, events: readonly DomainEvent[], meta: Context): void {
    const first = this.end + 1;
    this.end += events.length;
    if (isDeal(stream)) return;
    const unstored = { revision: 0n, id: '', schemaVersion: 1 };
    events.forEach(({ type, data }, i) =>
      this.reference.take({ type, data, position: BigInt(first + i), stream, meta, ...unstored }),
    );
  }
}
