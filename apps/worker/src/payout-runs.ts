import type { EventStore } from '#event-store';
import { refuse } from '#kernel';
import type { Book } from '#crediting';
import { asksAbout, type PayoutAmount } from '#ledger';
import type { KnownAt, LedgerQueries, PayeeMonth } from '#statements';
import type { KnownPayout } from './payouts.js';

/** Where runs are read: the running company. */
export interface RunSources {
  readonly store: EventStore;
  readonly ledger: LedgerQueries;
  payouts(): Promise<readonly KnownPayout[]>;
  knownAt(position: bigint): Promise<KnownAt>;
}

/** A payout by its id; refused where there is none. */
export const payoutNamed = (payouts: readonly KnownPayout[], id: string): KnownPayout =>
  payouts.find((payout) => payout.id === id) ??
  refuse('PayoutNotFound', `There is no payout "${id}".`, { payout: id });

const PAYS: ReadonlySet<string> = new Set(['approved', 'paid']);

/** The runs before one, the latest first: those that were drafted earlier and pay. */
export const earlierRuns = (payouts: readonly KnownPayout[], run: KnownPayout): KnownPayout[] =>
  payouts
    .filter(({ status, position }) => PAYS.has(status) && position < run.position)
    .sort((a, b) => b.position - a.position);

/** Whom a run asks about, in order, by what was known when it was drafted. */
export const payeesAsked = (run: KnownPayout, book: Book): string[] =>
  [...(run.payees ?? book.payeeIds)].filter((id) => asksAbout(run, id)).sort();

const EVER = -1_000_000;
const NOTHING: readonly PayoutAmount[] = [];

/** What some payees' ledgers came to at each run, by what its draft saw; each run is read once. */
export class Runs<T> {
  private readonly known = new Map<string, Promise<ReadonlyMap<string, T>>>();
  private readonly amounts = new Map<string, Map<string, readonly PayoutAmount[]>>();

  /** `reduce` keeps of a payee's months, through the run's own, what is needed of them. */
  constructor(
    private readonly from: RunSources,
    private readonly payees: readonly string[],
    private readonly reduce: (months: readonly PayeeMonth[], through: number) => T,
  ) {}

  /** Of one payee; undefined where there is no such run, or nothing of his in it. */
  async of(run: KnownPayout | undefined, payee: string): Promise<T | undefined> {
    if (!run) return undefined;
    let found = this.known.get(run.id);
    if (!found) this.known.set(run.id, (found = this.read(run)));
    return (await found).get(payee);
  }

  /** What a run pays one payee. */
  paid(run: KnownPayout | undefined, payee: string): readonly PayoutAmount[] {
    if (!run) return NOTHING;
    let amounts = this.amounts.get(run.id);
    if (!amounts) {
      amounts = new Map();
      for (const item of run.amounts)
        amounts.set(item.payee, [...(amounts.get(item.payee) ?? []), item]);
      this.amounts.set(run.id, amounts);
    }
    return amounts.get(payee) ?? NOTHING;
  }

  private async read({ position, through }: KnownPayout): Promise<ReadonlyMap<string, T>> {
    const known = await this.from.knownAt(BigInt(position));
    const found = new Map<string, T>();
    const payees = this.payees.filter((id) => known.book.payee(id));
    const question = { payees, months: { first: EVER, last: through } };
    for await (const months of this.from.ledger.calculated(question, known)) {
      const [first] = months;
      if (first) found.set(first.payee, this.reduce(months, through));
    }
    return found;
  }
}
