import { dayOf } from '#kernel';
import { foldDeal, holdersOf, type Book, type Deal, type Fact } from '#crediting';
import type { BookDeal } from '#deals';
import { concernedWith } from './concerned.js';

/** A fact that arrived after months had been closed of which it may change something. */
export interface LateFact {
  readonly position: number;
  /** The first fiscal month that it may change. */
  readonly month: number;
  /** Whose earnings by their own credits and terms it may change; if not given, everybody's. */
  readonly payees?: readonly string[];
  /** The deal that it is about. */
  readonly deal?: string;
}

// Found only where the fact is late: most are not.
type Concerned = (() => Iterable<string>) | undefined;

const EVERYBODY: Concerned = undefined;

// May change any month that was ever closed: what shifts quotas, terms and credit as a whole.
const ANY_MONTH = -Infinity;

type Dated = Readonly<Record<string, unknown>>;

/** Finds late facts: most facts are not, and those cost one comparison. */
class Finder {
  readonly found: LateFact[] = [];
  readonly firstClose: number;

  constructor(readonly book: Book) {
    this.firstClose = book.closes[0]?.position ?? Infinity;
  }

  monthOf(date: unknown): number {
    return this.book.calendar.monthOf(dayOf(date as string));
  }

  /** The month of a deal's booking, or of the earliest that a correction gave it. */
  firstMonth(facts: readonly Fact[]): number {
    const dates = facts.flatMap(({ data }) => (data as Partial<BookDeal>).bookedOn ?? []);
    return Math.min(...dates.map((date) => this.monthOf(date)));
  }

  /** Those recorded after the first closing. */
  newer<D extends object>(facts: readonly Fact<D>[]): readonly Fact<D>[] {
    if ((facts[facts.length - 1]?.position ?? 0) <= this.firstClose) return [];
    return facts.filter(({ position }) => position > this.firstClose);
  }

  /** Notes a fact if months were closed before it of which it may change something. */
  note({ position }: Fact, month: number, concerned: Concerned, deal?: string): void {
    const open = this.book.firstOpenMonth(position - 1);
    if (open === null || month >= open) return;
    const payees = concerned && [...concerned()];
    this.found.push({
      position,
      month,
      ...(payees && { payees }),
      ...(deal !== undefined && { deal }),
    });
  }
}

// ---- Deals ------------------------------------------------------------------------------

// Whether a cancellation may count as if the deal had never been booked.
const restates = (book: Book): boolean =>
  book.planIds.some((id) =>
    book
      .planVersions(id)
      .some(({ plan }) => plan.components.some(({ clawback }) => clawback?.how === 'restate')),
  );

// Everybody who has credit of a deal, by some facts about it.
const holdersBy = (book: Book, deal: Deal | undefined): string[] => {
  if (!deal) return [];
  const { direct, overlay } = holdersOf(book, deal);
  return [
    ...overlay.map(({ payee }) => payee),
    ...direct.flatMap(({ payee }) => [payee, ...book.managersAbove(payee, deal.bookedOn)]),
  ];
};

const manualHolders = (book: Book, id: string): string[] =>
  book.manualCredits(id).map(({ data }) => data.payee);

// Everybody who has credit of a deal, by its booking or any correction of it.
const holdersEver = (book: Book, id: string, facts: readonly Fact[]): ReadonlySet<string> => {
  const versions = facts.flatMap(({ type }, i) =>
    type === 'DealBooked' || type === 'DealCorrected' ? [foldDeal(facts.slice(0, i + 1))] : [],
  );
  return new Set([
    ...manualHolders(book, id),
    ...versions.flatMap((deal) => holdersBy(book, deal)),
  ]);
};

// Whether one of some payees has credit of a deal, or had when something was said of it. Whose it would have been
// before, by what was learned of territories since, does not count: it was never his.
const hadCredit = (book: Book, id: string, payees: ReadonlySet<string>): boolean => {
  const has = (known: Book): boolean =>
    [...manualHolders(known, id), ...holdersBy(known, known.deal(id))].some((one) =>
      payees.has(one),
    );
  return has(book) || book.facts(`deal-${id}`).some(({ position }) => has(book.asOf(position)));
};

