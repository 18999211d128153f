import { dayOf, formatDay } from '#kernel';
import type { Book, Fact, ReportingLine } from '#crediting';
import type { Component } from '#plans';

/** Deals that are to be shared out again: those found by one of the keys, booked from a day on. */
export interface StaleDeals {
  readonly by: 'account' | 'territory' | 'payee';
  readonly key: string;
  /** `YYYY-MM-DD` */
  readonly since: string;
  /** The log position of the fact that makes them stale. */
  readonly position: number;
}

/** What one fact that is not about a deal makes stale. */
export interface Touched {
  readonly deals: readonly StaleDeals[];
  /** Whose statements it may change. */
  readonly payees: readonly string[];
  /** Accounts whose payees it may change even where nobody's credit does. */
  readonly accounts: readonly string[];
  /** A pair of currencies whose conversions it changes. */
  readonly pair?: readonly [string, string];
  /** Whether accounts may have come to another territory by its rules. */
  readonly rules: boolean;
  /** Whose manager it changes, and from when on. */
  readonly line?: LineChange;
  /** Whether it may change what owners before a move keep. */
  readonly heldOver?: boolean;
}

/** A payee's manager changed from a day on: the deals of all below him go to others above. */
export interface LineChange {
  readonly payee: string;
  readonly since: string;
  readonly position: number;
}

/** Facts of these streams decide who has credit; the others only what the credit is worth. */
export const DECIDES_CREDIT: ReadonlySet<string> = new Set(['account', 'territory', 'payee']);

const NOTHING: Touched = { deals: [], payees: [], accounts: [], rules: false };
/** Before every business date. */
export const EVER = '0001-01-01';

const isUnder = (book: Book, id: string, ancestor: string): boolean => {
  const seen = new Set<string>();
  for (let node = book.territory(id); node && !seen.has(node.id);) {
    if (node.id === ancestor) return true;
    seen.add(node.id);
    node = node.parent === undefined ? undefined : book.territory(node.parent);
  }
  return false;
};

const territoriesUnder = (book: Book, id: string): string[] =>
  book.territories.filter((one) => isUnder(book, one.id, id)).map((one) => one.id);

const inTerritories = (ids: readonly string[], since: string, position: number): StaleDeals[] =>
  ids.map((key) => ({ by: 'territory', key, since, position }));

// The day as PostgreSQL reads it; years before it are as good as the first.
const day = (text: string): string => (dayOf(text) < dayOf(EVER) ? EVER : formatDay(dayOf(text)));

const everybody = (book: Book): readonly string[] => book.payeeIds;

const holdersOfPlans = (book: Book, holds: (component: Component) => boolean): string[] => {
  const plans = new Set(
    book.planIds.filter((id) =>
      book.planVersions(id).some(({ plan }) => plan.components.some(holds)),
    ),
  );
  if (plans.size === 0) return [];
  return book.assignedPayees.filter((id) =>
    book.assignments(id).some(({ plan }) => plans.has(plan)),
  );
};

// Deals follow each other by the thousand, and who holds which plans does not change between them.
const measuredWithTeam = (book: Book): ReadonlySet<string> =>
  book.derivedFromAll(
    'measured with their teams',
    () => new Set(holdersOfPlans(book, ({ measure }) => measure?.who === 'team')),
  );
const paidOnEarnings = (book: Book): ReadonlySet<string> =>
  book.derivedFromAll(
    'paid on earnings',
    () => new Set(holdersOfPlans(book, ({ measure }) => measure?.value === 'earnings')),
  );

const afterManagerChange = ({ data, position }: Fact): Touched => {
  const { payee, on, manager } = data as { payee: string; on: string; manager?: string };
  const touched = { ...NOTHING, payees: [payee] };
  return manager === undefined
    ? touched
    : { ...touched, line: { payee, since: day(on), position } };
};

