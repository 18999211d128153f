import { FiscalCalendar, type CalendarDefinition, type Exact } from '#kernel';
import { foldDeal, type Deal } from './book-deals.js';
import { foldPayee, stateOn, withoutPersonal, type Payee } from './book-payees.js';
import { foldAbove, foldBelow, foldPeople, personOf, type Above } from './book-people.js';
import { foldPolicies, personalIn, policyFor, type Policy } from './book-policies.js';
import {
  foldAssignments,
  foldQuotas,
  foldVersions,
  type PlanAssignment,
  type PlanVersion,
  type Quota,
} from './book-plans.js';
import { foldRates, rateFor, type FxRates, type FxUse } from './book-rates.js';
import {
  foldAccount,
  foldTerritory,
  matchingTerritory,
  unknownAccount,
  type Account,
  type Move,
  type Territory,
} from './book-territories.js';
import { KeptFacts } from './kept-facts.js';
import type {
  AdjustCredit,
  AdjustEarnings,
  ClosePeriod,
  Fact,
  RecordMetric,
  ScoreObjective,
} from './fact.js';

/** A commitment to a fiscal month: from this log position on its figures stay as they were. */
export interface Close {
  readonly month: number;
  readonly position: number;
  readonly recorded: string;
}

const NOBODY: readonly string[] = [];
const NO_MOVES: readonly Move[] = [];
// Of accounts and payees there may be many: what was found out about more of them is found out again.
const KEPT_ANSWERS = 100_000;

const foldCalendar = ([fact]: readonly Fact[]): FiscalCalendar => {
  if (!fact) throw new RangeError('no calendar is defined');
  return new FiscalCalendar(fact.data as CalendarDefinition);
};

/**
 * All facts known at one position of the log, by what they are about. Everything that is computed
 * is computed from a Book, and only from it. Days are numbers since 1970-01-01, fiscal months are
 * numbers of the calendar.
 */
export class Book {
  private readonly byRule = new Map<string, Territory | null>();
  private readonly above = new Map<string, Above>();

  private constructor(private readonly kept: KeptFacts) {}

  static empty(): Book {
    return Book.on(KeptFacts.none());
  }

  // Of the same facts there is one book, which remembers what was worked out.
  private static on(kept: KeptFacts): Book {
    return kept.once(() => new Book(kept));
  }

  /** Takes in one more fact; facts arrive in the order of the log. */
  record(fact: Fact): void {
    // Also as of earlier positions: what is personal is gone from all that was ever known.
    if (fact.type === 'PayeeForgotten') {
      this.kept.rewrite(fact.stream, (facts) => withoutPersonal(facts, fact));
    }
    const { category, id } = this.kept.record(fact);
    if (category === 'territory') this.byRule.clear();
    if (category === 'account') this.byRule.delete(id);
    if (category === 'payee') this.above.clear();
  }

  /** The same book as it was known at a log position: later facts are not in it. */
  asOf(position: number): Book {
    return Book.on(this.kept.asOf(position));
  }

  /** This book and the facts of some deals besides, which it does not keep. */
  withDeals(facts: Iterable<Fact>): Book {
    return Book.on(this.kept.with(facts));
  }

  /** The same book as if some of its facts had never been recorded; it is not to be added to. */
  without(facts: readonly Fact[]): Book {
    return Book.on(this.kept.without(facts));
  }

  /** The book that this one leaves facts out of, where all other deals have the same holders as there. */
  get sameHolders(): Book | undefined {
    const of = this.kept.sameHolders;
    return of && Book.on(of);
  }

  /** This book without the deals that were added to it: what is computed from it outlives them. */
  get reference(): Book {
    return Book.on(this.kept.base);
  }

  // ---- Calendar, policy, closed months --------------------------------------------------

  get hasCalendar(): boolean {
    return this.kept.of('calendar', 'company').length > 0;
  }

  get calendar(): FiscalCalendar {
    return this.kept.fold('calendar', 'company', foldCalendar);
  }

  /** The company's policy for a window that begins in the given fiscal month. */
  policy(month: number): Policy {
    const policies = this.kept.fold('policy', 'company', (facts) =>
      foldPolicies(facts, this.calendar, (position) => this.firstOpenMonth(position)),
    );
    return policyFor(policies, month);
  }

  /** Closed months in the order in which they were closed. */
  get closes(): readonly Close[] {
    return this.kept.fold('period', 'company', (facts) =>
      facts.map(({ data, position, recorded }) => {
        // A closing may say at which position its figures were read, a little before its own.
        const { period, position: read = position } = data as ClosePeriod & {
          readonly position?: number;
        };
        return { month: this.calendar.period(period).first, position: read, recorded };
      }),
    );
  }

  /** The first month that was not closed when the log stood at `position`; none closed: null. */
  firstOpenMonth(position = this.kept.limit): number | null {
    const closed = this.closes.filter((close) => close.position <= position);
    return closed.length === 0 ? null : (closed[closed.length - 1] as Close).month + 1;
  }

  // ---- Payees ---------------------------------------------------------------------------

  payee(id: string): Payee | undefined {
    return this.kept.fold('payee', id, foldPayee);
  }

  isPayee(id: string): boolean {
    return this.kept.has('payee', id);
  }

  /** The attributes of payees that any policy ever marked as personal. */
  get personalAttributes(): readonly string[] {
    return personalIn(this.kept.of('policy', 'company'));
  }

  get payeeIds(): readonly string[] {
    return this.idsOf('payee');
  }

