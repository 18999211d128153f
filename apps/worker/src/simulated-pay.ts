import type { Pool } from 'pg';
import { categoryOf } from '#event-store';
import type { Book, Fact } from '#crediting';
import { calculate, type Payout } from '#ledger';
import {
  concernedFacts,
  dealOf,
  IS_DEAL_CATEGORY,
  readDeals,
  type Earned,
  type LedgerQueries,
} from '#statements';

/** All that decides what a simulation comes to, besides the log and its rows; passed on to other threads. */
export interface Simulated {
  /** Whose pay its steps may change, in order. */
  readonly payees: readonly string[];
  /** The log position on which it stands. */
  readonly position: bigint;
  /** The log position by which payouts are read. */
  readonly rowsAt: bigint;
  /** What its steps would record, in order. */
  readonly facts: readonly Fact[];
  /** Deals that belong, with its steps, to payees to whom they do not belong now. */
  readonly gained: ReadonlyMap<string, ReadonlySet<string>>;
  /** The last fiscal month that is calculated. */
  readonly through: number;
  /** The months that are asked about; all where not given. */
  readonly months?: { readonly first: number; readonly last: number } | undefined;
  /** How many lots of payees have been begun by anybody: whoever begins one counts it here. */
  readonly begun: Int32Array;
}

/** What payees earn and have adjusted, by payee, component and currency, in minor units. */
export type Sums = Map<
  string,
  { readonly keys: readonly [string, string, string]; amount: bigint }
>;

/** What some payees earn as things stand, and with the steps; lots follow each other as their payees do. */
export interface Lot {
  readonly lot: number;
  readonly before: Sums;
  readonly after: Sums;
}

// Few enough that what is calculated of them is forgotten young.
const PAYEES_IN_LOT = 25;

/** How many lots the payees of a simulation are calculated in. */
export const lotsOf = ({ payees }: Pick<Simulated, 'payees'>): number =>
  Math.ceil(payees.length / PAYEES_IN_LOT);

/** Where it is read what payees earn as things stand: the running company. */
interface PaySources {
  readonly database: { readonly pool: Pool };
  readonly ledger: Pick<LedgerQueries, 'earned'>;
  knownAt(position: bigint): Promise<{ readonly payouts: readonly Payout[] }>;
}

/** What is read of some payees before they are calculated. */
interface Read {
  readonly lot: number;
  readonly payees: readonly string[];
  readonly earned: readonly Earned[];
  readonly facts: readonly Fact[];
}

/** Calculates the payees of a simulation, lot by lot; several threads may share the lots. */
export class SimulatedPay {
  /** What the steps say of deals, by deal. */
  private readonly dealFacts = new Map<string, readonly Fact[]>();

  /** `book` knows all facts that are not about deals, those of the steps among them. */
  constructor(
    private readonly company: PaySources,
    private readonly book: Book,
    private readonly of: Simulated,
  ) {
    for (const fact of of.facts) {
      if (!IS_DEAL_CATEGORY.has(categoryOf(fact.stream))) continue;
      const deal = dealOf(fact);
      this.dealFacts.set(deal, [...(this.dealFacts.get(deal) ?? []), fact]);
    }
  }

  /** The lots that nobody else has begun. */
  async *lots(): AsyncGenerator<Lot> {
    const { payouts } = await this.company.knownAt(this.of.rowsAt);
    // While some payees are calculated, what is needed of the next ones is on its way.
    for (let next = this.begin(); next;) {
      const read = await next;
      next = this.begin();
      // Whoever fails meanwhile does not wait for it.
      next?.catch(() => undefined);
      yield this.calculated(read, payouts);
    }
  }

  /** One lot by its number. */
  async lot(lot: number): Promise<Lot> {
    const { payouts } = await this.company.knownAt(this.of.rowsAt);
    return this.calculated(await this.read(lot), payouts);
  }

  private begin(): Promise<Read> | undefined {
    const lot = Atomics.add(this.of.begun, 0, 1);
    return lot < lotsOf(this.of) ? this.read(lot) : undefined;
  }

  private calculated({ lot, payees, earned, facts }: Read, payouts: readonly Payout[]): Lot {
    const [before, after]: [Sums, Sums] = [new Map(), new Map()];
    this.addTo(before, earned);
    const { through } = this.of;
    const ledger = calculate(this.book.withDeals(facts), { payees, through, payouts });
    this.addTo(after, ledger.earnings);
    this.addTo(after, ledger.adjustments);
    return { lot, before, after };
  }

  private addTo(sums: Sums, rows: Iterable<Earned>): void {
    const { months } = this.of;
    for (const { payee, month, component, currency, amount } of rows) {
      if (months && (month < months.first || month > months.last)) continue;
      const key = `${payee}\n${component}\n${currency}`;
      const known = sums.get(key);
      if (known) known.amount += amount;
      else sums.set(key, { keys: [payee, component, currency], amount });
    }
  }

  private async read(lot: number): Promise<Read> {
    const { pool } = this.company.database;
    const payees = this.of.payees.slice(lot * PAYEES_IN_LOT, (lot + 1) * PAYEES_IN_LOT);
    const gained = payees.flatMap((id) => [...(this.of.gained.get(id) ?? [])]);
    const [earned, stored, extra] = await Promise.all([
      this.company.ledger.earned(payees),
      concernedFacts(pool, this.book, payees),
      readDeals(pool, gained),
    ]);
    if (extra.size === 0 && this.dealFacts.size === 0)
      return { lot, payees, earned, facts: stored };
    const facts = new Map<number, Fact>();
    const more = [...[...extra.values()].map((row) => row.facts), ...this.dealFacts.values()];
    for (const fact of [stored, ...more].flat()) facts.set(fact.position, fact);
    const inOrder = [...facts.values()].sort((a, b) => a.position - b.position);
    return { lot, payees, earned, facts: inOrder };
  }
}
