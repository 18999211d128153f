import { Refusal, type Command, type FiscalCalendar, type Period } from '#kernel';
import type { Book, Fact } from '#crediting';
import { calculate } from '#ledger';
import { decideCommand, handlerOf } from '#scenarios';
import {
  concernedFacts,
  dayIn,
  dealOf,
  dealsFoundBy,
  factOf,
  horizonAt,
  horizonMonth,
  IS_DEAL_CATEGORY,
  Marks,
  readDeals,
  ReferenceBook,
  shareOut,
  staleDeals,
  stalePayees,
  type Earned,
} from '#statements';
import { categoryOf } from '#event-store';
import type { OpenCompany } from './company.js';
import { NO_PAYOUTS } from './payouts.js';
import { summaryOf, type Difference, type SimulationSummary } from './simulation-summary.js';

/** One command of a simulation, as its file states it. */
export interface SimulatedStep {
  readonly type: string;
  readonly data: object;
  readonly by?: string;
  /** Where it stands, for whoever has to mend it. */
  readonly source: string;
}

/** What a simulation found, all at once. */
export interface Outcome {
  /** By payee and component, in order; who neither gains nor loses by it is left out. */
  readonly differences: readonly Difference[];
  readonly summary: SimulationSummary;
}

// Few enough that what is calculated of them is forgotten young.
const PAYEES_AT_ONCE = 25;
const DEALS_AT_ONCE = 2000;

type Sums = Map<string, { readonly keys: readonly [string, string, string]; amount: bigint }>;

const addTo = (sums: Sums, rows: Iterable<Earned>, isAsked: (month: number) => boolean): void => {
  for (const { payee, month, component, currency, amount } of rows) {
    if (!isAsked(month)) continue;
    const key = `${payee}\n${component}\n${currency}`;
    const known = sums.get(key);
    if (known) known.amount += amount;
    else sums.set(key, { keys: [payee, component, currency], amount });
  }
};

/** What is read of some payees before they are calculated. */
interface Read {
  readonly payees: readonly string[];
  readonly earned: readonly Earned[];
  readonly facts: readonly Fact[];
}

/** The real facts and those of a file besides, in memory: what if they were recorded now? */
export class Simulation {
  private readonly reference: ReferenceBook;
  private readonly marks = new Marks();
  /** What the file says of deals, by deal. */
  private readonly dealFacts = new Map<string, Fact[]>();
  /** Deals that belong, with the file, to payees to whom they do not belong now. */
  private readonly gained = new Map<string, Set<string>>();
  private readonly streams = new Map<string, { state: unknown; evolve: (event: object) => void }>();
  private position = 0;
  private lastDay = -Infinity;

  private constructor(private readonly company: OpenCompany) {
    this.reference = new ReferenceBook(company.store);
  }

  /** Takes in what rows know now. */
  static async open(company: OpenCompany): Promise<Simulation> {
    const simulation = new Simulation(company);
    const head = await company.catchUp();
    await simulation.reference.upTo(head);
    simulation.position = Number(head);
    return simulation;
  }

  /** The fiscal calendar that periods are named by. */
  get calendar(): FiscalCalendar {
    return this.book.calendar;
  }

  private get book(): Book {
    return this.reference.book;
  }

  /** Adds a step; what a rule does not allow throws a `Refusal` that names the place. */
  async add({ type, data, by = 'admin', source }: SimulatedStep): Promise<void> {
    const handler = handlerOf(type);
    const stream = handler.stream(data);
    const known = await this.stream(stream, type);
    const recorded = new Date(0).toISOString();
    const command: Command = { type, data, recorded, by };
    const deals = handler.deals?.(data) ?? [];
    const facts = this.book.withDeals(await this.factsOf(deals));
    try {
      for (const event of decideCommand(command, known.state, { facts, payouts: NO_PAYOUTS })) {
        known.evolve(event);
        this.position += 1;
        this.take({
          position: this.position,
          stream,
          recorded,
          by,
          type: event.type,
          data: event.data,
        });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.code, `${source}: ${error.message}`, error.details);
    }
  }

  private async stream(name: string, type: string) {
    let known = this.streams.get(name);
    if (!known) {
      const { decider } = handlerOf(type);
      let state = decider.initial;
      for (const event of await this.company.store.read(name)) state = decider.evolve(state, event);
      const opened = {
        state,
        evolve: (event: object) =>
          void (opened.state = decider.evolve(opened.state, event as never)),
      };
      this.streams.set(name, (known = opened));
    }
    return known;
  }

  private async factsOf(deals: readonly string[]): Promise<Fact[]> {
    const found = await this.company.store.readMany(deals.map((id) => `deal-${id}`));
    return [
      ...[...found.values()].flat().map(factOf),
      ...deals.flatMap((id) => this.dealFacts.get(id) ?? []),
    ];
  }

  private take(fact: Fact): void {
    if (IS_DEAL_CATEGORY.has(categoryOf(fact.stream))) {
      const deal = dealOf(fact);
      this.lastDay = Math.max(this.lastDay, dayIn(fact));
      this.dealFacts.set(deal, [...(this.dealFacts.get(deal) ?? []), fact]);
      return;
    }
    this.book.record(fact);
    this.marks.note(this.book, fact);
  }

