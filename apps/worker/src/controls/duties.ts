import type { Book, Fact } from '#crediting';
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
  'kind',
  'id',
  'position',
  'recorded',
  'madeBy',
  'checkedBy',
  'status',
  'exception',
];

const byOf = ({ history }: KnownPayout, events: readonly string[]): string[] =>
  history.filter(({ event }) => events.includes(event)).map(({ by }) => by);

// One person under two names is one person, as for the rules.
const meets = (book: Book, some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => others.some((other) => book.isSamePerson(one, other)));

const payoutFinding = (
  book: Book,
  payout: KnownPayout,
  [first]: readonly Fact[],
  makers: readonly string[],
): Finding => {
  const made = byOf(payout, ['PayoutDrafted', 'PayoutSubmitted']);
  const checked = byOf(payout, ['PayoutApproved']);
  const paid = byOf(payout, ['PayoutConfirmed']);
  return {
    kind: 'payout',
    id: payout.id,
    position: String(first?.position ?? ''),
    recorded: first?.recorded ?? '',
    madeBy: listed(made),
    checkedBy: listed(checked),
    status: payout.status,
    exception: exceptions({
      'approved by who drafted or submitted it': meets(book, checked, made),
      'approved by somebody whom it pays': meets(
        book,
        checked,
        payout.amounts.map(({ payee }) => payee),
      ),
      'approved by who recorded the facts that it rests on': meets(book, checked, makers),
      'paid without approval': paid.length > 0 && checked.length === 0,
    }),
  };
};

const disputeFinding = (book: Book, id: string): Finding[] => {
  const facts = book.facts(`dispute-${id}`);
  const [opened] = facts;
  const resolved = facts.find(({ type }) => type === 'DisputeResolved');
  if (!opened || !resolved) return [];
  const { payee = '' } = opened.data as { readonly payee?: string };
  const { outcome = '' } = resolved.data as { readonly outcome?: string };
  return [
    {
      kind: 'dispute',
      id,
      position: String(resolved.position),
      recorded: resolved.recorded,
      madeBy: opened.by,
      checkedBy: resolved.by,
      status: outcome,
      exception: exceptions({
        'resolved by the payee whom it is about': book.isSamePerson(resolved.by, payee),
        'resolved by who opened it': book.isSamePerson(resolved.by, opened.by),
      }),
    },
  ];
};

/** Segregation of duties: of every payout and resolved dispute of a span, who made it and who checked it. */
export const dutiesControl = async (
  book: Book,
  payouts: readonly KnownPayout[],
  makersOf: (payees: readonly string[]) => Promise<readonly string[]>,
  span: Span,
): Promise<ControlReport> => {
  const findings: { readonly at: number; readonly finding: Finding }[] = [];
  for (const payout of payouts) {
    const facts = book.facts(`payout-${payout.id}`);
    if (!facts.some((fact) => isWithin(fact, span))) continue;
    const makers = await makersOf(payout.amounts.map(({ payee }) => payee));
    findings.push({
      at: facts[0]?.position ?? 0,
      finding: payoutFinding(book, payout, facts, makers),
    });
  }
  for (const id of book.idsOf('dispute')) {
    for (const finding of disputeFinding(book, id)) {
      if (isWithin({ position: Number(finding['position']) }, span))
        findings.push({ at: Number(finding['position']), finding });
    }
  }
  return {
    columns: COLUMNS,
    findings: findings.sort((a, b) => a.at - b.at).map(({ finding }) => finding),
  };
};
