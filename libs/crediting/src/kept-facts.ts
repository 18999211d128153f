import type { Fact } from './fact.js';
import { PackedShelf } from './packed-shelf.js';
import { OpenShelf, type Shelf } from './shelf.js';

const NO_FACTS: readonly Fact[] = [];
const KEPT_VIEWS = 64;
// What is made of more entities of a category is made again when it is asked for: of payees there may be many.
const KEPT_MADE = 20_000;

/** What an entity is: of which category, and its id. */
interface Place {
  readonly category: string;
  readonly id: string;
}

const placeOf = (stream: string): Place => {
  // Most are deals: their category need not be cut out of each one's name.
  if (stream.startsWith('deal-')) return { category: 'deal', id: stream.slice(5) };
  const dash = stream.indexOf('-');
  return { category: stream.slice(0, dash), id: stream.slice(dash + 1) };
};

// Facts that other entities own, but that are asked for by what they are about.
const placeOfFact = (fact: Fact): Place => {
  const data = fact.data as { deal?: string; payee?: string; metric?: string };
  switch (fact.type) {
    case 'CreditAdjusted':
      return { category: 'creditadjustment', id: String(data.deal) };
    case 'EarningsAdjusted':
      return { category: 'earningsadjustment', id: String(data.payee) };
    case 'MetricRecorded':
      return { category: 'metric', id: String(data.metric) };
    default:
      return placeOf(fact.stream);
  }
};

// Of these there are as many as the company has people and customers: they are kept packed.
const MANY: ReadonlySet<string> = new Set([
  'payee',
  'assignment',
  'quota',
  'objective',
  'earningsadjustment',
  'account',
]);

// What is folded of any other facts knows the calendar and the closed months.
const changesAll = ({ category }: Place): boolean =>
  category === 'calendar' || category === 'period';

/** Facts that are left out of a view. */
interface Left {
  readonly of: KeptFacts;
  readonly positions: ReadonlySet<number>;
  readonly places: ReadonlyMap<string, ReadonlySet<string>>;
  /** The first of the positions. */
  readonly first: number;
  readonly changesAll: boolean;
  /** Whether it may be another's whose deals are that are in nothing else left out. */
  readonly changesCredit: boolean;
}

// Facts of these categories decide whose the deals of others are.
const DECIDES_CREDIT: ReadonlySet<string> = new Set(['calendar', 'account', 'territory', 'payee']);

/** What a view consists of. */
interface Parts {
  readonly shelves: Map<string, Shelf>;
  /** Facts of deals that were added, and are not kept. */
  readonly extra: ReadonlyMap<string, OpenShelf>;
  /** The last log position that is known. */
  readonly limit: number;
  /** The facts that these add deals to; what is made of them is not made again. */
  readonly base?: KeptFacts | undefined;
  readonly left?: Left | undefined;
}

/**
 * Facts by the entities that they are about, as far as they are known at a position of the log,
 * and what was made of them, which is kept until another fact changes it.
 */
export class KeptFacts {
  private readonly views = new Map<number, KeptFacts>();
  private readonly made = new Map<string, Map<string, unknown>>();
  // What was made of all the added entities of a category at once, in their order.
  private readonly added = new Map<string, unknown[]>();
  private readonly ids = new Map<string, readonly string[]>();
  private readonly ofAll = new Map<string, unknown>();
  private one: unknown;

  private constructor(private readonly parts: Parts) {}

  static none(): KeptFacts {
    return new KeptFacts({ shelves: new Map(), extra: new Map(), limit: Infinity });
  }

  /** The last log position that is known. */
  get limit(): number {
    return this.parts.limit;
  }

  /** These facts without the deals that were added to them. */
  get base(): KeptFacts {
    return this.parts.base ?? this;
  }

  /** Takes in one more fact, and gives what it is about; facts arrive in the order of the log. */
  record(fact: Fact): Place {
    const place = placeOfFact(fact);
    this.ofAll.clear();
    this.added.clear();
    const { category, id } = place;
    const { shelves } = this.parts;
    let shelf = shelves.get(category);
    if (!shelf) {
      shelf = MANY.has(category) ? new PackedShelf(category) : new OpenShelf();
      shelves.set(category, shelf);
    }
    if (shelf.add(id, fact)) this.ids.delete(category);
    if (changesAll(place)) this.made.clear();
    else this.made.get(category)?.delete(id);
    return place;
  }

  /** Puts other facts in the place of those of one stream, also as of earlier positions. */
  rewrite(stream: string, change: (facts: readonly Fact[]) => Fact[]): void {
    const { category, id } = placeOf(stream);
    this.parts.shelves.get(category)?.replace(id, change(this.of(category, id)));
    this.views.clear();
  }