// Whose an account was before it moved may be a matter of rules too.
const afterDefinition = (book: Book, { data, position }: Fact): Touched => {
  const under = territoriesUnder(book, (data as { id: string }).id);
  return { ...NOTHING, deals: inTerritories(under, EVER, position), rules: true, heldOver: true };
};

const afterAssignment = (book: Book, { data, position }: Fact): Touched => {
  const { territory, role, from } = data as { territory: string; role: string; from: string };
  const ids = role === 'overlay' ? territoriesUnder(book, territory) : [territory];
  return { ...NOTHING, deals: inTerritories(ids, day(from), position), heldOver: role === 'owner' };
};

/** What a fact makes stale that is not about one deal; the book knows it already. */
export const touchedBy = (book: Book, fact: Fact): Touched => {
  const data = fact.data as Readonly<Record<string, string>>;
  const { position } = fact;
  switch (fact.type) {
    case 'AccountRegistered': {
      const account = data['id'] as string;
      const deals: StaleDeals[] = [{ by: 'account', key: account, since: EVER, position }];
      return { ...NOTHING, deals, accounts: [account] };
    }
    case 'AccountMoved': {
      const [key, on] = [data['account'] as string, data['on'] as string];
      const deals: StaleDeals[] = [{ by: 'account', key, since: day(on), position }];
      // It is named among the causes of what was adjusted of earlier deals too.
      return { ...NOTHING, deals, accounts: [key] };
    }
    case 'TerritoryDefined':
      return afterDefinition(book, fact);
    case 'TerritoryAssigned':
      return afterAssignment(book, fact);
    case 'PayeeChanged':
      return afterManagerChange(fact);
    case 'PayeeAdded':
      return { ...NOTHING, payees: [data['id'] as string] };
    case 'PlanPublished': {
      const assigned = book.assignedPayees.filter((id) =>
        book.assignments(id).some(({ plan }) => plan === data['id']),
      );
      return { ...NOTHING, payees: assigned };
    }
    case 'MetricRecorded': {
      const payee = data['payee'];
      const value = `metric.${data['metric']}`;
      const payees =
        payee !== undefined
          ? [payee]
          : holdersOfPlans(book, ({ measure }) => measure?.value === value);
      return { ...NOTHING, payees };
    }
    case 'FxRatePublished':
      return { ...NOTHING, pair: [data['base'] as string, data['quote'] as string] };
    case 'CalendarDefined':
    case 'PolicySet':
    case 'PeriodClosed':
      return { ...NOTHING, payees: everybody(book) };
    case 'PayoutConfirmed':
    case 'PayoutReversed':
      return { ...NOTHING, payees: paidBy(book, fact.stream) };
    // What is said about pay does not change it, nor who may see it.
    case 'DisputeOpened':
    case 'PayoutNoted':
    case 'StatementIssued':
    case 'StatementAcknowledged':
    case 'RoleGranted':
      return NOTHING;
    default:
      return data['payee'] === undefined ? NOTHING : { ...NOTHING, payees: [data['payee']] };
  }
};

const paidBy = (book: Book, stream: string): string[] => {
  const draft = book.facts(stream).find(({ type }) => type === 'PayoutDrafted');
  const { totals = [] } = (draft?.data ?? {}) as { totals?: readonly { readonly payee: string }[] };
  return [...new Set(totals.map(({ payee }) => payee))];
};

/**
 * Those whose statements depend on the statements of others: who is measured with his team, and who
 * is paid on what those below him earned.
 */
export const dependentsOf = (
  book: Book,
  payees: Iterable<string>,
  line: () => ReportingLine,
): Set<string> => {
  const all = new Set(payees);
  const [byTeam, byEarnings] = [measuredWithTeam(book), paidOnEarnings(book)];
  if (byTeam.size > 0) {
    for (const id of [...all])
      for (const peer of line().peers(id)) if (byTeam.has(peer)) all.add(peer);
  }
  if (byEarnings.size > 0) {
    for (const id of [...all])
      for (const above of line().above(id)) if (byEarnings.has(above)) all.add(above);
  }
  return all;
};