  /** Whether two names, of users, payees or addresses, are of one person by all that is known. */
  isSamePerson(name: string, other: string): boolean {
    const book = this.reference;
    const people = book.derivedFromAll('people', () => foldPeople(book));
    return personOf(people, name) === personOf(people, other);
  }

  managerOn(payee: string, day: number): string | undefined {
    const known = this.payee(payee);
    return known && stateOn(known, day).manager;
  }

  /** Managers above a payee on a day, the nearest first. */
  managersAbove(payee: string, day: number): readonly string[] {
    const { above } = this.reference;
    let known = above.get(payee);
    if (!known || day < known.from || day >= known.to) {
      known = foldAbove(this.reference, payee, day);
      if (above.size >= KEPT_ANSWERS) above.clear();
      above.set(payee, known);
    }
    return known.managers;
  }

  /** Everybody below a manager on a day, at any depth, in the order of ids. */
  below(manager: string, day: number): readonly string[] {
    const { reference } = this;
    const below = reference.derivedFromAll(`below ${day}`, () => foldBelow(reference, day));
    return below.get(manager) ?? NOBODY;
  }

  // ---- Territories and accounts ---------------------------------------------------------

  account(id: string): Account {
    // Of accounts there may be millions; those of which nothing is known are not kept.
    return this.kept.of('account', id).length === 0
      ? unknownAccount(id)
      : this.kept.fold('account', id, (facts) => foldAccount(id, facts));
  }

  /** Where an account was moved explicitly, in order of days. */
  movesOf(account: string): readonly Move[] {
    return this.kept.of('account', account).length === 0 ? NO_MOVES : this.account(account).moves;
  }

  territory(id: string): Territory | undefined {
    return this.kept.fold('territory', id, foldTerritory);
  }

  get territories(): readonly Territory[] {
    return this.kept.base.fromAll('territories', () =>
      this.idsOf('territory').flatMap((id) => this.reference.territory(id) ?? []),
    );
  }

  /** The territory whose rule matches an account: the highest priority, deepest, lowest id. */
  territoryByRule(account: string): Territory | undefined {
    const { byRule } = this.reference;
    let found = byRule.get(account);
    if (found === undefined) {
      found = matchingTerritory(this.reference.account(account), this.territories) ?? null;
      if (byRule.size >= KEPT_ANSWERS) byRule.clear();
      byRule.set(account, found);
    }
    return found ?? undefined;
  }

  // ---- Plans, assignments, quotas, rates ------------------------------------------------

  planVersions(id: string): readonly PlanVersion[] {
    return this.kept.fold('plan', id, foldVersions);
  }

  get planIds(): readonly string[] {
    return this.idsOf('plan');
  }

  assignments(payee: string): readonly PlanAssignment[] {
    return this.kept.fold('assignment', payee, foldAssignments);
  }

  get assignedPayees(): readonly string[] {
    return this.idsOf('assignment');
  }

  quotas(payee: string): readonly Quota[] {
    return this.kept.fold('quota', payee, (facts) => foldQuotas(facts, this.calendar));
  }

  /** 1 `base` in `quote`, as the policy says how; undefined where no such rate is known. */
  rate(base: string, quote: string, use: FxUse, day: number): Exact | undefined {
    const rates = { direct: this.rates(base, quote), inverse: this.rates(quote, base) };
    return rateFor(use, day, rates, () => this.calendar);
  }

  private rates(base: string, quote: string): FxRates {
    return this.kept.fold('fx', `${base}-${quote}`, foldRates);
  }

  // ---- Deals and what is recorded beside them -------------------------------------------

  deal(id: string): Deal | undefined {
    return this.kept.fold('deal', id, foldDeal);
  }

  /** The ids of all deals that are known here, in order. */
  get dealIds(): readonly string[] {
    const ids: string[] = [];
    this.eachDeal((deal) => ids.push(deal.id));
    return ids.sort();
  }

  /** Goes through all deals that are known here, in no particular order. */
  eachDeal(take: (deal: Deal) => void): void {
    this.kept.eachAdded('deal', foldDeal, take);
    for (const id of this.idsOf('deal')) {
      const deal = this.kept.isAdded('deal', id) ? undefined : this.deal(id);
      if (deal) take(deal);
    }
  }

  manualCredits(deal: string): readonly Fact<AdjustCredit>[] {
    return this.kept.of('creditadjustment', deal) as readonly Fact<AdjustCredit>[];
  }

  manualEarnings(payee: string): readonly Fact<AdjustEarnings>[] {
    return this.kept.of('earningsadjustment', payee) as readonly Fact<AdjustEarnings>[];
  }

  metrics(name: string): readonly Fact<RecordMetric>[] {
    return this.kept.of('metric', name) as readonly Fact<RecordMetric>[];
  }

  scores(payee: string): readonly Fact<ScoreObjective>[] {
    return this.kept.of('objective', payee) as readonly Fact<ScoreObjective>[];
  }

  // ---- The facts themselves -------------------------------------------------------------

  /** The facts of one stream that are known here, in the order of the log. */
  facts(stream: string): readonly Fact[] {
    return this.kept.ofStream(stream);
  }

  /** The ids of all entities of a category that are known here, in order. */
  idsOf(category: string): readonly string[] {
    return this.kept.idsOf(category);
  }

  /** What is computed from the whole book, kept until the next fact. */
  derivedFromAll<T>(key: string, compute: () => T): T {
    return this.kept.fromAll(key, compute);
  }
}
