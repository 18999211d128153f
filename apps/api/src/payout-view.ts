import { formatUnits, minorUnits } from '#kernel';
import { sumsOf } from '#ledger';
import type { KnownPayout } from '../../worker/src/payouts.js';

/** What an approval names: the amounts, by their root hash, and where the payout stands. */
export const etagOf = ({ root, status }: Pick<KnownPayout, 'root' | 'status'>): string =>
  `"${root}-${status}"`;

/** A payout as lists show it. */
export const payoutSummary = (payout: KnownPayout): object => {
  const { id, status, throughName, payees, root, position, amounts } = payout;
  return {
    id,
    status,
    through: throughName,
    ...(payees && { payees }),
    payeeCount: new Set(amounts.map(({ payee }) => payee)).size,
    totals: sumsOf(payout),
    rootHash: root,
    position,
  };
};

/** A payout with every amount, and who did what to it. */
export const payoutView = (payout: KnownPayout): object => ({
  ...payoutSummary(payout),
  lines: payout.amounts.map(({ payee, currency, amount }) => ({
    payee,
    amount: { amount: formatUnits(amount, minorUnits(currency)), currency },
  })),
  holds: payout.holds,
  notes: payout.notes.map(({ payee, note, by }) => ({ payee, note, by })),
  approvals: payout.approvals.map(({ by }) => by),
  history: payout.history,
});
