import type { FiscalCalendar } from '#kernel';
import { asksAbout, type PostingSet } from '#ledger';
import { journalOf, type JournalLine, type Posted } from '#payouts';
import type { PayeeMonth } from '#statements';
import { payeesAsked, Runs, type RunSources } from './payout-runs.js';
import { amountText, type KnownPayout } from './payouts.js';

const postedIn = (months: readonly PayeeMonth[]): Posted => ({
  postings: months.flatMap(({ postings }) => postings).filter(({ payout }) => payout === undefined),
  takenBack: months
    .flatMap(({ earnings }) => earnings)
    .map(({ payee, month, component, currency, lines }) => ({
      payee,
      month,
      component,
      currency,
      amount: lines
        .filter(({ what, cancellation }) => cancellation || what === 'reversal')
        .reduce((sum, { amount }) => sum + amount, 0n),
    }))
    .filter(({ amount }) => amount !== 0n),
});

const NOTHING: Posted = { postings: [], takenBack: [] };

const paymentsOf = ({ id, through, status, amounts, wasPaid }: KnownPayout): PostingSet[] => {
  const set = (cause: 'paid' | 'reversed', sign: bigint): PostingSet[] =>
    amounts.map(({ payee, currency, amount }) => ({
      payee,
      month: through,
      cause,
      payout: id,
      entries: [
        { account: 'payable', currency, amount: amount * sign },
        { account: 'paid', currency, amount: -amount * sign },
      ],
    }));
  return [...set('paid', 1n), ...(status === 'reversed' && wasPaid ? set('reversed', -1n) : [])];
};

// The runs whose journals were there before, the one that saw most first: in the order of approval, nothing is left out
// of the books and nothing is in them twice.
const journalled = (
  payouts: readonly KnownPayout[],
  { approvedAt = 0 }: KnownPayout,
): KnownPayout[] =>
  payouts
    .filter((before) => before.approvedAt !== undefined && before.approvedAt < approvedAt)
    .sort((a, b) => b.position - a.position);

/**
 * The journal entries of a run: what its months posted since the run that saw them last, and what it pays.
 */
export const journalFor = async (
  from: RunSources,
  run: KnownPayout,
  payouts: readonly KnownPayout[],
): Promise<JournalLine[]> => {
  const { book } = await from.knownAt(BigInt(run.position));
  const payees = payeesAsked(run, book);
  const runs = new Runs(from, payees, postedIn);
  const before = journalled(payouts, run);
  const [now, then]: [Posted[], Posted[]] = [[], []];
  for (const payee of payees) {
    const last = before.find((one) => asksAbout(one, payee));
    if (last && last.position >= run.position) continue;
    now.push((await runs.of(run, payee)) ?? NOTHING);
    then.push((await runs.of(last, payee)) ?? NOTHING);
  }
  const all = (posted: readonly Posted[]): Posted => ({
    postings: posted.flatMap(({ postings }) => postings),
    takenBack: posted.flatMap(({ takenBack }) => takenBack),
  });
  return journalOf(all(now), all(then), paymentsOf(run));
};

/** The columns of a journal file. */
export const JOURNAL_COLUMNS = [
  'payout',
  'entry',
  'period',
  'type',
  'account',
  'payee',
  'component',
  'origin',
  'debit',
  'credit',
  'currency',
];

/** A journal as the rows of its file: an amount stands under debit or under credit. */
export const journalRows = (
  id: string,
  lines: readonly JournalLine[],
  calendar: FiscalCalendar,
): string[][] =>
  lines.map(({ entry, month, type, account, payee, component, origin, currency, amount }) => {
    const [debit, credit] =
      amount > 0n ? [amountText(amount, currency), ''] : ['', amountText(-amount, currency)];
    return [
      id,
      String(entry),
      calendar.monthName(month),
      type,
      account,
      payee,
      component,
      origin === undefined ? '' : calendar.monthName(origin),
      debit,
      credit,
      currency,
    ];
  });
