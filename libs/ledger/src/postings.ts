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
    const at = placeOf(gathered, entry);
    if (at < 0) gathered.push(entry);
    else gathered[at] = { ...entry, amount: (gathered[at] as Entry).amount + entry.amount };
  }
  return gathered.filter(({ amount }) => amount !== 0n);
};

const placeOf = (entries: readonly Entry[], { account, currency }: Entry): number => {
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i] as Entry;
    if (entry.account === account && entry.currency === currency) return i;
  }
  return -1;
};

// Accounts whose balances are shown; in most months of most payees nothing is posted to them.
const SHOWN: ReadonlySet<Account> = new Set(['draw', 'held', 'owed', 'paid']);

const NOTHING: readonly (readonly [string, bigint])[] = [];

/** Balances of the accounts that are shown by currency, in minor units: what is posted so far. */
export class Accounts {
  private readonly sums = new Map<Account, Map<string, bigint>>();

  post(entries: readonly Entry[]): void {
    for (const { account, currency, amount } of entries) {
      if (!SHOWN.has(account)) continue;
      const known = this.sums.get(account);
      if (known) known.set(currency, (known.get(currency) ?? 0n) + amount);
      else this.sums.set(account, new Map([[currency, amount]]));
    }
  }

  /** What stands in an account, by currency in alphabetical order; zeros are left out. */
  standing(account: Account): readonly (readonly [string, bigint])[] {
    const sums = this.sums.get(account);
    // Most accounts of most payees are never posted to.
    if (!sums) return NOTHING;
    return [...sums].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
