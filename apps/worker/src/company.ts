import {
  Conflict,
  Decisions,
  Followers,
  isUnavailable,
  LogUnavailable,
  openDatabase,
  openEventStore,
  PostgresEventStore,
  readConfiguration,
  type Configuration,
  type Context,
  type Database,
  type EventStore,
  type OpenOptions,
} from '#event-store';
import { Sealer, type SealSettings } from '#audit';
import {
  compareInstants,
  Refusal,
  refuse,
  type Command,
  type CommandHandler,
  type DomainEvent,
  type Known,
} from '#kernel';
import type { Book } from '#crediting';
import { disputeHandlers } from '#disputes';
import { PayeeKeys, PersonalDataStore } from '#privacy';
import { causedBy, commandTable, decideCommand, handlerOf } from '#scenarios';
import {
  CreditsQueries,
  factOf,
  LedgerQueries,
  positionAt,
  ReferenceBook,
  type KnownAt,
} from '#statements';
import { committedBy, isPayoutCommand } from './committed.js';
import { followersOf } from './followers.js';
import { threadsOn } from './helpers.js';
import { Turns } from './turns.postgres.js';
import { unnotedIn } from './payout-review.js';
import { knownPayouts, NO_PAYOUTS, payoutsAt, type KnownPayout } from './payouts.js';

/** A command and the circumstances in which it is given. */
export interface Given extends Omit<Command, 'recorded'> {
  /** When it was learned: of a history that is brought in; the server's clock says it otherwise. */
  readonly recorded?: string;
  /** The same for a command that is sent again, so that the log records it once. */
  readonly commandId?: string;
  /** Where it came from, such as `orders.csv:17`. */
  readonly source?: string;
}

/** What a command led to: its events, none where it said what is known, and the position that shows it. */
export interface Executed {
  readonly events: readonly DomainEvent[];
  readonly position: bigint;
}

/** Of when something is asked: now, an instant (`2026-01-31T09:00:00Z`) or a position of the log. */
export type AsOf = string | bigint | undefined;

// What somebody commits to is covered by a signed head at once.
const COMMITS: ReadonlySet<string> = new Set([
  'close-period',
  'resolve-dispute',
  'issue-statement',
  'forget-payee',
]);

const ROWS_WITHIN_MS = 5000;

// What is payable must not change while somebody commits to it.
const isAboutPay = (type: string): boolean => isPayoutCommand(type) || type === 'forget-payee';
const isDisputeCommand = (type: string): boolean => Object.hasOwn(disputeHandlers, type);

/**
 * The running service: commands go in, rows come out. It works straight on the database; several
 * may be open at the same time, in one process or in many.
 */
export class OpenCompany {
  readonly commands: Readonly<Record<string, CommandHandler>> = commandTable;
  readonly followers: Followers;
  readonly ledger: LedgerQueries;
  readonly credits: CreditsQueries;
  private readonly reference: ReferenceBook;
  private readonly decisions: Decisions;
  private readonly turns: Turns;
  private lastRecorded = '';
  private sealsOnClose = true;
  /** Signs what is recorded; undefined where there is no home to keep the key and the heads. */
  readonly sealer: Sealer | undefined;
  /** Whether the database's address is enough to open the log as well, as a thread that helps must. */
  readonly isLogInDatabase: boolean;
  /** The log, in which the personal data of payees is sealed. */
  readonly store: EventStore;

  constructor(
    readonly database: Database,
    sealing?: SealSettings,
    log: EventStore = new PostgresEventStore(database.pool),
  ) {
    const { pool } = database;
    this.store = new PersonalDataStore(log, new PayeeKeys(database));
    this.isLogInDatabase = log instanceof PostgresEventStore;
    const help = this.isLogInDatabase ? threadsOn(database.url) : undefined;
    this.followers = new Followers(this.store, pool, followersOf(this.store, pool, help));
    this.ledger = new LedgerQueries(pool);
    this.credits = new CreditsQueries(pool);
    this.reference = new ReferenceBook(this.store);
    this.decisions = new Decisions(this.store);
    this.turns = new Turns(pool);
    this.sealer = sealing && new Sealer(this.store, pool, sealing);
  }

