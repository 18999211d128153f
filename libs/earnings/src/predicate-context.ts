import { Exact, formatDay, type PredicateContext } from '#kernel';
import {
  stateOn,
  type Book,
  type Deal,
  type DealContent,
  type Line,
  type Payee,
  type PayeeState,
} from '#crediting';

type DealAsSeen = NonNullable<PredicateContext['deal']>;

// Many predicates ask about the same payee: he looks to all of them the same.
const payees = new WeakMap<PayeeState, PredicateContext['payee']>();

/** What predicates see of a deal as one of its contents describes it. */
class DealSeen implements DealAsSeen {
  constructor(
    private readonly booked: Deal,
    private readonly content: DealContent,
  ) {}

  get id(): string {
    return this.booked.id;
  }

  get account(): string {
    return this.booked.account;
  }

  get bookedOn(): string {
    return formatDay(this.booked.bookedOn);
  }

  get openedOn(): string {
    const { openedOn } = this.booked;
    return openedOn === undefined ? '' : formatDay(openedOn);
  }

  get type(): string {
    return this.booked.type;
  }

  get currency(): string {
    return this.booked.currency;
  }

  get amount(): Exact {
    return this.content.amount;
  }

  get attributes(): Deal['attributes'] {
    return this.booked.attributes;
  }
}

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
  readonly deal: DealSeen;
  /** The line that is judged; a manual credit is judged without one. */
  line: Line | undefined = undefined;
  private amount = Exact.ZERO;

  constructor(
    private readonly book: Book,
    private readonly booked: Deal,
    content: DealContent,
    private readonly payeeId: string,
    private readonly day: number,
    private readonly kind: string,
  ) {
    this.deal = new DealSeen(booked, content);
  }

  /** Turns to the credit of a line; of a manual credit there is none. */
  of(line: Line | undefined, amount: Exact): this {
    this.line = line;
    this.amount = amount;
    return this;
  }

  get credit(): NonNullable<PredicateContext['credit']> {
    return { kind: this.kind, amount: this.amount };
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
