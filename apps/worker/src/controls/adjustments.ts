import type { Book, Fact } from '#crediting';
import type { RecordedEvent } from '#event-store';
import type { KnownPayout } from '../payouts.js';
import {
  exceptions,
  isWithin,
  listed,
  type ControlReport,
  type Finding,
  type Span,
} from './control.js';

const COLUMNS = [
  'position',
  'recorded',
  'kind',
  'id',
  'payee',
  'deal',
  'component',
  'period',
  'amount',
  'reason',
  'by',
  'dispute',
  'payout',
  'approvedBy',
  'exception',
];

interface Adjusted {
  readonly id: string;
  readonly payee: string;
  readonly amount: string;
  readonly reason: string;
  readonly deal?: string;
  readonly component?: string;
  readonly period?: string;
  readonly on?: string;
}

const approvers = ({ history }: KnownPayout): string[] =>
  history.filter(({ event }) => event === 'PayoutApproved').map(({ by }) => by);

// The first run that saw it and pays its payee: whoever approved that one approved it as well.
const paidBy = (
  payouts: readonly KnownPayout[],
  position: number,
  payee: string,
): KnownPayout | undefined =>
  payouts
    .filter(
      (payout) =>
        payout.position >= position && payout.status !== 'rejected' && payout.status !== 'stale',
    )
    .filter(({ amounts }) => amounts.some((amount) => amount.payee === payee))
    .sort((a, b) => a.position - b.position)[0];

const finding = (
  book: Book,
  fact: Fact,
  dispute: string,
  payouts: readonly KnownPayout[],
): Finding => {
  const {
    id,
    payee,
    amount,
    reason,
    deal = '',
    component = '',
    period,
    on,
  } = fact.data as Adjusted;
  const payout = paidBy(payouts, fact.position, payee);
  const approvedBy = payout ? approvers(payout) : [];
  return {
    position: String(fact.position),
    recorded: fact.recorded,
    kind: fact.type === 'CreditAdjusted' ? 'credit' : 'earnings',
    id,
    payee,
    deal,
    component,
    period: period ?? on ?? '',
    amount,
    reason,
    by: fact.by,
    dispute,
    payout: payout?.id ?? '',
    approvedBy: listed(approvedBy),
    exception: exceptions({
      'not yet approved in any payout': approvedBy.length === 0,
      'approved by who recorded it': approvedBy.some((user) => book.isSamePerson(user, fact.by)),
      'recorded by the payee himself': book.isSamePerson(fact.by, payee),
    }),
  };
};

/** Manual adjustments of credits and earnings: what, why, by whom, and who approved the payout that pays them. */
export const adjustmentsControl = (
  book: Book,
  credits: readonly RecordedEvent[],
  payouts: readonly KnownPayout[],
  span: Span,
): ControlReport => {
  const resolved = new Map(
    book.idsOf('dispute').flatMap((id) =>
      book
        .facts(`dispute-${id}`)
        .filter(({ type }) => type === 'DisputeResolved')
        .flatMap(({ data }) => {
          const { remedy } = data as {
            remedy?: Readonly<Record<string, { readonly id?: string }>>;
          };
          return Object.values(remedy ?? {}).flatMap((cause) =>
            cause.id === undefined ? [] : [[cause.id, id] as const],
          );
        }),
    ),
  );
  const facts = [
    ...book
      .idsOf('earningsadjustment')
      .flatMap((payee) => book.facts(`earningsadjustment-${payee}`)),
    ...credits.map(({ position, stream, type, data, meta }): Fact => ({
      position: Number(position),
      stream,
      type,
      data,
      recorded: meta.recorded,
      by: meta.by,
    })),
  ];
  const findings = facts
    .filter((fact) => isWithin(fact, span))
    .sort((a, b) => a.position - b.position)
    .map((fact) => finding(book, fact, resolved.get((fact.data as Adjusted).id) ?? '', payouts));
  return { columns: COLUMNS, findings };
};