// An account's attributes have no history, and its moves have dates: both change whose deals are.
const noteAccount = (finder: Finder, account: string, firstDeal: number): void => {
  for (const fact of finder.newer(finder.book.facts(`account-${account}`))) {
    const { on } = fact.data as Dated;
    finder.note(fact, on === undefined ? firstDeal : finder.monthOf(on), EVERYBODY);
  }
};

const noteDeal = (
  finder: Finder,
  id: string,
  facts: readonly Fact[],
  mayRestate: boolean,
): void => {
  const { book } = finder;
  const concerned = (): Iterable<string> => holdersEver(book, id, facts);
  for (const fact of finder.newer(facts)) {
    const { on } = fact.data as Dated;
    const fromBooking = on === undefined || (fact.type === 'DealCancelled' && mayRestate);
    finder.note(fact, fromBooking ? finder.firstMonth(facts) : finder.monthOf(on), concerned, id);
  }
  for (const fact of finder.newer(book.manualCredits(id))) {
    finder.note(fact, finder.monthOf(fact.data.on), concerned, id);
  }
};

const lateDeals = (book: Book): LateFact[] => {
  const finder = new Finder(book);
  const mayRestate = restates(book);
  // The first month of a deal of each account of which something new was learned.
  const accounts = new Map<string, number>();
  for (const id of book.dealIds) {
    const facts = book.facts(`deal-${id}`);
    noteDeal(finder, id, facts, mayRestate);
    for (const { data } of facts) {
      const { account } = data as Partial<BookDeal>;
      if (account === undefined || accounts.get(account) === Infinity) continue;
      const news = finder.newer(book.facts(`account-${account}`));
      const first = news.length === 0 ? Infinity : finder.firstMonth(facts);
      accounts.set(account, Math.min(first, accounts.get(account) ?? first));
    }
  }
  for (const [account, first] of accounts) noteAccount(finder, account, first);
  return finder.found;
};

// ---- Everything else --------------------------------------------------------------------

// All managers that a payee has or had, and theirs.
const everAbove = (book: Book, id: string): ReadonlySet<string> => {
  const above = new Set<string>();
  const visit = (payee: string): void => {
    for (const { manager } of book.payee(payee)?.states ?? []) {
      if (manager === undefined || above.has(manager)) continue;
      above.add(manager);
      visit(manager);
    }
  };
  visit(id);
  return above;
};

const isSameCoverage = (a: Dated, b: Dated): boolean =>
  a['payee'] === b['payee'] && a['role'] === b['role'] && a['from'] === b['from'];

// A first assignment counts from its own day; one that replaces another may shorten it as well.
const territoryMonth = (finder: Finder, fact: Fact): number => {
  const { from } = fact.data as Dated;
  if (from === undefined) return ANY_MONTH;
  const replaces = finder.book
    .facts(fact.stream)
    .some(
      (other) =>
        other.position < fact.position && isSameCoverage(other.data as Dated, fact.data as Dated),
    );
  return replaces ? ANY_MONTH : finder.monthOf(from);
};

