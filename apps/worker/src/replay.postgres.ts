import pg from 'pg';
import { LinesRoot, rootOfLines, verifyLog } from '#audit';
import { Refusal } from '#kernel';
import type { Book } from '#crediting';
import { calculate, type PayoutAmount } from '#ledger';
import { askedWith } from '#payouts';
import { payeeMonths, statementContent } from '#statements';
import { CALCULATION_VERSION, figuresAt, figuresOf, type KnownThen } from './commitments.js';
import {
  commitmentsIn,
  contradictionsIn,
  statementsIn,
  unlikeAmounts,
  unlikeContents,
  unlikeFigures,
  type ClosedMonth,
  type Commitment,
  type DraftedPayout,
  type GivenStatement,
  type Unlike,
} from './commitments-made.js';
import type { OpenCompany } from './company.js';
import { inflated, sha256, unnamed } from './issued-statements.js';
import { LedgerAgain, type Part } from './ledger-again.postgres.js';
import { pin, type Pinned } from './payouts.js';
import { makeBeside, openBeside, type Progress } from './rebuild.postgres.js';
import { statementAt } from './statements.js';

/** How one commitment compares with what its facts come to. */
export interface Compared {
  /** `period FY2026-M01`, `payout p1` or `statement ana FY2026-M01`. */
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

/** What everybody's ledgers, each calculated once, come to for the closed months and the payouts of them. */
class Sums {
  readonly months = new Map<number, LinesRoot>();
  private readonly payable = new Map<DraftedPayout, PayoutAmount[]>();

  constructor(
    private readonly known: KnownThen,
    closed: readonly ClosedMonth[],
    /** Payouts of months that were closed before them: those are the same ever since. */
    settled: readonly DraftedPayout[],
  ) {
    for (const { month } of closed) this.months.set(month, new LinesRoot());
    for (const payout of settled) this.payable.set(payout, []);
  }

  /** The last fiscal month that anybody is calculated to; undefined where nothing asks for any. */
  private get through(): number | undefined {
    const months = [
      ...this.months.keys(),
      ...[...this.payable.keys()].map((one) => this.last(one)),
    ];
    return months.length > 0 ? Math.max(...months) : undefined;
  }

  last({ draft }: DraftedPayout): number {
    return this.known.book.calendar.period(draft.through).last;
  }

  add({ payees, book }: Part): void {
    const { through, known } = this;
    if (through === undefined) return;
    const ledger = calculate(book, { payees, through, payouts: known.payouts });
    for (const month of payeeMonths(ledger)) {
      const lines = this.months.get(month.month);
      if (lines) for (const figure of figuresOf([month], known)) lines.add(figure);
    }
    for (const [payout, amounts] of this.payable) {
      const last = this.last(payout);
      for (const row of ledger.payable) if (row.month <= last) amounts.push(row);
    }
  }

  /** All that was payable to those whom a payout asks about; undefined where its months were open. */
  payableOf(payout: DraftedPayout) {
    const amounts = this.payable.get(payout);
    if (!amounts) return undefined;
    const through = this.last(payout);
    return { through, payable: amounts.map((amount) => ({ ...amount, month: through })) };
  }
}

/** Holds every commitment against a ledger that was made again from the log's first event. */
class Replay {
  private tampered: Promise<number | undefined> | undefined;
  private readonly closed: readonly ClosedMonth[];
  private readonly payouts: readonly DraftedPayout[];

  constructor(
    private readonly company: OpenCompany,
    private readonly again: LedgerAgain,
    private readonly position: bigint,
    private readonly book: Book,
  ) {
    const made = commitmentsIn(book);
    this.closed = made.filter((one) => one.kind === 'period');
    this.payouts = made.filter((one) => one.kind === 'payout');
  }

  async *run(): AsyncGenerator<Compared> {
    const { closed, payouts } = this;
    const settled = payouts.filter((payout) => this.wasClosed(payout));
    const sums = new Sums(await this.again.known(), closed, settled);
    for await (const part of this.again.parts()) {
      sums.add(part);
      for (const payee of part.payees) yield* this.statementsOf(payee);
    }
    for (const payout of payouts) yield this.compared(payout, await this.payout(payout, sums));
    for (const month of closed)
      yield this.compared(month, { unlike: await this.unlikeMonth(month, sums), says: [] });
  }

  // ---- Statements -----------------------------------------------------------------------

