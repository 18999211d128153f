import { formatDay, type Exact, type PredicateContext } from '#kernel';
import {
  stateOn,
  type Book,
  type Deal,
  type DealContent,
  type Line,
  type Payee,
  type PayeeState,
} from '#crediting';

// Many predicates ask about the same deal and the same payee: each looks to all of them the same.
const deals = new WeakMap<DealContent, PredicateContext['deal']>();
const payees = new WeakMap<PayeeState, PredicateContext['payee']>();

const dealSeen = (deal: Deal, content: DealContent): PredicateContext['deal'] => {
  const known = deals.get(content);
  if (known) return known;
  const seen = {
    id: deal.id,
    account: deal.account,
    bookedOn: formatDay(deal.bookedOn),
    ...(deal.openedOn !== undefined && { openedOn: formatDay(deal.openedOn) }),
    type: deal.type,
    currency: deal.currency,
    amount: content.amount,
    attributes: deal.attributes,
  };
  deals.set(content, seen);
  return seen;
};

const payeeIn = (payee: Payee, state: PayeeState): PredicateContext['payee'] => {
  const known = payees.get(state);
  if (known) return known;
  const { manager, role, currency, attributes } = state;
  const seen = {
    id: payee.id,
    name: payee.name,
    email: payee.email,
    hiredOn: formatDay(payee.hiredOn),
    currency,
    attributes,
    ...(manager !== undefined && { manager }),
    ...(role !== undefined && { role }),
  };
  payees.set(state, seen);
  return seen;
};

const payeeSeen = (book: Book, id: string, day: number): PredicateContext['payee'] => {
  const payee = book.payee(id);
  return payee ? payeeIn(payee, stateOn(payee, day)) : { id };
};

/** Builds what predicates see of a deal for one payee; what its lines share is built once. */
export const contextsFor = (
  book: Book,
  deal: Deal,
  content: DealContent,
  payeeId: string,
  day: number,
) => {
  const seen = dealSeen(deal, content);
  const account = book.account(deal.account);
  const payee = payeeSeen(book, payeeId, day);
  const on = formatDay(day);
  // A manual credit is judged without a line.
  return (line: Line | null, kind: string, amount: Exact): PredicateContext => ({
    deal: seen,
    account,
    payee,
    on,
    ...(line && { line }),
    credit: { kind, amount },
  });
};
