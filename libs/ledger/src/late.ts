import { dayOf } from '#kernel';
import { foldDeal, holdersOf, type Book, type Fact } from '#crediting';
import type { BookDeal, CorrectDeal } from '#deals';

/** A fact that arrived after months had been closed of which it may change something. */
export interface LateFact {
  readonly position: number;
  /** The first fiscal month that it may change. */
  readonly month: number;
  /** Whose earnings by their own credits and terms it may change; if not given, everybody's. */
  readonly payees?: Iterable<string>;
}

// Found only where the fact is late: most are not.
type Concerned = (() => Iterable<string>) | undefined;

const EVERYBODY: Concerned = undefined;

// May change any month that was ever closed: what shifts quotas, terms and credit as a whole.
const ANY_MONTH = -Infinity;

type Dated = Readonly<Record<string, unknown>>;

/** Finds the late facts of a book: most facts are not, and those cost one comparison. */
class LateFacts {
  readonly found: LateFact[] = [];
  private readonly restates: boolean;

  constructor(private readonly book: Book) {
    this.restates = book.planIds.some((id) => book.planVersions(id).some(({ plan }) =>
      plan.components.some(({ clawback }) => clawback?.how === 'restate')));
  }

  // The last month that was closed when the log stood before a position.
  private closedBefore(position: number): number {
    const open = this.book.firstOpenMonth(position - 1);
    return open === null ? ANY_MONTH : open - 1;
  }

  private note({ position }: Fact, month: number, concerned: Concerned): void {
    if (month > this.closedBefore(position)) return;
    this.found.push({ position, month, ...(concerned && { payees: concerned() }) });
  }

  private monthOf(date: unknown): number {
    return this.book.calendar.monthOf(dayOf(date as string));
  }

  private each(category: string, after: number, late: (fact: Fact, id: string) => void): void {
    for (const id of this.book.idsOf(category)) {
      const facts = this.book.facts(`${category}-${id}`);
      if ((facts[facts.length - 1]?.position ?? 0) <= after) continue;
      for (const fact of facts) if (fact.position > after) late(fact, id);
    }
  }

  /** Looks through all facts recorded after a position. */
  after(position: number): this {
    this.deals(position);
    this.ofPayees(position);
    this.ofPlans(position);
    this.ofTerritories(position);
    this.each('fx', position, (fact) => {
      this.note(fact, this.monthOf((fact.data as Dated)['on']), EVERYBODY);
    });
    for (const fact of this.book.facts('policy-company')) {
      if (fact.position > position) this.note(fact, ANY_MONTH, EVERYBODY);
    }
    return this;
  }

  // ---- Deals ----------------------------------------------------------------------------

  private deals(after: number): void {
    for (const id of this.book.dealIds) {
      const facts = this.book.facts(`deal-${id}`);
      const manual = this.book.manualCredits(id);
      const newest = Math.max(
        facts[facts.length - 1]?.position ?? 0, manual[manual.length - 1]?.position ?? 0);
      if (newest <= after) continue;
      const concerned = this.holdersEver(id, facts);
      for (const fact of facts) {
        if (fact.position > after) this.note(fact, this.dealMonth(fact, facts), concerned);
      }
      for (const fact of manual) {
        if (fact.position > after) this.note(fact, this.monthOf(fact.data.on), concerned);
      }
    }
  }

  private dealMonth(fact: Fact, facts: readonly Fact[]): number {
    const restates = fact.type === 'DealCorrected' ||
      (fact.type === 'DealCancelled' && this.restates);
    if (!restates && fact.type !== 'DealBooked') return this.monthOf((fact.data as Dated)['on']);
    const dates = restates
      ? facts.flatMap(({ data }) => (data as Partial<BookDeal & CorrectDeal>).bookedOn ?? [])
      : [(fact.data as BookDeal).bookedOn];
    return Math.min(...dates.map((date) => this.monthOf(date)));
  }

  // Everybody who has credit of a deal, by its booking or any correction of it.
  private holdersEver(id: string, facts: readonly Fact[]): () => ReadonlySet<string> {
    let known: Set<string> | undefined;
    return () => {
      if (known) return known;
      known = new Set(this.book.manualCredits(id).map(({ data }) => data.payee));
      facts.forEach(({ type }, i) => {
        if (type !== 'DealBooked' && type !== 'DealCorrected') return;
        const deal = foldDeal(facts.slice(0, i + 1));
        if (!deal) return;
        const { direct, overlay } = holdersOf(this.book, deal);
        for (const { payee } of [...direct, ...overlay]) known?.add(payee);
        for (const { payee } of direct) {
          for (const manager of this.book.managersAbove(payee, deal.bookedOn)) known?.add(manager);
        }
      });
      return known;
    };
  }

