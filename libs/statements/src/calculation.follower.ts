import type { Pool, PoolClient } from 'pg';
import { inTransaction, type Follower } from '#event-store';
import { reportingLine, type Book } from '#crediting';
import { calculate, inTeams, isLive, isOutdated, teamOf, type Ledger } from '#ledger';
import { FACTS } from './facts.follower.js';
import {
  concernedFacts,
  countMarks,
  markedPayees,
  removeMarks,
  writeMissingRates,
  writeMonths,
  type Others,
} from './calculation.postgres.js';
import { extendRows, horizonAt, horizonMonth } from './horizon.postgres.js';
import { payeeMonths, type PayeeMonth } from './month-body.js';
import { outdatedBy, type PinnedPayout } from './pinned-payout.js';
import { markStalePayouts, payableThrough, stalePayouts, takeDrafts } from './payouts.postgres.js';
import { shareOutStale } from './stale-deals.postgres.js';
import { markPayees } from './stale.postgres.js';
import { dependentsOf } from './touched.js';

/** The checkpoint's name: how far what facts come to has been calculated. */
export const CALCULATION = 'calculation';

/** What the calculation asks of those who know: the facts up to a position, and payouts in them. */
export interface CalculationSources {
  bookAt(position: bigint): Promise<Book>;
  payoutsIn(book: Book, stale: ReadonlySet<string>): readonly PinnedPayout[];
  /** Others who take part until no payee is left; told how many there are. */
  help?(payees: number): Promise<void>;
}

const WORTH_SHARING = 50;

interface Chunk {
  readonly client: PoolClient;
  readonly book: Book;
  readonly position: bigint;
}

/**
 * Shares out the marked deals, then calculates the marked payees, chunk by chunk: each chunk's rows
 * and the removal of its marks are one transaction. Several processes may share the work.
 */
export class CalculationFollower implements Follower {
  readonly name = CALCULATION;
  readonly categories: readonly string[] = [];
  readonly after = [FACTS];

  constructor(
    private readonly pool: Pool,
    private readonly sources: CalculationSources,
  ) {}

  /** Several processes take chunk after chunk, each what no other is at work on. */
  async share(): Promise<void> {
    const marks = await countMarks(this.pool);
    // What is quickly done is done by whoever moves the checkpoint.
    if (marks < WORTH_SHARING) return;
    await this.work('leave', () => this.sources.help?.(marks));
  }

  /** Nothing is left when this ends, not even what others had begun. */
  async handle(): Promise<void> {
    await this.work('await');
    if (await this.inChunk((chunk) => this.checkDrafts(chunk))) await this.work('await');
  }

  // First all that decides who is to be calculated, then who is.
  private async work(others: Others, help?: () => Promise<void> | undefined): Promise<void> {
    while (await this.inChunk((chunk) => this.prepare(chunk, others)));
    const helped = help?.();
    while (await this.inChunk((chunk) => this.calculate(chunk, others)));
    await helped;
  }

  private async prepare(chunk: Chunk, others: Others): Promise<boolean> {
    const { client, book } = chunk;
    const { payees, more } = await shareOutStale(client, book, others);
    if (payees.size > 0)
      await markPayees(
        client,
        dependentsOf(book, payees, () => reportingLine(book)),
      );
    if (more) return true;
    await this.moveHorizon(chunk);
    return false;
  }

  // With the first deal of another fiscal year everybody's ledger goes further.
  private async moveHorizon({ client, book }: Chunk): Promise<void> {
    if (!book.hasCalendar) return;
    const month = horizonMonth(book, await horizonAt(client));
    if (await extendRows(client, month)) await markPayees(client, book.payeeIds);
  }

  private async calculate({ client, book, position }: Chunk, others: Others): Promise<boolean> {
    const { payees, more } = await markedPayees(client, others, (id) => teamOf(book, id));
    if (payees.length === 0) return false;
    if (book.hasCalendar) {
      const payouts = this.sources.payoutsIn(book, await stalePayouts(client));
      const horizon = horizonMonth(book, await horizonAt(client));
      // A payout may collect months that rows do not go to yet.
      const through = Math.max(horizon, ...payouts.filter(isLive).map((payout) => payout.through));
      const months: PayeeMonth[] = [];
      const missingRates: Ledger['missingRates'][number][] = [];
      const outdated = new Set<string>();
      for (const team of inTeams(book, payees)) {
        const facts = await concernedFacts(client, book, team);
        const ledger = calculate(book.withDeals(facts), { payees: team, through, payouts });
        months.push(...payeeMonths(ledger).filter(({ month }) => month <= horizon));
        missingRates.push(...ledger.missingRates);
        for (const id of outdatedBy(ledger, team, payouts)) outdated.add(id);
      }
      await writeMonths(client, payees, months, position);
      await writeMissingRates(client, payees, missingRates);
      await markStalePayouts(client, [...outdated], position);
    }
    await removeMarks(client, payees);
    return more;
  }

  // A draft's amounts were read before it was recorded: what came in between makes it stale as well. Gives whether
  // somebody is to be calculated further than rows go.
  private async checkDrafts({ client, book, position }: Chunk): Promise<boolean> {
    const drafts = new Set(await takeDrafts(client));
    if (drafts.size === 0) return false;
    const payouts = this.sources.payoutsIn(book, await stalePayouts(client));
    const horizon = horizonMonth(book, await horizonAt(client));
    let more = false;
    for (const payout of payouts.filter((one) => drafts.has(one.id) && isLive(one))) {
      const { id, through, payees, taken } = payout;
      if (through > horizon) {
        await markPayees(client, payees ?? book.payeeIds);
        more = true;
      } else if (isOutdated(payout, await payableThrough(client, through, payees), taken)) {
        await markStalePayouts(client, [id], position);
      }
    }
    return more;
  }

  private async inChunk(work: (chunk: Chunk) => Promise<boolean>): Promise<boolean> {
    return inTransaction(
      this.pool,
      async (client) => {
        // While a chunk is being calculated no fact becomes a row: all that it reads is known at one position.
        const { rows } = await client.query<{ position: string }>(
          'select position from checkpoint where follower = $1 for share',
          [FACTS],
        );
        const position = BigInt(rows[0]?.position ?? 0);
        const book = await this.sources.bookAt(position);
        return work({ client, book, position });
      },
      // What a crash takes away is calculated again: the marks come back with it.
      'begin; set local synchronous_commit = off',
    );
  }
}
