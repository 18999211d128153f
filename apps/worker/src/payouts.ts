import type { Pool } from 'pg';
import { rootOfLines } from '#audit';
import { canonicalJson, Exact, formatUnits, minorUnits, type Approval, type Known } from '#kernel';
import type { Book } from '#crediting';
import {
  asksAbout,
  collectable,
  isLive,
  takenBy,
  type Asked,
  type Ledger,
  type Payout,
  type PayoutAmount,
} from '#ledger';
import {
  approvalNeeded,
  askedWith,
  payout as rules,
  type DraftPayout,
  type Hold,
  type Maker,
  type NotePayout,
  type PayoutEvent,
} from '#payouts';
import { makersOf, stalePayouts, type PinnedPayout } from '#statements';

/** An amount of money as events and answers carry it. */
export interface PaidTo {
  readonly payee: string;
  readonly currency: string;
  readonly amount: string;
}

/** What a draft commits to, beside what was asked for. */
export interface Pinned {
  /** The log position at which the amounts were read. */
  readonly position: number;
  /** Names the totals: what an approval agrees to. */
  readonly root: string;
  readonly totals: readonly PaidTo[];
  /** What other payouts had taken of the same payees' pay. */
  readonly taken: readonly PaidTo[];
}

/** A payout with all that is known of it. */
export interface KnownPayout extends PinnedPayout {
  readonly root: string;
  readonly position: number;
  /** The fiscal month through which it collects, by name. */
  readonly throughName: string;
  /** Who did what, in order. */
  readonly history: readonly {
    readonly event: string;
    readonly by: string;
    readonly recorded: string;
  }[];
  /** Who is left for a later draft, and why. */
  readonly holds: readonly Hold[];
  /** What was said of what is unusual in it. */
  readonly notes: readonly (NotePayout & Maker)[];
  readonly draftedBy: Maker;
  /** Who has approved it so far. */
  readonly approvals: readonly Maker[];
  /** The log position of the last approval that it needed. */
  readonly approvedAt?: number;
}

const read = ({ payee, currency, amount }: PaidTo): PayoutAmount => ({
  payee,
  currency,
  amount: Exact.from(amount).round(minorUnits(currency)),
});

/** An amount in minor units as decimal text. */
export const amountText = (amount: bigint, currency: string): string =>
  formatUnits(amount, minorUnits(currency));

const write = ({ payee, currency, amount }: PayoutAmount): PaidTo => ({
  payee,
  currency,
  amount: amountText(amount, currency),
});

const payoutOf = (book: Book, id: string, stale: ReadonlySet<string>): KnownPayout | undefined => {
  const facts = book.facts(`payout-${id}`);
  let state = rules.initial;
  let approvedAt: number | undefined;
  for (const { type, data, position: at } of facts) {
    state = rules.evolve(state, { type, data } as PayoutEvent);
    if (type === 'PayoutApproved' && state?.status === 'approved') approvedAt = at;
  }
  const drafted = facts[0]?.data as (DraftPayout & Partial<Pinned>) | undefined;
  if (!state || !drafted) return undefined;
  const { position = 0, root = '', totals = [], taken = [], payees, holds = [] } = drafted;
  const wasPaid = facts.some(({ type }) => type === 'PayoutConfirmed');
  return {
    id,
    status: isLive(state) && stale.has(id) ? 'stale' : state.status,
    through: book.calendar.period(drafted.through).first,
    throughName: drafted.through,
    amounts: totals.map(read),
    taken: taken.map(read),
    wasPaid,
    holds,
    ...askedWith(holds),
    notes: state.notes,
    draftedBy: state.draftedBy,
    approvals: state.approvals,
    ...(approvedAt !== undefined && { approvedAt }),
    root,
    position,
    history: facts.map(({ type, by, recorded }) => ({ event: type, by, recorded })),
    ...(payees && { payees }),
  };
};

/** The payouts that a book knows, by id; `stale` are those that later facts have outdated. */
export const payoutsIn = (book: Book, stale: ReadonlySet<string>): KnownPayout[] =>
  book.idsOf('payout').flatMap((id) => payoutOf(book, id, stale) ?? []);

/** What a draft commits to, by all that is payable. */
export const pin = (
  ledger: Pick<Ledger, 'through' | 'payable'>,
  asked: Asked,
  others: readonly Payout[],
  position: bigint,
): Pinned => {
  const taken = takenBy(others).filter(({ payee }) => asksAbout(asked, payee));
  const totals = collectable(ledger, asked, taken).map(write);
  return {
    position: Number(position),
    root: rootOfLines(totals.map(canonicalJson)),
    totals,
    taken: taken.map(write),
  };
};

/** All payouts at a position of the log that the book knows. */
export const payoutsAt = async (pool: Pool, book: Book, position: bigint): Promise<KnownPayout[]> =>
  payoutsIn(book.asOf(Number(position)), await stalePayouts(pool, position));

/** What payouts have to say about a command that names one of them, or none. */
export const knownPayouts = async (
  pool: Pool,
  book: Book,
  position: bigint,
  named: string | undefined,
  unnoted: readonly string[],
): Promise<Known['payouts']> => {
  const all = await payoutsAt(pool, book, position);
  const payouts = new Map(all.map((payout) => [payout.id, payout]));
  const payeesOf = (id: string): string[] =>
    payouts.get(id)?.amounts.map(({ payee }) => payee) ?? [];
  const makers = named === undefined ? [] : await makersOf(pool, payeesOf(named));
  const drafter = named === undefined ? undefined : payouts.get(named)?.draftedBy;
  if (drafter) makers.push(drafter.by, ...(drafter.byPayee === undefined ? [] : [drafter.byPayee]));
  return {
    isStale: (id) => payouts.get(id)?.status === 'stale',
    payeesOf,
    makersOf: (id) => (id === named ? makers : []),
    approvalOf: (id) => approvalOf(book, all, id),
    unnotedOf: (id) => (id === named ? unnoted : []),
  };
};

/** What a payout needs to be approved, by the policy for the fiscal month through which it collects. */
export const approvalOf = (book: Book, payouts: readonly KnownPayout[], id: string): Approval => {
  const inOrder = [...payouts].sort((a, b) => a.position - b.position);
  const through = payouts.find((payout) => payout.id === id)?.through ?? 0;
  return approvalNeeded(book.policy(through).approvals, inOrder, id);
};

/** What there is to know for a command that no payout has to do with. */
export const NO_PAYOUTS: Known['payouts'] = {
  isStale: () => false,
  payeesOf: () => [],
  makersOf: () => [],
  approvalOf: () => ({ approvers: 1 }),
  unnotedOf: () => [],
};
