import type { Pool } from 'pg';
import type { LedgerQueries } from '#statements';
import { draftAt, type KnownThen } from './commitments.js';
import { disputesIn } from './known-disputes.js';

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
  const { totals } = await draftAt(rows, known, { id: payee, through, payees: [payee] });
  return totals.map(({ amount, currency }) => `${amount} ${currency} is in no payout yet`);
};

const openDisputes = ({ book }: KnownThen, payee: string): string[] =>
  [...disputesIn(book)].flatMap(([id, { status, opened }]) =>
    status === 'open' && opened.payee === payee ? [`dispute ${id} is open`] : [],
  );

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
