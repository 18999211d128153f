import { FiscalCalendar, type CalendarDefinition, type Exact } from '#kernel';
import { foldDeal, type Deal } from './book-deals.js';
import { foldPayee, stateOn, withoutPersonal, type Payee } from './book-payees.js';
import { foldPeople, personOf } from './book-people.js';
import { foldPolicies, personalIn, policyFor, type Policy } from './book-policies.js';
import {
  foldAssignments,
  foldQuotas,
  foldVersions,
  type PlanAssignment,
  type PlanVersion,
  type Quota,
} from './book-plans.js';
import { rateOn, averageRate, foldRates, type FxRates, type FxUse } from './book-rates.js';
import {
  foldAccount,
  foldTerritory,
  matchingTerritory,
  type Account,
  type Territory,
} from './book-territories.js';
import type {
  AdjustCredit,
  AdjustEarnings,
  ClosePeriod,
  Fact,
  RecordMetric,
  ScoreObjective,
} from './fact.js';
import { categoryOf, shelfOf } from './shelves.js';

/** A commitment to a fiscal month: from this log position on its figures stay as they were. */
export interface Close {
  readonly month: number;
  readonly position: number;
  readonly recorded: string;
}

type Shelves = Map<string, Fact[]>;

const NO_FACTS: Fact[] = [];
const KEPT_ACCOUNTS = 100_000;
const KEPT_VIEWS = 64;

/** Facts that a book is looked at without. */
interface Left {
  readonly of: Book;
  readonly positions: ReadonlySet<number>;
  readonly keys: ReadonlySet<string>;
  /** The first of the positions. */
  readonly first: number;
  readonly changesAll: boolean;
}

/**
 * All facts known at one position of the log, by what they are about. Everything that is computed
 * is computed from a Book, and only from it. Days are numbers since 1970-01-01, fiscal months are
 * numbers of the calendar.
 */
export class Book {
  private readonly memo = new Map<string, unknown>();
  private readonly views = new Map<number, Book>();
  private readonly byRule = new Map<string, Territory | null>();
  private readonly fromAll = new Map<string, unknown>();

  private constructor(
    private readonly shelves: Shelves,
    private readonly categories: Map<string, Set<string>>,
    private readonly extra: Shelves,
    private readonly limit: number,
    /** The book that this one adds deals to; what it knows is not folded again. */
    private readonly base?: Book,
    /** The book that this one leaves facts out of. */
    private readonly left?: Left,
  ) {}

  static empty(): Book {
    return new Book(new Map(), new Map(), new Map(), Infinity);
  }

  /** Takes in one more fact; facts arrive in the order of the log. */
  record(fact: Fact): void {
    const key = shelfOf(fact);
    const category = categoryOf(key);
    // Also as of earlier positions: what is personal is gone from all that was ever known.
    if (fact.type === 'PayeeForgotten') {
      this.shelves.set(key, withoutPersonal(this.facts(key), fact));
      this.views.clear();
    }
    const shelf = this.shelves.get(key);
    this.fromAll.clear();
    if (shelf) shelf.push(fact);
    else {
      this.shelves.set(key, [fact]);
      const names = this.categories.get(category);
      if (names) names.add(key);
      else this.categories.set(category, new Set([key]));
    }
    this.memo.delete(key);
    this.memo.delete(`all ${category}`);
    this.memo.delete(`ids of ${category}`);
    if (category === 'calendar' || category === 'period') this.memo.clear();
    if (category === 'territory') this.byRule.clear();
    if (category === 'account') this.byRule.delete(key);
  }

  /** The same book as it was known at a log position: later facts are not in it. */
  asOf(position: number): Book {
    if (position >= this.limit) return this;
    if (this.left && position < this.left.first) return this.left.of.asOf(position);
    let view = this.views.get(position);
    if (!view) {
      const base = this.base?.asOf(position);
      view = new Book(this.shelves, this.categories, this.extra, position, base, this.left);
      // A service is asked about ever other instants; the one asked for longest ago goes.
      if (this.views.size >= KEPT_VIEWS) {
        for (const oldest of this.views.keys()) {
          this.views.delete(oldest);
          break;
        }
      }
      this.views.set(position, view);
    }
    return view;
  }

  /** This book and the facts of some deals besides, which it does not keep. */
  withDeals(facts: Iterable<Fact>): Book {
    const extra: Shelves = new Map();
    for (const fact of facts) {
      const key = shelfOf(fact);
      const shelf = extra.get(key);
      if (shelf) shelf.push(fact);
      else extra.set(key, [fact]);
    }
    return new Book(this.shelves, this.categories, extra, this.limit, this, this.left);
  }

