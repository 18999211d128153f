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

/** What predicates see of one payee's credit of a deal: worked out as far as they ask. */
export class CreditSeen implements PredicateContext {
  constructor(
    private readonly book: Book,
    private readonly booked: Deal,
    private readonly content: DealContent,
    private readonly payeeId: string,
    private readonly day: number,
    /** Undefined for a manual credit: it is judged without a line. */
    readonly line: Line | undefined,
    readonly credit: { readonly kind: string; readonly amount: Exact },
  ) {}

  get deal(): PredicateContext['deal'] {
    return dealSeen(this.booked, this.content);
  }

  get account(): PredicateContext['account'] {
    return this.book.account(this.booked.account);
  }

  get payee(): PredicateContext['payee'] {
    return payeeSeen(this.book, this.payeeId, this.day);
  }

  get on(): string {
    return formatDay(this.day);
  }
}
