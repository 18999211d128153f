import { formatDay, type Exact, type PredicateContext } from '#kernel';
import { stateOn, type Book, type Deal, type Line } from '#crediting';

const payeeContext = (book: Book, id: string, day: number): PredicateContext['payee'] => {
  const payee = book.payee(id);
  if (!payee) return { id };
  const { manager, role, currency, attributes } = stateOn(payee, day);
  return {
    id,
    name: payee.name,
    email: payee.email,
    hiredOn: formatDay(payee.hiredOn),
    currency,
    attributes,
    ...(manager !== undefined && { manager }),
    ...(role !== undefined && { role }),
  };
};

/** Builds what predicates see of a deal for one payee; what its lines share is built once. */
export const contextsFor = (book: Book, deal: Deal, amount: Exact, payee: string, day: number) => {
  const on = formatDay(day);
  const shared: PredicateContext = {
    deal: {
      id: deal.id,
      account: deal.account,
      bookedOn: formatDay(deal.bookedOn),
      ...(deal.openedOn !== undefined && { openedOn: formatDay(deal.openedOn) }),
      type: deal.type,
      currency: deal.currency,
      amount,
      attributes: deal.attributes,
    },
    account: book.account(deal.account),
    payee: payeeContext(book, payee, day),
    on,
  };
  // A manual credit is judged without a line.
  return (line: Line | null, kind: string, part: Exact): PredicateContext => ({
    ...shared,
    ...(line && { line }),
    credit: { kind, amount: part },
  });
};