  /** The same book as if some of its facts had never been recorded; it is not to be added to. */
  without(facts: readonly Fact[]): Book {
    const positions = new Set(facts.map(({ position }) => position));
    const keys = new Set(facts.map(shelfOf));
    const others = facts.filter((fact) => !this.extra.has(shelfOf(fact)));
    const base = others.length > 0 ? this.base?.without(others) : this.base;
    const left: Left = {
      of: this,
      positions,
      keys,
      first: Math.min(...positions),
      // What is folded of other facts knows the calendar and the closed months.
      changesAll: facts.some((fact) => ['calendar', 'period'].includes(categoryOf(shelfOf(fact)))),
    };
    return new Book(this.shelves, this.categories, this.extra, this.limit, base, left);
  }

  /** This book without the deals that were added to it: what is computed from it outlives them. */
  get reference(): Book {
    return this.base ?? this;
  }

  // ---- Calendar, policy, closed months --------------------------------------------------

  get hasCalendar(): boolean {
    return this.facts('calendar-company').length > 0;
  }

  get calendar(): FiscalCalendar {
    return this.folded('calendar-company', ([fact]) => {
      if (!fact) throw new RangeError('no calendar is defined');
      return new FiscalCalendar(fact.data as CalendarDefinition);
    });
  }

  /** The company's policy for a window that begins in the given fiscal month. */
  policy(month: number): Policy {
    const policies = this.folded('policy-company', (facts) =>
      foldPolicies(facts, this.calendar, (position) => this.firstOpenMonth(position)),
    );
    return policyFor(policies, month);
  }