  /** Who gains and who loses by the steps, in some months or in all, and what that comes to. */
  async outcome(period?: Pick<Period, 'first' | 'last'>): Promise<Outcome> {
    const { pool } = this.company.database;
    await this.shareOut();
    const payees = [...(await stalePayees(pool, this.book, this.marks))].sort();
    const known = (await horizonAt(pool)) ?? -Infinity;
    const day = Math.max(known, this.lastDay);
    const last = horizonMonth(this.book, day === -Infinity ? null : day);
    const through = Math.max(
      last,
      Number.isFinite(period?.last) ? (period?.last as number) : -Infinity,
      (await this.company.ledger.through()) ?? -Infinity,
    );
    const isAsked = (month: number): boolean =>
      !period || (period.first <= month && month <= period.last);
    const found: Difference[] = [];
    const costs = new Costs();
    const payouts = await this.company.payouts();
    for await (const { payees: some, earned, facts } of this.readAhead(payees)) {
      const [before, after]: [Sums, Sums] = [new Map(), new Map()];
      addTo(before, earned, isAsked);
      const ledger = calculate(this.book.withDeals(facts), { payees: some, through, payouts });
      addTo(after, ledger.earnings, isAsked);
      addTo(after, ledger.adjustments, isAsked);
      found.push(...differing(before, after));
      costs.add(before, after);
    }
    return {
      differences: found,
      summary: summaryOf(payees.length, costs.inAll(), found, costs.earnedBefore),
    };
  }

  // While some payees are calculated, what is needed of the next ones is on its way.
  private async *readAhead(payees: readonly string[]): AsyncGenerator<Read> {
    const read = (i: number): Promise<Read> => {
      const reading = this.read(payees.slice(i, i + PAYEES_AT_ONCE));
      // Whoever fails meanwhile does not wait for it.
      reading.catch(() => undefined);
      return reading;
    };
    let next = read(0);
    for (let i = 0; i < payees.length; i += PAYEES_AT_ONCE) {
      const now = await next;
      if (i + PAYEES_AT_ONCE < payees.length) next = read(i + PAYEES_AT_ONCE);
      yield now;
    }
  }

  private async read(payees: readonly string[]): Promise<Read> {
    const { pool } = this.company.database;
    const gained = payees.flatMap((id) => [...(this.gained.get(id) ?? [])]);
    const [earned, stored, extra] = await Promise.all([
      this.company.ledger.earned(payees),
      concernedFacts(pool, this.book, payees),
      readDeals(pool, gained),
    ]);
    if (extra.size === 0 && this.dealFacts.size === 0) return { payees, earned, facts: stored };
    const facts = new Map<number, Fact>();
    const more = [...[...extra.values()].map((row) => row.facts), ...this.dealFacts.values()];
    for (const fact of [stored, ...more].flat()) facts.set(fact.position, fact);
    const inOrder = [...facts.values()].sort((a, b) => a.position - b.position);
    return { payees, earned, facts: inOrder };
  }

  // Deals that the file changes, or that its facts about territories and managers may give to others.
  private async shareOut(): Promise<void> {
    const { pool } = this.company.database;
    const stale = await staleDeals(pool, this.book, this.marks);
    const ids = [...new Set([...(await dealsFoundBy(pool, stale)), ...this.dealFacts.keys()])];
    for (let i = 0; i < ids.length; i += DEALS_AT_ONCE) {
      const chunk = ids.slice(i, i + DEALS_AT_ONCE);
      const rows = await readDeals(pool, chunk);
      for (const id of chunk) {
        const facts = [...(rows.get(id)?.facts ?? []), ...(this.dealFacts.get(id) ?? [])];
        this.give(id, shareOut(this.book, facts, [])?.row.payees ?? [], rows.get(id)?.payees ?? []);
      }
    }
  }

  private give(deal: string, now: readonly string[], before: readonly string[]): void {
    for (const payee of [...before, ...now]) this.marks.payees.add(payee);
    for (const payee of now) {
      if (before.includes(payee)) continue;
      this.gained.set(payee, (this.gained.get(payee) ?? new Set()).add(deal));
    }
  }
}

/** What the payees of a simulation earn in all, by currency, and what each of them did before. */
class Costs {
  readonly earnedBefore = new Map<string, bigint>();
  private readonly sums = new Map<string, { before: bigint; after: bigint }>();

  add(before: Sums, after: Sums): void {
    for (const { keys, amount } of before.values()) {
      const key = `${keys[0]}\n${keys[2]}`;
      this.earnedBefore.set(key, (this.earnedBefore.get(key) ?? 0n) + amount);
      this.of(keys[2]).before += amount;
    }
    for (const { keys, amount } of after.values()) this.of(keys[2]).after += amount;
  }

  inAll() {
    return [...this.sums].sort().map(([currency, sums]) => ({ currency, ...sums }));
  }

  private of(currency: string) {
    const known = this.sums.get(currency) ?? { before: 0n, after: 0n };
    this.sums.set(currency, known);
    return known;
  }
}

const differing = (before: Sums, after: Sums): Difference[] => {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [payee, component, currency] = (before.get(key) ?? after.get(key))?.keys as [
      string,
      string,
      string,
    ];
    const [was, is] = [before.get(key)?.amount ?? 0n, after.get(key)?.amount ?? 0n];
    return was === is ? [] : [{ payee, component, currency, before: was, after: is }];
  });
};
