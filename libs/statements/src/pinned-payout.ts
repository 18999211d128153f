import type { Ledger, Payout, PayoutAmount } from '#ledger';

/** A payout with what its draft saw: later facts that change that make it stale. */
export interface PinnedPayout extends Payout {
  /** Whom the draft asks about; everybody where not given. */
  readonly payees?: readonly string[];
  /** All that was payable to them through the month, whatever payout it was in. */
  readonly seen: readonly PayoutAmount[];
}

/** Whether later facts can still make a payout stale. */
export const isLive = ({ status }: Payout): boolean =>
  status === 'draft' || status === 'submitted' || status === 'approved';

const keyOf = ({ payee, currency }: PayoutAmount): string => `${payee}\n${currency}`;

const byKey = (amounts: Iterable<PayoutAmount>): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const item of amounts) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0n) + item.amount);
  return new Map([...sums].filter(([, amount]) => amount !== 0n));
};

const isSame = (a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>): boolean =>
  a.size === b.size && [...a].every(([key, amount]) => b.get(key) === amount);

/** Whether what is payable differs from what a draft saw; both of the same payees. */
export const differs = (seen: Iterable<PayoutAmount>, now: Iterable<PayoutAmount>): boolean =>
  !isSame(byKey(seen), byKey(now));

/** The live payouts of which a new calculation of some payees changes what their drafts saw. */
export const outdatedBy = (
  ledger: Pick<Ledger, 'payable'>,
  payees: readonly string[],
  payouts: Iterable<PinnedPayout>,
): string[] =>
  [...payouts].filter(isLive).filter((payout) => {
    const asked = new Set(payout.payees ? payees.filter((id) => payout.payees?.includes(id)) : payees);
    if (asked.size === 0) return false;
    const now = ledger.payable.filter(({ payee, month }) => asked.has(payee) && month <= payout.through);
    return differs(payout.seen.filter(({ payee }) => asked.has(payee)), now);
  }).map(({ id }) => id);
