import pg from 'pg';
import { rootOfLines, verifyLog } from '#audit';
import { Followers, type EventStore } from '#event-store';
import { Refusal } from '#kernel';
import { LedgerQueries, ReferenceBook } from '#statements';
import {
  CALCULATION_VERSION,
  draftAt,
  figuresAt,
  type KnownThen,
  type Rows,
} from './commitments.js';
import {
  commitmentsIn,
  contradictionsIn,
  unlikeAmounts,
  unlikeFigures,
  type ClosedMonth,
  type Commitment,
  type DraftedPayout,
  type Unlike,
} from './commitments-made.js';
import type { OpenCompany } from './company.js';
import { followersOf } from './followers.js';
import { payoutsAt, type Pinned } from './payouts.js';
import { makeBeside, openBeside, type Progress } from './rebuild.postgres.js';

/** How one commitment compares with what its facts come to. */
export interface Compared {
  /** `period FY2026-M01` or `payout p1`. */
  readonly commitment: string;
  /** The log position that it was made at. */
  readonly position: number;
  readonly equal: boolean;
  readonly differences: readonly Unlike[];
  /** Why it differs. */
  readonly causes: readonly string[];
}

interface Found {
  readonly unlike: readonly Unlike[];
  readonly says: readonly string[];
}

/** A ledger made anew from the log's first event, stopped where commitments were made. */
class Replay {
  private readonly reference: ReferenceBook;
  private readonly followers: Followers;
  private readonly rows: Rows;
  private head = 0n;
  private readonly figures = new Map<number, readonly string[]>();
  private tampered: Promise<number | undefined> | undefined;

  constructor(
    private readonly company: OpenCompany,
    beside: pg.Pool,
    private readonly progress: Progress | undefined,
  ) {
    // The log as if it ended where the replay stands.
    const log = Object.create(company.store, {
      head: { value: () => Promise.resolve(this.head) },
    }) as EventStore;
    this.reference = new ReferenceBook(company.store);
    this.followers = new Followers(log, beside, followersOf(log, beside));
    this.rows = { pool: beside, ledger: new LedgerQueries(beside) };
  }

  /** Goes on to a position. */
  async to(position: bigint): Promise<KnownThen> {
    this.head = position;
    await this.followers.catchUp(this.progress);
    const book = await this.reference.upTo(position);
    // Which payouts had become stale is for good, and was seen then.
    const payouts = await payoutsAt(this.company.database.pool, book, position);
    return { book: book.asOf(Number(position)), position, payouts };
  }

  /** Compares a payout with what the facts up to its position come to. */
  async compare(payout: DraftedPayout): Promise<Compared> {
    return this.compared(payout, await this.payout(payout, await this.to(BigInt(payout.at))));
  }

  /** Notes the figures of a month that was closed by its position alone. */
  async note({ at, month }: ClosedMonth): Promise<void> {
    this.figures.set(month, await figuresAt(this.rows, await this.to(BigInt(at)), month));
  }

  /** Compares a closed month with what it is at the end: it stays what it was. */
  async compareClosed(closed: ClosedMonth, known: KnownThen): Promise<Compared> {
    const figures = await figuresAt(this.rows, known, closed.month);
    const noted = this.figures.get(closed.month);
    const unlike = noted ? unlikeFigures(noted, figures) : await this.unlikeRoot(closed, figures);
    return this.compared(closed, { unlike, says: [] });
  }

  private async unlikeRoot(
    { made, month }: ClosedMonth,
    figures: readonly string[],
  ): Promise<Unlike[]> {
    const root = rootOfLines(figures);
    if (root === made.root) return [];
    // Which figures were meant is known where rows still show them.
    const { database, ledger } = this.company;
    const live = await this.company.knownAt(await this.company.followers.position());
    const shown = await figuresAt({ pool: database.pool, ledger }, live, month);
    if (rootOfLines(shown) === made.root) return unlikeFigures(shown, figures);
    return [
      { figure: 'root', committed: `${made.root}`, recomputed: root },
      { figure: 'figures', committed: `${made.figures}`, recomputed: `${figures.length}` },
    ];
  }

  private async payout(commitment: DraftedPayout, known: KnownThen): Promise<Found> {
    const { totals = [], root } = commitment.made;
    const again = await this.drafted(commitment, known);
    const unlike = again.root === root ? [] : unlikeAmounts(totals, again.totals);
    return { unlike, says: contradictionsIn(commitment) };
  }

  private async drafted(
    { draft }: DraftedPayout,
    known: KnownThen,
  ): Promise<Pick<Pinned, 'root' | 'totals'>> {
    try {
      return await draftAt(this.rows, known, draft);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'PayoutEmpty') return { root: '', totals: [] };
      throw error;
    }
  }

  private async compared(
    { kind, name, at, made }: Commitment,
    { unlike, says }: Found,
  ): Promise<Compared> {
    const equal = unlike.length + says.length === 0;
    const causes = equal
      ? []
      : [...says, ...(unlike.length > 0 ? await this.causes(at, made.calculation) : [])];
    return { commitment: `${kind} ${name}`, position: at, equal, differences: unlike, causes };
  }

  private async causes(at: number, version: number | undefined): Promise<string[]> {
    if (version !== undefined && version !== CALCULATION_VERSION) {
      return [
        `it was made by version ${version} of the calculation; this is version ${CALCULATION_VERSION}`,
      ];
    }
    const changed = await (this.tampered ??= this.firstChange());
    if (changed !== undefined && changed <= at)
      return [`the log was changed, first at position ${changed}`];
    return [
      `the facts up to position ${at} come to other figures than the rows showed when it was made`,
    ];
  }

  private async firstChange(): Promise<number | undefined> {
    const { sealer, store, database } = this.company;
    if (!sealer) return undefined;
    const outside = sealer.folder.all();
    const { difference } = await verifyLog({
      store,
      pool: database.pool,
      outside,
      keys: sealer.keys,
    });
    return difference && Number(difference.position);
  }
}

/**
 * Makes the whole ledger again from the log, as it was known at a position, beside the live rows; compares it with
 * every commitment made up to then, each at the position where it was made, and closed months once more at the end.
 */
export async function* replay(
  company: OpenCompany,
  position: bigint,
  progress?: Progress,
): AsyncGenerator<Compared> {
  const schema = `replay_${process.pid}_${Date.now().toString(36)}`;
  const owner = new pg.Client({ connectionString: company.database.url });
  await owner.connect();
  const beside = openBeside(company.database.url, schema);
  try {
    await makeBeside(owner, schema, ['stale_payout']);
    const run = new Replay(company, beside, progress);
    const book = await new ReferenceBook(company.store).upTo(position);
    const commitments = commitmentsIn(book);
    for (const commitment of commitments) {
      if (commitment.kind === 'payout') yield await run.compare(commitment);
      else if (commitment.made.root === undefined) await run.note(commitment);
    }
    const known = await run.to(position);
    for (const commitment of commitments) {
      if (commitment.kind === 'period') yield await run.compareClosed(commitment, known);
    }
  } finally {
    await beside.end();
    await owner.query(`drop schema if exists ${schema} cascade`).catch(() => undefined);
    await owner.end();
  }
}