  // ---- Everything else ------------------------------------------------------------------

  private ofPayees(after: number): void {
    this.each('payee', after, (fact, id) => {
      this.note(fact, ANY_MONTH, () => [id, ...this.everAbove(id)]);
    });
    for (const category of ['assignment', 'quota', 'objective']) {
      this.each(category, after, (fact, id) => {
        this.note(fact, ANY_MONTH, () => [id]);
      });
    }
    this.each('earningsadjustment', after, (fact, id) => {
      const { period } = fact.data as { period: string };
      this.note(fact, this.book.calendar.period(period).first, () => [id]);
    });
    this.each('metric', after, (fact) => {
      const { on, payee } = fact.data as { on: string; payee?: string };
      this.note(fact, this.monthOf(on), payee === undefined ? EVERYBODY : () => [payee]);
    });
  }

  // All managers that a payee has or had, and theirs.
  private everAbove(id: string): ReadonlySet<string> {
    const above = new Set<string>();
    const visit = (payee: string): void => {
      for (const { manager } of this.book.payee(payee)?.states ?? []) {
        if (manager === undefined || above.has(manager)) continue;
        above.add(manager);
        visit(manager);
      }
    };
    visit(id);
    return above;
  }

  private ofPlans(after: number): void {
    this.each('plan', after, (fact, id) => {
      this.note(fact, ANY_MONTH, () => this.book.assignedPayees.filter((payee) =>
        this.book.assignments(payee).some(({ plan }) => plan === id)));
    });
  }

  private ofTerritories(after: number): void {
    this.each('territory', after, (fact) => {
      const { from } = fact.data as Dated;
      const isFirst = from !== undefined && !this.book.facts(fact.stream)
        .some((other) => other.position < fact.position && isSameCoverage(other, fact));
      this.note(fact, isFirst ? this.monthOf(from) : ANY_MONTH, EVERYBODY);
    });
    this.each('account', after, (fact, id) => {
      const { on } = fact.data as Dated;
      const month = on === undefined ? this.firstDealOf(id) : this.monthOf(on);
      if (month !== undefined) this.note(fact, month, EVERYBODY);
    });
  }

  private firstDeals: Map<string, number> | undefined;

  // The month of an account's earliest deal: before it, what the account is changes nothing.
  private firstDealOf(account: string): number | undefined {
    if (!this.firstDeals) {
      this.firstDeals = new Map();
      for (const id of this.book.dealIds) {
        for (const { data } of this.book.facts(`deal-${id}`)) this.noteAccount(id, data);
      }
    }
    return this.firstDeals.get(account);
  }

  private noteAccount(id: string, data: Partial<BookDeal>): void {
    if (data.account === undefined) return;
    const dates = this.book.facts(`deal-${id}`)
      .flatMap((fact) => (fact.data as Partial<BookDeal>).bookedOn ?? []);
    const month = Math.min(...dates.map((date) => this.monthOf(date)));
    const known = this.firstDeals?.get(data.account) ?? Infinity;
    this.firstDeals?.set(data.account, Math.min(known, month));
  }
}

const isSameCoverage = (a: Fact, b: Fact): boolean => {
  const [x, y] = [a.data as Dated, b.data as Dated];
  return x['payee'] === y['payee'] && x['role'] === y['role'] && x['from'] === y['from'];
};

/** Late facts by whom they concern. */
interface Late {
  readonly all: readonly LateFact[];
  readonly everybodys: readonly LateFact[];
  readonly byPayee: ReadonlyMap<string, readonly LateFact[]>;
}

const lateIn = (book: Book): Late =>
  book.derivedFromAll('late facts', () => {
    const first = book.closes[0];
    const all = first ? new LateFacts(book).after(first.position).found : [];
    const byPayee = new Map<string, LateFact[]>();
    for (const fact of all) {
      for (const payee of fact.payees ?? []) {
        const known = byPayee.get(payee);
        if (known) known.push(fact);
        else byPayee.set(payee, [fact]);
      }
    }
    return { all, everybodys: all.filter(({ payees }) => payees === undefined), byPayee };
  });

// Whose pay rests on what others are credited with or earn: any late fact may concern him.
const restsOnOthers = (book: Book, payee: string): boolean =>
  book.assignments(payee).some(({ plan }) => book.planVersions(plan).some((version) =>
    version.plan.components.some(({ measure }) =>
      measure?.who === 'team' || measure?.value === 'earnings')));

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
