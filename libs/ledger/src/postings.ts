/**
 * Where money stands, in double entry: debits are positive, credits negative. `held` is earned but
 * not yet payable, `payable` is due but not yet paid, `draw` are advances not yet repaid, `owed` are
 * shortfalls carried on, `conversion` is where one currency becomes another.
 */
export type Account =
  'commission-expense' | 'held' | 'payable' | 'draw' | 'owed' | 'paid' | 'conversion';

/** One side of a posting, in minor units of its currency; never zero. */
export interface Entry {
  readonly account: Account;
  readonly currency: string;
  readonly amount: bigint;
}

/** Why something was posted. */
export type PostingCause =
  'earned' | 'adjusted' | 'released' | 'draw' | 'shortfall' | 'converted' | 'paid' | 'reversed';

/** Entries that belong together: for each currency they sum to zero. */
export interface PostingSet {
  readonly payee: string;
  /** The fiscal month that it is posted in. */
  readonly month: number;
  readonly cause: PostingCause;
  readonly plan?: string;
  readonly component?: string;
  /** The fiscal month that the money was earned in. */
  readonly origin?: number;
  readonly payout?: string;
  readonly entries: readonly Entry[];
}

/** Gathers entries: those of one account and currency become one, and what comes to zero is none. */
export const entriesOf = (entries: readonly Entry[]): Entry[] => {
  const gathered: Entry[] = [];
  for (const entry of entries) {
    if (entry.amount === 0n) continue;
    const at = gathered.findIndex(
      ({ account, currency }) => account === entry.account && currency === entry.currency,
    );
    if (at < 0) gathered.push(entry);
    else gathered[at] = { ...entry, amount: (gathered[at] as Entry).amount + entry.amount };
  }
  return gathered.filter(({ amount }) => amount !== 0n);
};

/** Balances of accounts by currency, in minor units: what the postings so far come to. */
export class Accounts {
  private readonly sums = new Map<Account, Map<string, bigint>>();

  post(entries: readonly Entry[]): void {
    for (const { account, currency, amount } of entries) {
      const known = this.sums.get(account) ?? new Map<string, bigint>();
      known.set(currency, (known.get(currency) ?? 0n) + amount);
      this.sums.set(account, known);
    }
  }

  /** What stands in an account, by currency in alphabetical order; zeros are left out. */
  standing(account: Account): readonly (readonly [string, bigint])[] {
    return [...(this.sums.get(account) ?? [])]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
