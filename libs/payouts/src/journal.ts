import type { Account, PostingSet } from '#ledger';

/** Why a journal entry is there, in the words of accounting. */
export type EntryType =
  | 'accrual'
  | 'clawback'
  | 'adjustment'
  | 'release'
  | 'draw'
  | 'shortfall'
  | 'conversion'
  | 'payment'
  | 'reversal';

/** One line of a journal entry, in minor units: debits are positive, credits negative. */
export interface JournalLine {
  /** Numbers the entries of a journal from 1; the lines of one sum to zero in each currency. */
  readonly entry: number;
  /** The fiscal month that it is posted in. */
  readonly month: number;
  readonly payee: string;
  readonly type: EntryType;
  readonly account: Account;
  readonly component: string;
  /** The fiscal month that the money was earned in, where it was. */
  readonly origin?: number;
  readonly currency: string;
  readonly amount: bigint;
}

/** What of a payee's expense of a month by a component is taken back from cancelled deals. */
export interface TakenBack {
  readonly payee: string;
  readonly month: number;
  readonly component: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** What had been posted for some payees when a run was drafted. */
export interface Posted {
  readonly postings: readonly PostingSet[];
  readonly takenBack: readonly TakenBack[];
}

const TYPES: Readonly<Record<PostingSet['cause'], EntryType>> = {
  earned: 'accrual',
  adjusted: 'adjustment',
  released: 'release',
  draw: 'draw',
  shortfall: 'shortfall',
  converted: 'conversion',
  paid: 'payment',
  reversed: 'reversal',
};

type Draft = Omit<JournalLine, 'entry'> & { readonly key: string };

const keyOf = ({ payee, month, cause, plan, component, origin }: PostingSet): string =>
  JSON.stringify([payee, month, cause, plan ?? '', component ?? '', origin ?? '']);

const linesOf = (sets: readonly PostingSet[], sign: bigint): Draft[] =>
  sets.flatMap((set) =>
    set.entries.map(({ account, currency, amount }): Draft => ({
      key: keyOf(set),
      month: set.month,
      payee: set.payee,
      type: TYPES[set.cause],
      account,
      component: set.component ?? '',
      ...(set.origin !== undefined && { origin: set.origin }),
      currency,
      amount: amount * sign,
    })),
  );

// A cancellation lowers the expense beside what is accrued: shown apart, in the entry that it belongs to.
const clawbacks = ({ takenBack }: Posted, sets: readonly PostingSet[], sign: bigint): Draft[] =>
  takenBack.flatMap(({ payee, month, component, currency, amount }) => {
    const set = sets.find(
      (item) =>
        item.cause === 'earned' &&
        item.payee === payee &&
        item.month === month &&
        (item.component ?? '') === component,
    );
    if (!set) return [];
    const line = {
      key: keyOf(set),
      month,
      payee,
      account: 'commission-expense' as const,
      component,
      origin: month,
      currency,
    };
    return [
      { ...line, type: 'clawback' as const, amount: amount * sign },
      { ...line, type: 'accrual' as const, amount: -amount * sign },
    ];
  });

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * The journal of a run: what was posted for its payees since the run before, as far as it was known
 * when each was drafted, and the payment. Each entry balances in each currency.
 */
export const journalOf = (
  now: Posted,
  before: Posted,
  payments: readonly PostingSet[],
): JournalLine[] => {
  const drafts = [
    ...linesOf(now.postings, 1n),
    ...linesOf(before.postings, -1n),
    ...clawbacks(now, now.postings, 1n),
    ...clawbacks(before, before.postings, -1n),
    ...linesOf(payments, 1n),
  ];
  const sums = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = `${draft.key}\n${draft.type}\n${draft.account}\n${draft.currency}`;
    const known = sums.get(key);
    sums.set(key, known ? { ...known, amount: known.amount + draft.amount } : draft);
  }
  const lines = [...sums.values()].filter(({ amount }) => amount !== 0n);
  const rank = new Map([...sums.values()].map(({ key }, i) => [key, i]));
  lines.sort(
    (a, b) =>
      byText(a.payee, b.payee) ||
      a.month - b.month ||
      Number(rank.get(a.key)) - Number(rank.get(b.key)),
  );
  const numbers = new Map<string, number>();
  return lines.map(({ key, ...line }) => {
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    return { entry: numbers.get(key) as number, ...line };
  });
};

/** The entries of a journal that do not balance, by number: none, or the books are wrong. */
export const unbalancedEntries = (lines: readonly JournalLine[]): number[] => {
  const sums = new Map<string, { entry: number; amount: bigint }>();
  for (const { entry, currency, amount } of lines) {
    const key = `${entry} ${currency}`;
    const known = sums.get(key);
    sums.set(key, { entry, amount: (known?.amount ?? 0n) + amount });
  }
  return [
    ...new Set([...sums.values()].filter(({ amount }) => amount !== 0n).map(({ entry }) => entry)),
  ];
};
