import {
  Followers,
  isUnavailable,
  LogUnavailable,
  openDatabase,
  openEventStore,
  PostgresEventStore,
  readConfiguration,
  type Configuration,
  type Database,
  type EventStore,
  type OpenOptions,
} from '#event-store';
import { Sealer, type SealSettings } from '#audit';
import type { CommandHandler } from '#kernel';
import type { Book } from '#crediting';
import { PayeeKeys, PersonalDataStore } from '#privacy';
import { commandTable } from '#scenarios';
import {
  CreditsQueries,
  LedgerQueries,
  positionAt,
  ReferenceBook,
  type KnownAt,
} from '#statements';
import { isPayoutCommand } from './committed.js';
import { Execution, type Executed, type Given } from './execution.js';
import { followersOf } from './followers.js';
import { threadsOn } from './helpers.js';
import { payoutsAt, type KnownPayout } from './payouts.js';

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
  private readonly execution: Execution;
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
    this.execution = new Execution(this, this.reference);
    this.sealer = sealing && new Sealer(this.store, pool, sealing);
  }

  /** Decides on a command and records what follows. Throws `Refusal`, `Conflict` or `LogUnavailable`. */
  async execute(given: Given): Promise<Executed> {
    const executed = await this.execution.execute(given);
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