  /** Decides on a command and records what follows. Throws `Refusal`, `Conflict` or `LogUnavailable`. */
  async execute(given: Given): Promise<Executed> {
    const executed = await this.inTurn(given);
    // It is recorded whether or not it can be sealed just now: nobody waits, and the next seal covers it.
    if (isPayoutCommand(given.type) || COMMITS.has(given.type))
      this.sealer?.seal().catch(() => undefined);
    return executed;
  }

  /** Takes all rows to the head of the log, and gives that position. */
  async catchUp(
    progress?: (follower: string, position: bigint, head: bigint) => void,
  ): Promise<bigint> {
    return this.followers.catchUp(progress);
  }

  /** The position of the log's last event. */
  async health(): Promise<{ readonly position: number }> {
    return { position: Number(await this.store.head()) };
  }

  /** All facts but those about deals, as known now. */
  async book(): Promise<Book> {
    return this.reference.upTo();
  }

  /**
   * The position that is meant; undefined for now. An instant means all that was recorded by then. It is answered by
   * rows: where they have not come so far, they are waited for.
   */
  async positionOf(asOf: AsOf): Promise<bigint | undefined> {
    if (asOf === undefined) return undefined;
    const named =
      typeof asOf === 'bigint' || /^\d+$/.test(asOf)
        ? BigInt(asOf)
        : await positionAt(this.store, asOf);
    if (named <= (await this.followers.position())) return named;
    const head = await this.store.head();
    const position = named > head ? head : named;
    if (await this.followers.reached(position, ROWS_WITHIN_MS)) return position;
    throw new LogUnavailable(new Error(`rows have not come to position ${position} yet`));
  }

  /** When the event at a position was recorded; an empty text where there is none. */
  async recordedAt(position: bigint): Promise<string> {
    for await (const [event] of this.store.readAll(position - 1n, { upTo: position }))
      if (event) return event.meta.recorded;
    return '';
  }

  /** What was known at a position that is at most the rows' own, payouts with it. */
  async knownAt(position: bigint): Promise<KnownAt & { readonly payouts: readonly KnownPayout[] }> {
    const book = await this.reference.upTo(position);
    return {
      book: book.asOf(Number(position)),
      position,
      payouts: await payoutsAt(this.database.pool, book, position),
    };
  }

  /** The payouts as rows show them now. */
  async payouts(): Promise<readonly KnownPayout[]> {
    return (await this.knownAt(await this.followers.position())).payouts;
  }

  /** Closing signs nothing: the log is not what was signed before. */
  leaveUnsealed(): void {
    this.sealsOnClose = false;
  }

  /** Seals what was recorded, and ends all connections. */
  async close(): Promise<void> {
    try {
      if (this.sealsOnClose) await this.sealer?.seal();
    } catch (error) {
      if (!(error instanceof LogUnavailable) && !isUnavailable(error)) throw error;
    } finally {
      await this.store.close();
      await this.database.close();
    }
  }

  private async inTurn(given: Given): Promise<Executed> {
    if (given.type === 'close-period') return this.turns.take('periods', () => this.decide(given));
    if (isAboutPay(given.type)) {
      // Payouts are decided on one after the other, and by rows that know everything.
      return this.turns.take('payouts', async () => {
        await this.catchUp();
        return this.decide(given);
      });
    }
    if (!isDisputeCommand(given.type)) return this.decide(given);
    // Nobody withdraws a dispute between its remedy and its resolution.
    return this.turns.take(handlerOf(given.type).stream(given.data), () => this.decide(given));
  }

  private async decide(given: Given): Promise<Executed> {
    const recorded = await this.instantOf(given);
    const command: Command = { ...given, recorded };
    const remedy = causedBy(command);
    if (remedy) {
      await this.refuseUnlessAllowed(command);
      await this.record(remedy, { ...given, source: handlerOf(command.type).stream(command.data) });
    }
    const committed = await committedBy(this, command);
    return this.record(committed ? { ...command, with: committed } : command, given);
  }