  /** Closed months in the order in which they were closed. */
  get closes(): readonly Close[] {
    return this.folded('period-company', (facts) =>
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
  firstOpenMonth(position = this.limit): number | null {
    const closed = this.closes.filter((close) => close.position <= position);
    return closed.length === 0 ? null : (closed[closed.length - 1] as Close).month + 1;
  }

  // ---- Payees ---------------------------------------------------------------------------

  payee(id: string): Payee | undefined {
    return this.folded(`payee-${id}`, foldPayee);
  }

  /** The attributes of payees that any policy ever marked as personal. */
  get personalAttributes(): readonly string[] {
    return personalIn(this.facts('policy-company'));
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
  managersAbove(payee: string, day: number): string[] {
    const above: string[] = [];
    let manager = this.managerOn(payee, day);
    while (manager !== undefined && manager !== payee && !above.includes(manager)) {
      above.push(manager);
      manager = this.managerOn(manager, day);
    }
    return above;
  }

  /** Everybody below a manager on a day, at any depth, in the order of ids. */
  below(manager: string, day: number): string[] {
    return this.payeeIds.filter((id) => this.managersAbove(id, day).includes(manager));
  }

  // ---- Territories and accounts ---------------------------------------------------------

  account(id: string): Account {
    const key = `account-${id}`;
    // Of accounts there may be millions; those of which nothing is known are not kept.
    return this.facts(key).length === 0
      ? foldAccount(id, NO_FACTS)
      : this.folded(key, (facts) => foldAccount(id, facts));
  }

  territory(id: string): Territory | undefined {
    return this.folded(`territory-${id}`, foldTerritory);
  }

  get territories(): readonly Territory[] {
    if (this.base) return this.base.territories;
    return this.derived('all territory', () =>
      this.idsOf('territory').flatMap((id) => this.territory(id) ?? []),
    );
  }

  /** The territory whose rule matches an account: the highest priority, deepest, lowest id. */
  territoryByRule(account: string): Territory | undefined {
    if (this.base) return this.base.territoryByRule(account);
    const key = `account-${account}`;
    let found = this.byRule.get(key);
    if (found === undefined) {
      found = matchingTerritory(this.account(account), this.territories) ?? null;
      if (this.byRule.size >= KEPT_ACCOUNTS) this.byRule.clear();
      this.byRule.set(key, found);
    }
    return found ?? undefined;
  }

  // ---- Plans, assignments, quotas, rates ------------------------------------------------

  planVersions(id: string): readonly PlanVersion[] {
    return this.folded(`plan-${id}`, foldVersions);
  }

  get planIds(): readonly string[] {
    return this.idsOf('plan');
  }

  assignments(payee: string): readonly PlanAssignment[] {
    return this.folded(`assignment-${payee}`, foldAssignments);
  }

  get assignedPayees(): readonly string[] {
    return this.idsOf('assignment');
  }

  quotas(payee: string): readonly Quota[] {
    return this.folded(`quota-${payee}`, (facts) => foldQuotas(facts, this.calendar));
  }

  /** 1 `base` in `quote`, as the policy says how; undefined where no such rate is known. */
  rate(base: string, quote: string, use: FxUse, day: number): Exact | undefined {
    const [direct, inverse] = [this.rates(base, quote), this.rates(quote, base)];
    if (use === 'period-average') {
      const month = this.calendar.monthOf(day);
      const [first, last] = [this.calendar.startOf(month), this.calendar.endOf(month)];
      return averageRate(direct, inverse, first, last);
    }
    if (use === 'plan') {
      const year = this.calendar.periodOf('year', this.calendar.monthOf(day));
      return rateOn(direct, inverse, 'plan', this.calendar.startOf(year.first));
    }
    return rateOn(direct, inverse, 'spot', day);
  }

  private rates(base: string, quote: string): FxRates {
    return this.folded(`fx-${base}-${quote}`, foldRates);
  }

  // ---- Deals and what is recorded beside them -------------------------------------------

  deal(id: string): Deal | undefined {
    return this.folded(`deal-${id}`, foldDeal);
  }

  /** The ids of all deals that are known here, in order. */
  get dealIds(): readonly string[] {
    return [...this.deals()].map((deal) => deal.id).sort();
  }

  /** All deals that are known here, in no particular order. */
  *deals(): Generator<Deal> {
    for (const key of this.extra.keys()) {
      const deal = key.startsWith('deal-') && this.folded(key, foldDeal);
      if (deal) yield deal;
    }
    for (const id of this.idsOf('deal')) {
      const deal = this.extra.has(`deal-${id}`) ? undefined : this.deal(id);
      if (deal) yield deal;
    }
  }

  manualCredits(deal: string): readonly Fact<AdjustCredit>[] {
    return this.facts(`creditadjustment-${deal}`) as readonly Fact<AdjustCredit>[];
  }

  manualEarnings(payee: string): readonly Fact<AdjustEarnings>[] {
    return this.facts(`earningsadjustment-${payee}`) as readonly Fact<AdjustEarnings>[];
  }

  metrics(name: string): readonly Fact<RecordMetric>[] {
    return this.facts(`metric-${name}`) as readonly Fact<RecordMetric>[];
  }

  scores(payee: string): readonly Fact<ScoreObjective>[] {
    return this.facts(`objective-${payee}`) as readonly Fact<ScoreObjective>[];
  }

  // ---- How it is kept -------------------------------------------------------------------

  /** The facts of one stream that are known here, in the order of the log. */
  facts(key: string): readonly Fact[] {
    const shelf = this.extra.get(key) ?? this.shelves.get(key) ?? NO_FACTS;
    const last = shelf[shelf.length - 1];
    const known =
      !last || last.position <= this.limit
        ? shelf
        : shelf.filter((fact) => fact.position <= this.limit);
    const left = this.left?.keys.has(key) ? this.left.positions : undefined;
    return left ? known.filter((fact) => !left.has(fact.position)) : known;
  }

  /** The ids of all entities of a category that are known here, in order. */
  idsOf(category: string): readonly string[] {
    if (this.base) return this.base.idsOf(category);
    return this.derived(`ids of ${category}`, () => {
      const keys = [...(this.categories.get(category) ?? [])];
      const known = keys.filter((key) => this.facts(key).length > 0);
      return known.map((key) => key.slice(category.length + 1)).sort();
    });
  }

  /** What is computed from the whole book, kept until the next fact. */
  derivedFromAll<T>(key: string, compute: () => T): T {
    if (!this.fromAll.has(key)) this.fromAll.set(key, compute());
    return this.fromAll.get(key) as T;
  }

  private folded<T>(key: string, fold: (facts: readonly Fact[]) => T): T {
    if (this.base && !this.extra.has(key)) return this.base.folded(key, fold);
    const { left } = this;
    if (left && left.of.limit === this.limit && !left.changesAll && !left.keys.has(key)) {
      return left.of.folded(key, fold);
    }
    return this.derived(key, () => fold(this.facts(key)));
  }

  private derived<T>(key: string, compute: () => T): T {
    const known = this.memo.get(key);
    if (known !== undefined || this.memo.has(key)) return known as T;
    const value = compute();
    this.memo.set(key, value);
    return value;
  }
}