  /** The facts as they were known at a log position. */
  asOf(position: number): KeptFacts {
    const { limit, base, left } = this.parts;
    if (position >= limit) return this;
    if (left && position < left.first) return left.of.asOf(position);
    let view = this.views.get(position);
    if (!view) {
      view = new KeptFacts({ ...this.parts, limit: position, base: base?.asOf(position) });
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

  /** These facts, and those of some deals besides. */
  with(facts: Iterable<Fact>): KeptFacts {
    const extra = new Map<string, OpenShelf>();
    for (const fact of facts) {
      const { category, id } = placeOfFact(fact);
      let shelf = extra.get(category);
      if (!shelf) extra.set(category, (shelf = new OpenShelf()));
      shelf.add(id, fact);
    }
    return new KeptFacts({ ...this.parts, extra, base: this });
  }

  /** As if some facts had never been recorded; nothing is to be added to the view. */
  without(facts: readonly Fact[]): KeptFacts {
    const { extra, base } = this.parts;
    const positions = new Set(facts.map(({ position }) => position));
    const places = new Map<string, Set<string>>();
    const others: Fact[] = [];
    let all = false;
    for (const fact of facts) {
      const place = placeOfFact(fact);
      const { category, id } = place;
      places.set(category, (places.get(category) ?? new Set()).add(id));
      if (!extra.get(category)?.has(id)) others.push(fact);
      all ||= changesAll(place);
    }
    const first = Math.min(...positions);
    const changesCredit = others.some((fact) => DECIDES_CREDIT.has(placeOfFact(fact).category));
    const left: Left = { of: this, positions, places, first, changesAll: all, changesCredit };
    const rest = others.length > 0 ? base?.without(others) : base;
    return new KeptFacts({ ...this.parts, base: rest, left });
  }

  /** The facts that these leave some out of, where all other deals have the same holders as there. */
  get sameHolders(): KeptFacts | undefined {
    const { left, limit } = this.parts;
    return left && !left.changesCredit && left.of.limit === limit ? left.of : undefined;
  }

  /** The facts of one stream that are known here, in the order of the log. */
  ofStream(stream: string): readonly Fact[] {
    const { category, id } = placeOf(stream);
    return this.of(category, id);
  }

  /** The facts about one entity that are known here, in the order of the log. */
  of(category: string, id: string): readonly Fact[] {
    const { shelves, extra } = this.parts;
    const shelf = extra.get(category)?.of(id) ?? shelves.get(category)?.of(id);
    return shelf ? this.known(shelf, category, id) : NO_FACTS;
  }

  /** Whether anything is known here about an entity. */
  has(category: string, id: string): boolean {
    const { shelves, limit, left } = this.parts;
    const isThere = shelves.get(category)?.has(id) === true;
    return isThere && limit === Infinity && !left ? true : this.of(category, id).length > 0;
  }

  // What of a shelf's facts is known here.
  private known(shelf: readonly Fact[], category: string, id: string): readonly Fact[] {
    const { limit, left } = this.parts;
    const last = shelf[shelf.length - 1];
    const known =
      !last || last.position <= limit ? shelf : shelf.filter(({ position }) => position <= limit);
    return left?.places.get(category)?.has(id)
      ? known.filter(({ position }) => !left.positions.has(position))
      : known;
  }

  /** The ids of all entities of a category that are known here, in order. */
  idsOf(category: string): readonly string[] {
    if (this.parts.base) return this.parts.base.idsOf(category);
    let ids = this.ids.get(category);
    if (!ids) {
      const all = [...(this.parts.shelves.get(category)?.ids() ?? [])];
      ids = all.filter((id) => this.has(category, id)).sort();
      this.ids.set(category, ids);
    }
    return ids;
  }

  /** Goes through what is made of the facts about each entity of a category that was added. */
  eachAdded<T>(
    category: string,
    fold: (facts: readonly Fact[]) => T | undefined,
    take: (value: T) => void,
  ): void {
    const made = this.madeOf(category);
    const values: unknown[] = [];
    this.parts.extra.get(category)?.each((shelf, id) => {
      let value = made.get(id) as T | undefined;
      // Of a view that leaves facts out, most entities are made already.
      value ??= this.parts.left
        ? this.fold(category, id, fold)
        : fold(this.known(shelf, category, id));
      values.push(value);
      if (value !== undefined) take(value);
    });
    // Few are asked for one by one, and only then each is found by its id.
    this.added.set(category, values);
  }

  isAdded(category: string, id: string): boolean {
    return this.parts.extra.get(category)?.has(id) === true;
  }

  /** What is made of the facts about one entity. */
  fold<T>(category: string, id: string, fold: (facts: readonly Fact[]) => T): T {
    const { base, left, limit } = this.parts;
    if (base && !this.isAdded(category, id)) return base.fold(category, id, fold);
    if (left && left.of.limit === limit && !left.changesAll) {
      if (!left.places.get(category)?.has(id)) return left.of.fold(category, id, fold);
    }
    const made = this.madeOf(category);
    const known = made.get(id);
    if (known !== undefined || made.has(id)) return known as T;
    const value = fold(this.of(category, id));
    if (made.size >= KEPT_MADE) made.clear();
    made.set(id, value);
    return value;
  }

  private madeOf(category: string): Map<string, unknown> {
    let made = this.made.get(category);
    if (!made) this.made.set(category, (made = new Map()));
    const added = this.added.get(category);
    if (added) {
      let i = 0;
      this.parts.extra.get(category)?.each((_shelf, id) => made.set(id, added[i++]));
      this.added.delete(category);
    }
    return made;
  }

  /**
   * What there is one of for these facts. It is kept here and not in a WeakMap: what is young is
   * never collected there before everything that is old is looked through.
   */
  once<T>(make: () => T): T {
    return (this.one ??= make()) as T;
  }

  /** What is made of all facts, kept until the next one. */
  fromAll<T>(key: string, make: () => T): T {
    if (!this.ofAll.has(key)) this.ofAll.set(key, make());
    return this.ofAll.get(key) as T;
  }
}
