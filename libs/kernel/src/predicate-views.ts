import type { Exact } from './exact.js';

/** Attributes as they were recorded: text, true or false, whole numbers. */
export type PlainAttributes = Readonly<Record<string, unknown>>;

/** Amounts become doubles here, and only here: predicates compare, no money passes through them. */
type Amount = Exact | number;

/** What a predicate is asked about. Text that was not given is empty; dates are text. */
export interface PredicateContext {
  readonly deal?: {
    readonly id: string;
    readonly account: string;
    readonly bookedOn: string;
    readonly openedOn?: string;
    readonly currency: string;
    readonly type?: string;
    readonly amount: Amount;
    readonly attributes?: PlainAttributes;
  };
  readonly line?: {
    readonly id: string;
    readonly product?: string;
    readonly family?: string;
    readonly amount: Amount;
    readonly cost?: Amount;
    readonly quantity?: Amount;
    readonly attributes?: PlainAttributes;
  };
  readonly account?: {
    readonly id: string;
    readonly name?: string;
    readonly attributes?: PlainAttributes;
  };
  readonly payee?: {
    readonly id: string;
    readonly name?: string;
    readonly email?: string;
    readonly hiredOn?: string;
    readonly currency?: string;
    readonly manager?: string;
    readonly role?: string;
    readonly attributes?: PlainAttributes;
  };
  readonly credit?: { readonly kind: string; readonly amount: Amount };
  /** The credit's date. */
  readonly on?: string;
}

const DIGITS = 20;

/** An amount as predicates see it; one that was not given is `absent`. */
export const asDouble = (amount: Amount | undefined, absent: number): number => {
  if (amount === undefined) return absent;
  if (typeof amount === 'number') return amount;
  return amount.decimals() === undefined ? Number(amount.toFixed(DIGITS)) : amount.toNumber();
};

const asSeen = (value: unknown): unknown => (typeof value === 'number' ? BigInt(value) : value);

/** Attributes as a predicate sees them: one that was not given is null, never an error. */
export class Attributes extends Map<string, unknown> {
  constructor(plain: PlainAttributes = {}) {
    super(Object.entries(plain).map(([name, value]) => [name, asSeen(value)]));
  }

  override get(name: string): unknown {
    return super.get(name) ?? null;
  }
}

type Given<K extends keyof PredicateContext> = NonNullable<PredicateContext[K]>;

export class DealView {
  readonly id: string;
  readonly account: string;
  readonly bookedOn: string;
  readonly openedOn: string;
  readonly currency: string;
  readonly type: string;
  readonly amount: number;
  readonly attributes: Attributes;

  constructor(deal: Given<'deal'>) {
    this.id = deal.id;
    this.account = deal.account;
    this.bookedOn = deal.bookedOn;
    this.openedOn = deal.openedOn ?? '';
    this.currency = deal.currency;
    this.type = deal.type ?? '';
    this.amount = asDouble(deal.amount, 0);
    this.attributes = new Attributes(deal.attributes);
  }
}

export class LineView {
  readonly id: string;
  readonly product: string;
  readonly family: string;
  readonly amount: number;
  readonly cost: number;
  readonly quantity: number;
  readonly attributes: Attributes;

  constructor(line: Given<'line'>) {
    this.id = line.id;
    this.product = line.product ?? '';
    this.family = line.family ?? '';
    this.amount = asDouble(line.amount, 0);
    this.cost = asDouble(line.cost, 0);
    this.quantity = asDouble(line.quantity, 0);
    this.attributes = new Attributes(line.attributes);
  }
}

export class AccountView {
  readonly id: string;
  readonly name: string;
  readonly attributes: Attributes;

  constructor(account: Given<'account'>) {
    this.id = account.id;
    this.name = account.name ?? '';
    this.attributes = new Attributes(account.attributes);
  }
}

export class PayeeView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hiredOn: string;
  readonly currency: string;
  readonly manager: string;
  readonly role: string;
  readonly attributes: Attributes;

  constructor(payee: Given<'payee'>) {
    this.id = payee.id;
    this.name = payee.name ?? '';
    this.email = payee.email ?? '';
    this.hiredOn = payee.hiredOn ?? '';
    this.currency = payee.currency ?? '';
    this.manager = payee.manager ?? '';
    this.role = payee.role ?? '';
    this.attributes = new Attributes(payee.attributes);
  }
}

export class CreditView {
  readonly kind: string;
  readonly amount: number;

  constructor(credit: Given<'credit'>) {
    this.kind = credit.kind;
    this.amount = asDouble(credit.amount, 0);
  }
}

// One deal is judged by many predicates: what it looks like to them is worked out once.
const views = new WeakMap<object, object>();

const remembered = <T extends object>(
  plain: T | undefined,
  make: (plain: T) => object,
): unknown => {
  if (plain === undefined) return undefined;
  let view = views.get(plain);
  if (!view) views.set(plain, (view = make(plain)));
  return view;
};

/** What a predicate sees by its names, each made when it is asked for; undefined if not given. */
export class Seen {
  constructor(private readonly context: PredicateContext) {}

  get deal(): unknown {
    return remembered(this.context.deal, (deal) => new DealView(deal));
  }

  get line(): unknown {
    return remembered(this.context.line, (line) => new LineView(line));
  }

  get account(): unknown {
    return remembered(this.context.account, (account) => new AccountView(account));
  }

  get payee(): unknown {
    return remembered(this.context.payee, (payee) => new PayeeView(payee));
  }

  get credit(): unknown {
    return this.context.credit && new CreditView(this.context.credit);
  }

  get on(): unknown {
    return this.context.on;
  }
}