  private async *statementsOf(payee: string): AsyncGenerator<Compared> {
    const events = await this.company.store.read(`statement-${payee}`);
    for (const issued of statementsIn(events, this.position))
      yield this.compared(issued, await this.statement(issued));
  }

  private async statement({ made, at, payee, period, content }: GivenStatement): Promise<Found> {
    const asked = { payee, period, asOf: BigInt(at) };
    const recomputed = await statementAt(this.again.statements, asked)
      .then(statementContent)
      .catch(nothingIfRefused);
    const words = wordsOf(content);
    const says =
      sha256(words) === made.sha256 ? [] : ['its words do not have the hash that it names'];
    const committed = words === '' ? words : unnamed(words);
    if (committed === recomputed) return { unlike: [], says };
    const unlike = unlikeContents(committed, recomputed);
    if (unlike.length > 0) return { unlike, says };
    return { unlike: [{ figure: 'content', committed, recomputed }], says };
  }

  // ---- Payouts --------------------------------------------------------------------------

  // Whether the months that a payout collects were closed when it was drafted.
  private wasClosed({ at, draft, made }: DraftedPayout): boolean {
    const last = Math.max(...this.closed.filter((one) => one.at <= at).map(({ month }) => month));
    return made.position !== undefined && this.book.calendar.period(draft.through).last <= last;
  }

  private async payout(payout: DraftedPayout, sums: Sums): Promise<Found> {
    const { totals = [], root } = payout.made;
    const says = contradictionsIn(payout);
    const settled = sums.payableOf(payout);
    if (settled && (await this.pinned(payout, settled)).root === root) return { unlike: [], says };
    const asOf = await this.again.payableAt(BigInt(payout.at), sums.last(payout));
    const again = await this.pinned(payout, asOf);
    return { unlike: again.root === root ? [] : unlikeAmounts(totals, again.totals), says };
  }

  private async pinned(
    { at, draft }: DraftedPayout,
    payable: Parameters<typeof pin>[0],
  ): Promise<Pick<Pinned, 'root' | 'totals'>> {
    const { payees, holds } = draft;
    const asked = { through: payable.through, ...(payees && { payees }), ...askedWith(holds) };
    return pin(payable, asked, (await this.again.known(BigInt(at))).payouts, BigInt(at));
  }

  // ---- Closed months --------------------------------------------------------------------

  // A closed month stays what it was: it is compared with what it is at the end.
  private async unlikeMonth({ made, month }: ClosedMonth, sums: Sums): Promise<Unlike[]> {
    const lines = sums.months.get(month) as LinesRoot;
    if (made.root === lines.root) return [];
    // Which figures were meant is known where rows still show them; a month that was closed by its position alone
    // committed to nothing else.
    const { database, ledger, followers } = this.company;
    const live = await this.company.knownAt(await followers.position());
    const shown = await figuresAt({ pool: database.pool, ledger }, live, month);
    const root = rootOfLines(shown);
    if (made.root === undefined && root === lines.root) return [];
    if ((made.root ?? root) === root) {
      const figures = await figuresAt(this.again.rows, await this.again.known(), month);
      return unlikeFigures(shown, figures);
    }
    return [
      { figure: 'root', committed: `${made.root}`, recomputed: lines.root },
      { figure: 'figures', committed: `${made.figures}`, recomputed: `${lines.count}` },
    ];
  }

  // ---- Causes ---------------------------------------------------------------------------

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

const nothingIfRefused = (error: unknown): string => {
  if (error instanceof Refusal) return '';
  throw error;
};

// What cannot be read is no statement.
const wordsOf = (content: string): string => {
  try {
    const words = inflated(content);
    JSON.parse(words);
    return words;
  } catch {
    return '';
  }
};

/**
 * Makes the whole ledger again from the log, as it was known at a position, beside the live rows; compares it with
 * every commitment made up to then: issued statements and payouts by what was known when they were made, closed months
 * by what they are at the end, and with the rows where they were closed by their position alone.
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
    await makeBeside(owner, schema);
    const { store, database } = company;
    const again = await LedgerAgain.make(
      { store, live: database.pool, beside },
      position,
      progress,
    );
    const { book } = await again.known();
    yield* new Replay(company, again, position, book).run();
  } finally {
    await beside.end();
    await owner.query(`drop schema if exists ${schema} cascade`).catch(() => undefined);
    await owner.end();
  }
}
