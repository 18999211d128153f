import { Refusal, type Command, type FiscalCalendar, type Period } from '#kernel';
import type { Book, Fact } from '#crediting';
import { decideCommand, handlerOf } from '#scenarios';
import {
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
} from '#statements';
import { categoryOf } from '#event-store';
import type { OpenCompany } from './company.js';
import { simulateOn } from './helpers.js';
import { NO_PAYOUTS } from './payouts.js';
import { lotsOf, SimulatedPay, type Lot, type Simulated, type Sums } from './simulated-pay.js';
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

const DEALS_AT_ONCE = 2000;

/** The real facts and those of a file besides, in memory: what if they were recorded now? */
export class Simulation {
  private readonly reference: ReferenceBook;
  private readonly marks = new Marks();
  /** What the file says of deals, by deal. */
  private readonly dealFacts = new Map<string, Fact[]>();
  /** Deals that belong, with the file, to payees to whom they do not belong now. */
  private readonly gained = new Map<string, Set<string>>();
  private readonly streams = new Map<string, { state: unknown; evolve: (event: object) => void }>();
  /** What the steps would record. */
  private readonly facts: Fact[] = [];
  private position = 0;
  private head = 0n;
  private lastDay = -Infinity;

  private constructor(private readonly company: OpenCompany) {
    this.reference = new ReferenceBook(company.store);
  }

  /** Takes in what rows know now. */
  static async open(company: OpenCompany): Promise<Simulation> {
    const simulation = new Simulation(company);
    const head = await company.catchUp();
    await simulation.reference.upTo(head);
    simulation.head = head;
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
    this.facts.push(fact);
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
    const found: Difference[] = [];
    const costs = new Costs();
    const of = { payees, through, months: period };
    for (const { before, after } of await this.calculate(of)) {
      found.push(...differing(before, after));
      costs.add(before, after);
    }
    return {
      differences: found,
      summary: summaryOf(payees.length, costs.inAll(), found, costs.earnedBefore),
    };
  }

  // Lot by lot, on as many threads as are worth it; it comes to the same on any number.
  private async calculate(
    of: Pick<Simulated, 'payees' | 'through' | 'months'>,
  ): Promise<readonly Lot[]> {
    const { database, followers, isLogInDatabase } = this.company;
    const simulated: Simulated = {
      ...of,
      position: this.head,
      rowsAt: await followers.position(),
      facts: this.facts,
      gained: this.gained,
      begun: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    };
    const lots = new Array<Lot | undefined>(lotsOf(simulated)).fill(undefined);
    const done = (lot: Lot): void => void (lots[lot.lot] = lot);
    const helped = isLogInDatabase ? simulateOn(database.url, simulated, done) : undefined;
    const pay = new SimulatedPay(this.company, this.book, simulated);
    for await (const lot of pay.lots()) done(lot);
    await helped;
    // What a helper began and did not end is done here.
    const all: Lot[] = [];
    for (const [n, lot] of lots.entries()) all.push(lot ?? (await pay.lot(n)));
    return all;
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
