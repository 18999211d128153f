import type { FiscalCalendar } from '#kernel';
import { creditsIn, type Book } from '#crediting';
import { includes, type DayRanges } from './day-ranges.js';
import { addDealEntries } from './entries.js';
import { inOrder, type Entry, type Scope } from './entry.js';
import { kindOf } from './governing.js';
import { manualEntries, metricEntries } from './other-entries.js';
import type { MissingRate } from './results.js';
import type { Assigned, ComponentVersion } from './terms.js';

/** What a component needs from outside itself. */
export interface RunContext {
  readonly book: Book;
  readonly assigned: Assigned;
  readonly currency: string;
  readonly trace: boolean;
  readonly missing: (rate: MissingRate) => void;
  /** What everybody below earned in a month, for overrides on earnings. */
  readonly earnedBelow: (scope: Scope, month: number) => Entry[];
}

const NOTHING: readonly Entry[] = [];

const sorted = (entries: Entry[]): Entry[] => {
  const isSorted = entries.every(
    (entry, i) => i === 0 || inOrder(entries[i - 1] as Entry, entry) <= 0,
  );
  return isSorted ? entries : entries.sort(inOrder);
};

/** What counts in one component of a payee's plan, month by month, as each version measures it. */
export class Counted {
  private readonly calendar: FiscalCalendar;
  private readonly byVersion = new Map<ComponentVersion, Map<number, Entry[]>>();
  private readonly scopes = new Map<ComponentVersion, Scope>();
  private readonly below = new Map<number, readonly Entry[]>();
  private readonly kinds: ReadonlySet<string>;

  constructor(
    private readonly context: RunContext,
    private readonly versions: readonly ComponentVersion[],
    private readonly days: DayRanges,
    private readonly versionIn: (month: number) => ComponentVersion | undefined,
  ) {
    this.calendar = context.book.calendar;
    // What an earlier version counted, a cancellation takes back by the later one.
    this.kinds = new Set(versions.flatMap(({ compiled }) => [...compiled.credits]));
  }

  /** What a version counts in a month, in the order of credits. */
  in(month: number, version: ComponentVersion): readonly Entry[] {
    return version.compiled.value === 'earnings'
      ? this.earnedBelowIn(month, version)
      : (this.entriesOf(version).get(month) ?? NOTHING);
  }

  /** All months in which anything counts, by any version. */
  months(): number[] {
    const months = this.versions.flatMap((version) => [...this.entriesOf(version).keys()]);
    return [...new Set(months)].sort((a, b) => a - b);
  }

  // What those below earned counts on the month's last day.
  private earnedBelowIn(month: number, version: ComponentVersion): readonly Entry[] {
    let found = this.below.get(month);
    if (!found) {
      const counts = includes(this.days, this.calendar.endOf(month));
      found = counts ? this.context.earnedBelow(this.scope(version), month) : NOTHING;
      this.below.set(month, found);
    }
    return found;
  }

  private scope(version: ComponentVersion): Scope {
    const known = this.scopes.get(version);
    if (known) return known;
    const { book, assigned, currency, trace, missing } = this.context;
    const { compiled } = version;
    const scope: Scope = {
      book,
      payee: assigned.payee.id,
      currency,
      compiled,
      trace,
      counts: (day) => includes(this.days, day),
      on: (day) => this.scope(this.versionIn(this.calendar.monthOf(day)) ?? version),
      windowOf: (day) =>
        this.calendar.periodOf(kindOf(compiled.window), this.calendar.monthOf(day)).first,
      missing,
    };
    this.scopes.set(version, scope);
    return scope;
  }

  private entriesOf(version: ComponentVersion): Map<number, Entry[]> {
    let byMonth = this.byVersion.get(version);
    if (byMonth) return byMonth;
    byMonth = new Map();
    for (const entry of this.measure(this.scope(version))) {
      const month = this.calendar.monthOf(entry.on);
      const list = byMonth.get(month);
      if (list) list.push(entry);
      else byMonth.set(month, [entry]);
    }
    for (const list of byMonth.values()) sorted(list);
    this.byVersion.set(version, byMonth);
    return byMonth;
  }

  private measure(scope: Scope): readonly Entry[] {
    const { compiled } = scope;
    if (compiled.value === 'metric') return metricEntries(scope);
    if (compiled.value === 'earnings') return NOTHING;
    return compiled.team ? this.measureTeam(scope) : this.measureOwn(scope);
  }

  private measureOwn(scope: Scope): Entry[] {
    const { byPayee, manualByPayee } = creditsIn(scope.book);
    const entries: Entry[] = [];
    for (const credit of byPayee.get(scope.payee) ?? []) {
      if (this.kinds.has(credit.booked.kind)) addDealEntries(scope, credit, entries);
    }
    for (const credited of manualByPayee.get(scope.payee) ?? []) {
      entries.push(...manualEntries(scope, credited, scope.payee));
    }
    return entries;
  }

  // The direct credit of everybody who has the payee's manager on the booking date, himself
  // included; who has no manager is his own team.
  private measureTeam(scope: Scope): Entry[] {
    const { book, payee } = scope;
    const credits = creditsIn(book);
    const inTeam = (other: string, day: number): boolean => {
      const manager = book.managerOn(payee, day);
      return other === payee || (manager !== undefined && book.managerOn(other, day) === manager);
    };
    const direct = [...credits.directByManager().values(), credits.byPayee.get(payee) ?? []];
    const seen = new Set<object>();
    const own = direct.flat().filter(({ credited, booked }) => {
      if (booked.kind !== 'direct' || seen.has(booked)) return false;
      seen.add(booked);
      return inTeam(booked.payee, credited.deal.bookedOn);
    });
    const entries: Entry[] = [];
    for (const credit of own) addDealEntries(scope, credit, entries);
    for (const [other, deals] of credits.manualByPayee) {
      for (const credited of deals) {
        if (!inTeam(other, credited.deal.bookedOn)) continue;
        entries.push(...manualEntries(scope, credited, other));
      }
    }
    return entries;
  }
}
