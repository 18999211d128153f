import type { EventStore } from '#event-store';
import { formatDay, type Approval } from '#kernel';
import type { Book } from '#crediting';
import { asksAbout, type PayoutAmount } from '#ledger';
import {
  controlTotals,
  reviewPayee,
  type ControlTotal,
  type Flagged,
  type Hold,
  type Maker,
  type Part,
  type PayeeInRun,
  type ReviewedPayee,
} from '#payouts';
import type { PayeeMonth } from '#statements';
import { disputesIn } from './known-disputes.js';
import { earlierRuns, payeesAsked, payoutNamed, Runs, type RunSources } from './payout-runs.js';
import { approvalOf, type KnownPayout } from './payouts.js';

/** Something unusual, and what was said of it. */
export interface ReviewedFlag extends Flagged {
  readonly notes: readonly { readonly by: string; readonly note: string }[];
  /** Whether the policy wants a note before approval, and there is none. */
  readonly needsNote: boolean;
}

/** A payout run as an approver wants to see it. */
export interface PayoutReview {
  readonly payout: string;
  readonly status: KnownPayout['status'];
  readonly through: string;
  readonly position: number;
  readonly root: string;
  /** The last run that paid somebody whom this one asks about. */
  readonly lastRun?: string;
  readonly approval: Approval & { readonly given: readonly Maker[] };
  readonly totals: readonly ControlTotal[];
  readonly payees: readonly Omit<ReviewedPayee, 'flags'>[];
  readonly flags: readonly ReviewedFlag[];
  readonly holds: readonly Hold[];
}

/** What the facts that a run saw make payable through its month, payee by payee. */
interface Standing {
  readonly parts: readonly Part[];
  /** Shortfalls at the end of the run's month. */
  readonly owed: readonly PayoutAmount[];
}

const standingOf = (months: readonly PayeeMonth[], through: number): Standing => {
  const parts = months
    .flatMap(({ postings }) => postings)
    .filter(({ payout }) => payout === undefined)
    .flatMap(({ cause, component, entries }) =>
      entries
        .filter(({ account }) => account === 'payable')
        .map(({ currency, amount }): Part => ({
          component: component || (component === '' ? 'manual' : cause),
          currency,
          amount: -amount,
        })),
    );
  const owed = months
    .flatMap(({ balances }) => balances)
    .filter(({ account, month }) => account === 'owed' && month === through);
  return { parts, owed };
};

const NOTHING: Standing = { parts: [], owed: [] };

const less = (now: readonly Part[], before: readonly Part[]): Part[] => [
  ...now,
  ...before.map((part) => ({ ...part, amount: -part.amount })),
];

// What is due to him through the run's month is less than what other payouts hold of it.
const overpaid = (
  payee: string,
  parts: readonly Part[],
  taken: readonly PayoutAmount[],
): PayoutAmount[] => {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of parts) sums.set(currency, (sums.get(currency) ?? 0n) - amount);
  for (const { currency, amount } of taken) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums]
    .filter(([, amount]) => amount > 0n)
    .map(([currency, amount]) => ({ payee, currency, amount }));
};

/** The disputes that are open, with the payee each is about. */
const openDisputes = (book: Book): { readonly id: string; readonly payee: string }[] =>
  [...disputesIn(book)].flatMap(([id, { status, opened }]) =>
    status === 'open' ? [{ id, payee: opened.payee }] : [],
  );

type Adjusted = ReadonlyMap<
  string,
  readonly { readonly position: number; readonly says: string }[]
>;

const manualIn = async (store: EventStore, upTo: number): Promise<Adjusted> => {
  const found = new Map<string, { position: number; says: string }[]>();
  const categories = ['creditadjustment', 'earningsadjustment'];
  for await (const page of store.readAll(0n, { categories, upTo: BigInt(upTo) })) {
    for (const { type, data, position } of page) {
      const { id, payee, amount, reason } = data as {
        id: string;
        payee: string;
        amount: string;
        reason: string;
      };
      const what = type === 'CreditAdjusted' ? 'credit' : 'earnings';
      const says = `${what} adjusted by hand by ${amount} (${id}: ${reason})`;
      found.set(payee, [...(found.get(payee) ?? []), { position: Number(position), says }]);
    }
  }
  return found;
};

const hasPlanIn = (book: Book, payee: string, month: number): boolean => {
  const [first, last] = [book.calendar.startOf(month), book.calendar.endOf(month)];
  return book.assignments(payee).some(({ from, to }) => from <= last && first <= to);
};