const lateReferences = (book: Book): LateFact[] => {
  const finder = new Finder(book);
  const each = (category: string, late: (fact: Fact, id: string) => void): void => {
    for (const id of book.idsOf(category)) {
      for (const fact of finder.newer(book.facts(`${category}-${id}`))) late(fact, id);
    }
  };
  each('payee', (fact, id) => finder.note(fact, ANY_MONTH, () => [id, ...everAbove(book, id)]));
  for (const category of ['assignment', 'quota', 'objective']) {
    each(category, (fact, id) => finder.note(fact, ANY_MONTH, () => [id]));
  }
  each('earningsadjustment', (fact, id) => {
    const { period } = fact.data as { period: string };
    finder.note(fact, book.calendar.period(period).first, () => [id]);
  });
  each('metric', (fact) => {
    const { on, payee } = fact.data as { on: string; payee?: string };
    finder.note(fact, finder.monthOf(on), payee === undefined ? EVERYBODY : () => [payee]);
  });
  each('plan', (fact, id) => {
    const holds = (payee: string): boolean =>
      book.assignments(payee).some(({ plan }) => plan === id);
    finder.note(fact, ANY_MONTH, () => book.assignedPayees.filter(holds));
  });
  each('territory', (fact) => finder.note(fact, territoryMonth(finder, fact), EVERYBODY));
  each('fx', (fact) => finder.note(fact, finder.monthOf((fact.data as Dated)['on']), EVERYBODY));
  for (const fact of finder.newer(book.facts('policy-company'))) {
    finder.note(fact, ANY_MONTH, EVERYBODY);
  }
  return finder.found;
};

/** Late facts by whom they concern. */
interface Late {
  readonly ofDeals: readonly LateFact[];
  readonly all: readonly LateFact[];
  readonly everybodys: readonly LateFact[];
  readonly byPayee: ReadonlyMap<string, readonly LateFact[]>;
}

const NOTHING_LATE: Late = { ofDeals: [], all: [], everybodys: [], byPayee: new Map() };

const lateIn = (book: Book): Late =>
  book.derivedFromAll('late facts', () => {
    if (book.closes.length === 0) return NOTHING_LATE;
    const { reference } = book;
    const references = reference.derivedFromAll('late references', () => lateReferences(reference));
    const ofDeals = lateDeals(book);
    const all = [...references, ...ofDeals];
    const byPayee = new Map<string, LateFact[]>();
    for (const fact of all) {
      for (const payee of fact.payees ?? []) {
        const known = byPayee.get(payee);
        if (known) known.push(fact);
        else byPayee.set(payee, [fact]);
      }
    }
    return { ofDeals, all, everybodys: all.filter(({ payees }) => payees === undefined), byPayee };
  });

/**
 * The log positions after another one of late facts about deals whose credit a payee's pay comes of, or came of: his
 * own, and those of others where it rests on theirs.
 */
export const lateDealsOf = (book: Book, payee: string, after: number): number[] => {
  const concerned = new Set(concernedWith(book, [payee]));
  const late = lateIn(book).ofDeals.filter(
    ({ position, payees }) => position > after && payees?.some((id) => concerned.has(id)),
  );
  const deals = new Set(late.flatMap(({ deal }) => deal ?? []));
  const theirs = new Set([...deals].filter((id) => hadCredit(book, id, concerned)));
  return late.flatMap(({ deal, position }) =>
    deal !== undefined && theirs.has(deal) ? position : [],
  );
};

// Whose pay rests on what others are credited with or earn: any late fact may concern him.
const restsOnOthers = (book: Book, payee: string): boolean =>
  book
    .assignments(payee)
    .some(({ plan }) =>
      book
        .planVersions(plan)
        .some((version) =>
          version.plan.components.some(
            ({ measure }) => measure?.who === 'team' || measure?.value === 'earnings',
          ),
        ),
    );

/**
 * The log position at which a payee's earnings are calculated for each closed month: that of its
 * closing, or a later one where no fact arrived in between that may have changed the months up to
 * it. What is calculated is the same; it is calculated less often.
 */
export const positionsFor = (book: Book, payee: string): ReadonlyMap<number, number> => {
  const { all, everybodys, byPayee } = lateIn(book);
  const own = byPayee.get(payee) ?? [];
  const late = all.length > 0 && restsOnOthers(book, payee) ? [all] : [everybodys, own];
  const positions = new Map<number, number>();
  let later = Infinity;
  for (const { month, position } of [...book.closes].sort((a, b) => b.month - a.month)) {
    const changed = (fact: LateFact): boolean =>
      position < fact.position && fact.position <= later && fact.month <= month;
    if (late.some((facts) => facts.some(changed))) later = position;
    positions.set(month, later);
  }
  return positions;
};