  // What is refused has no consequences.
  private async refuseUnlessAllowed(command: Command): Promise<void> {
    const { decider, stream } = handlerOf(command.type);
    const events = await this.store.read(stream(command.data));
    const state = events.reduce<unknown>(
      (before, event) => decider.evolve(before, event),
      decider.initial,
    );
    decideCommand(command, state, await this.known(command));
  }

  private async record(command: Command, given: Given): Promise<Executed> {
    const { decider, stream } = handlerOf(command.type);
    const name = stream(command.data);
    const { role, payee, key, commandId, source } = given;
    const context: Context = {
      recorded: command.recorded,
      by: command.by,
      ...(role !== undefined && { role }),
      ...(payee !== undefined && { payee }),
      ...(key !== undefined && { key }),
      ...(commandId !== undefined && { commandId }),
      ...(source !== undefined && { source }),
    };
    const begun = await this.begin(command, name, context);
    if (begun) return begun;
    const known = await this.known(command);
    return this.decisions.run(
      { ...decider, decide: (_, state) => decideCommand(command, state, known) },
      name,
      command,
      context,
    );
  }

  // A booking nearly always begins its stream and asks only for payees, who never go away: it is decided by what is in
  // memory, without asking the log. Undefined where that does not do; then it is decided like everything else.
  private async begin(
    command: Command,
    stream: string,
    context: Context,
  ): Promise<Executed | undefined> {
    if (command.type !== 'book-deal') return undefined;
    const known = { facts: this.reference.book, payouts: NO_PAYOUTS };
    try {
      const events = decideCommand(command, undefined, known);
      const { position } = await this.store.append(stream, events, 'none', context);
      return { events, position };
    } catch (error) {
      if (error instanceof Refusal || error instanceof Conflict) return undefined;
      throw error;
    }
  }

  private async known(command: Command): Promise<Known> {
    const book = await this.reference.upTo();
    const ids = handlerOf(command.type).deals?.(command.data) ?? [];
    const found =
      ids.length === 0 ? undefined : await this.store.readMany(ids.map((id) => `deal-${id}`));
    const facts = found ? book.withDeals([...found.values()].flat().map(factOf)) : book;
    if (!isPayoutCommand(command.type)) return { facts, payouts: NO_PAYOUTS };
    const { payout } = command.data as { payout?: string };
    const unnoted =
      command.type === 'approve-payout' ? await unnotedIn(this, payout as string) : [];
    return {
      facts,
      payouts: await knownPayouts(
        this.database.pool,
        book,
        this.reference.position,
        payout,
        unnoted,
      ),
    };
  }

  // The log's own instants never go back: that is what makes an instant mean a position.
  private async instantOf({ recorded }: Given): Promise<string> {
    if (this.lastRecorded === '')
      this.lastRecorded = await this.recordedAt(await this.store.head());
    const instant = recorded ?? new Date().toISOString();
    const isEarlier = this.lastRecorded !== '' && compareInstants(instant, this.lastRecorded) < 0;
    if (isEarlier && recorded !== undefined) {
      const message = `The last fact was recorded at ${this.lastRecorded}; this one cannot be at ${recorded}.`;
      refuse('RecordedInPast', message);
    }
    if (!isEarlier) this.lastRecorded = instant;
    return this.lastRecorded;
  }
}

export { readConfiguration } from '#event-store';

/** Opens the service that the environment describes. Throws `ConfigurationError`, `LogUnavailable` or `AnotherLog`. */
export const openCompany = async (
  configuration: Configuration = readConfiguration(),
  options?: OpenOptions,
): Promise<OpenCompany> => {
  const database = await openDatabase(configuration, options);
  try {
    return new OpenCompany(
      database,
      configuration,
      await openEventStore(configuration, database.pool),
    );
  } catch (error) {
    await database.close();
    throw error;
  }
};
