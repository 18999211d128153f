import type { Ledger, Payout, PayoutAmount, PayoutStatus } from '#ledger';

/** Whom a draft asks about, and through which month; everybody where no payees are named. */
export interface Asked {
  readonly through: number;
  readonly payees?: readonly string[];
}

/** A payout and what its draft saw: what makes it stale is that it would see something else now. */
export interface DeskPayout extends Payout, Asked {
  readonly seen: readonly PayoutAmount[];
}

const keyOf = ({ payee, currency }: PayoutAmount): string => JSON.stringify([payee, currency]);

const summed = (amounts: Iterable<PayoutAmount>): PayoutAmount[] => {
  const sums = new Map<string, PayoutAmount>();
  for (const item of amounts) {
    const amount = item.amount + (sums.get(keyOf(item))?.amount ?? 0n);
    sums.set(keyOf(item), { payee: item.payee, currency: item.currency, amount });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n);
};

/** All that is payable to those asked about through a month, whatever payout it is in. */
export const payableThrough = (ledger: Ledger, { through, payees }: Asked): PayoutAmount[] =>
  summed(ledger.payable.filter(({ month, payee }) =>
    month <= through && (!payees || payees.includes(payee))));

const HOLDS: Readonly<Record<PayoutStatus, boolean>> = {
  draft: true,
  submitted: true,
  approved: true,
  paid: true,
  // These have freed their amounts: the next draft collects them.
  rejected: false,
  stale: false,
  reversed: false,
};

/** What a draft collects: all that is payable and not in another payout; above zero only. */
export const collect = (payable: readonly PayoutAmount[], others: Iterable<Payout>): PayoutAmount[] => {
  const taken = new Map<string, bigint>();
  for (const { status, amounts } of others) {
    if (!HOLDS[status]) continue;
    for (const item of amounts) {
      taken.set(keyOf(item), (taken.get(keyOf(item)) ?? 0n) + item.amount);
    }
  }
  return payable
    .map((item) => ({ ...item, amount: item.amount - (taken.get(keyOf(item)) ?? 0n) }))
    .filter(({ amount }) => amount > 0n);
};

/** Whether later facts can still make a payout stale. */
export const isLive = ({ status }: Payout): boolean =>
  status === 'draft' || status === 'submitted' || status === 'approved';

const asText = (amounts: readonly PayoutAmount[]): string =>
  amounts.map((item) => `${keyOf(item)} ${item.amount}`).sort().join('\n');

/** Whether a draft made now would see other amounts than the payout's own draft saw. */
export const isOutdated = (payout: DeskPayout, ledger: Ledger): boolean =>
  asText(payableThrough(ledger, payout)) !== asText(payout.seen);
