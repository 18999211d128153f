import type { Pool } from 'pg';
import { dispute, type DisputeEvent, type OpenDispute } from '#disputes';
import { Refusal } from '#kernel';
import type { LedgerQueries } from '#statements';
import { draftAt, type KnownThen } from './commitments.js';

/** Where it is looked up what is open for a payee: the running company, its rows at rest. */
interface Sources {
  readonly database: { readonly pool: Pool };
  readonly ledger: LedgerQueries;
  readonly followers: { position(): Promise<bigint> };
  knownAt(position: bigint): Promise<KnownThen>;
}

const unpaid = async (from: Sources, known: KnownThen, payee: string): Promise<string[]> => {
  const last = await from.ledger.through();
  if (last === null) return [];
  const through = known.book.calendar.monthName(last);
  const rows = { pool: from.database.pool, ledger: from.ledger };
  try {
    const { totals } = await draftAt(rows, known, { id: payee, through, payees: [payee] });
    return totals.map(({ amount, currency }) => `${amount} ${currency} is in no payout yet`);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'PayoutEmpty') return [];
    throw error;
  }
};

const openDisputes = ({ book }: KnownThen, payee: string): string[] =>
  book.idsOf('dispute').flatMap((id) => {
    const facts = book.facts(`dispute-${id}`);
    if ((facts[0]?.data as OpenDispute | undefined)?.payee !== payee) return [];
    const state = facts.reduce(
      (before, { type, data }) => dispute.evolve(before, { type, data } as DisputeEvent),
      dispute.initial,
    );
    return state?.status === 'open' ? [`dispute ${id} is open`] : [];
  });

/** What is still open for a payee, in words: pay, payouts on their way, disputes. */
export const unsettledFor = async (from: Sources, payee: string): Promise<string[]> => {
  const known = await from.knownAt(await from.followers.position());
  if (!known.book.hasCalendar || !known.book.payee(payee)) return [];
  const payouts = known.payouts
    .filter(({ status }) => !['paid', 'rejected', 'reversed'].includes(status))
    .filter(({ amounts }) => amounts.some((item) => item.payee === payee))
    .map(({ id, status }) => `payout ${id} is ${status}`);
  return [...(await unpaid(from, known, payee)), ...payouts, ...openDisputes(known, payee)];
};