const endedBy = (book: Book, payee: string, month: number): string | undefined => {
  const { terminatedOn } = book.payee(payee) ?? {};
  return terminatedOn !== undefined && terminatedOn <= book.calendar.endOf(month)
    ? formatDay(terminatedOn)
    : undefined;
};

const reviewedPayees = async (
  from: RunSources,
  run: KnownPayout,
  payouts: readonly KnownPayout[],
): Promise<{ readonly reviewed: ReviewedPayee[]; readonly last: readonly KnownPayout[] }> => {
  const { book } = await from.knownAt(BigInt(run.position));
  const { book: now } = await from.knownAt(await from.store.head());
  const earlier = earlierRuns(payouts, run);
  const asked = payeesAsked(run, book);
  const runs = new Runs(from, asked, standingOf);
  const disputes = openDisputes(now);
  const manual = await manualIn(from.store, run.position);
  const lastRuns = new Set<KnownPayout>();
  const reviewed: ReviewedPayee[] = [];
  for (const payee of asked) {
    const his = earlier.filter((before) => asksAbout(before, payee));
    const [last, beforeLast] = his;
    const [standing, lastStanding, lastButOne] = [
      await runs.of(run, payee),
      await runs.of(last, payee),
      await runs.of(beforeLast, payee),
    ].map((found) => found ?? NOTHING) as [Standing, Standing, Standing];
    const terminatedOn = endedBy(book, payee, run.through);
    const owes = overpaid(
      payee,
      standing.parts,
      run.taken.filter((item) => item.payee === payee),
    );
    const found: PayeeInRun = {
      payee,
      name: book.payee(payee)?.name ?? '',
      amounts: runs.paid(run, payee),
      last: runs.paid(last, payee),
      parts: less(standing.parts, lastStanding.parts),
      lastParts: less(lastStanding.parts, lastButOne.parts),
      earlier: his.map((before) => runs.paid(before, payee)),
      owes: owes.length > 0 ? owes : standing.owed,
      hasPlan: hasPlanIn(book, payee, run.through) && terminatedOn === undefined,
      manual: (manual.get(payee) ?? [])
        .filter(({ position }) => position > (last?.position ?? 0))
        .map(({ says }) => says),
      disputes: disputes.filter((open) => open.payee === payee).map(({ id }) => id),
      ...(terminatedOn !== undefined && { terminatedOn }),
    };
    if (last && found.last.length > 0) lastRuns.add(last);
    reviewed.push(reviewPayee(found));
  }
  return { reviewed, last: earlier.filter((before) => lastRuns.has(before)) };
};

/** A payout run as an approver wants to see it, by what its draft saw; refused where there is none. */
export const reviewOf = async (from: RunSources, id: string): Promise<PayoutReview> => {
  const payouts = await from.payouts();
  const run = payoutNamed(payouts, id);
  const { book } = await from.knownAt(await from.store.head());
  const approval = approvalOf(book, payouts, id);
  const { reviewed, last } = await reviewedPayees(from, run, payouts);
  const flags = reviewed
    .flatMap((payee) => payee.flags)
    .map((flagged): ReviewedFlag => {
      const notes = run.notes
        .filter(({ payee }) => payee === flagged.payee)
        .map(({ by, note }) => ({ by, note }));
      return {
        ...flagged,
        notes,
        needsNote: notes.length === 0 && (approval.notes?.includes(flagged.flag) ?? false),
      };
    });
  const isAsked = new Set(reviewed.map(({ payee }) => payee));
  const lastAmounts = last
    .slice(0, 1)
    .flatMap(({ amounts }) => amounts.filter(({ payee }) => isAsked.has(payee)));
  return {
    payout: run.id,
    status: run.status,
    through: run.throughName,
    position: run.position,
    root: run.root,
    ...(last[0] && { lastRun: last[0].id }),
    approval: { ...approval, given: run.approvals },
    totals: controlTotals(run.amounts, lastAmounts),
    payees: reviewed
      .map(({ flags: _flags, ...payee }) => payee)
      .filter(({ amounts, components }) => amounts.length + components.length > 0),
    flags,
    holds: run.holds,
  };
};

/** What the policy wants a note about before a payout is approved, and nobody has noted, in words. */
export const unnotedIn = async (from: RunSources, id: string): Promise<string[]> => {
  const payouts = await from.payouts();
  const run = payouts.find((payout) => payout.id === id);
  if (run?.status !== 'submitted') return [];
  const { book } = await from.knownAt(await from.store.head());
  if (!approvalOf(book, payouts, id).notes) return [];
  const { flags } = await reviewOf(from, id);
  return flags.filter(({ needsNote }) => needsNote).map(({ payee, says }) => `${payee} ${says}`);
};
