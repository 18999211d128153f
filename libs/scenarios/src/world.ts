import { Book, type Fact } from '#crediting';
import { dispute, type DisputeEvent } from '#disputes';
import {
  compareInstants,
  refuse,
  type Command,
  type Decider,
  type DomainCommand,
  type DomainEvent,
  type FiscalCalendar,
  type KnownPayouts,
} from '#kernel';
import {
  calculate,
  collectable,
  isLive,
  isOutdated,
  takenBy,
  type Asked as AskedOfDraft,
  type CalculateOptions,
  type Ledger,
  type Payout,
  type PayoutAmount,
} from '#ledger';
import {
  approvalNeeded,
  askedWith,
  payout,
  type DraftPayout,
  type Payout as PayoutState,
  type PayoutEvent,
} from '#payouts';
import { causedBy, handlerOf, type decideCommand } from './commands.js';
import type { CommandStep } from './scenario.js';

/** What was known at one position of the log. */
export interface View {
  readonly book: Book;
  readonly calendar: FiscalCalendar;
  readonly payouts: ReadonlyMap<string, Payout>;
  readonly disputes: ReadonlyMap<string, string>;
  /** What was recorded at a position of the log; the first is 1. */
  fact(position: number): Fact | undefined;
  /** Everything that these facts come to, of those asked for. */
  ledger(asked?: Asked): Ledger;
}

/** Which part of a ledger is asked for; all of it, through its own horizon, if nothing is said. */
export type Asked = Omit<CalculateOptions, 'payouts' | 'payees'> & {
  readonly payees?: readonly string[];
};

type Decide = typeof decideCommand;

/** A payout, whom it asks about, and what others had taken when it was drafted. */
interface DraftedPayout extends Payout, AskedOfDraft {
  readonly taken: readonly PayoutAmount[];
}

interface Moment {
  readonly recorded: string;
  readonly position: number;
  readonly payouts: ReadonlyMap<string, DraftedPayout>;
  readonly disputes: ReadonlyMap<string, string>;
}

const NOWHEN: Moment = { recorded: '', position: 0, payouts: new Map(), disputes: new Map() };

const NOTHING_KNOWN: Ledger = {
  through: 0,
  credits: [],
  uncredited: [],
  attainment: [],
  earnings: [],
  adjustments: [],
  payable: [],
  balances: [],
  missingRates: [],
  postings: [],
};

interface Decided {
  readonly stream: string;
  readonly event: DomainEvent;
}

const startOf = (data: object): string => {
  const { start, months } = data as { start?: string; months?: readonly string[] };
  return `${start ?? months?.[0]}T00:00:00Z`;
};

const foldStream = <C extends DomainCommand, E extends DomainEvent, S>(
  { initial, evolve }: Decider<C, E, S>,
  events: readonly E[],
): S => events.reduce<S>((state, event) => evolve(state, event), initial);

const isCommitment = ({ type }: DomainEvent): boolean =>
  type.startsWith('Payout') || type.startsWith('Dispute') || type.startsWith('Statement');

/** A company in memory: the facts recorded so far, by the same rules that serve everybody. */
export class World {
  private readonly book = Book.empty();
  private readonly streams = new Map<string, DomainEvent[]>();
  private readonly moments: Moment[] = [];
  private readonly facts: Fact[] = [];
  private readonly ledgers = new Map<string, Ledger>();

  /** `decideCommand` is how a command is decided on. */
  constructor(private readonly decideCommand: Decide) {}

  /** When the last step was recorded. */
  get recorded(): string | undefined {
    return this.clock;
  }
  private clock: string | undefined;

  /** Whether the fiscal calendar is defined: before it, there is nothing to look at. */
  get hasCalendar(): boolean {
    return this.book.hasCalendar;
  }

  /** Takes a step in, whole or not at all: what a rule does not allow throws a `Refusal`. */
  execute(step: CommandStep): void {
    const recorded = step.recorded ?? this.clock ?? startOf(step.data);
    this.refuseEarlier(recorded);
    const { type, data } = step;
    const command: Command = { type, data, recorded, by: step.by ?? 'admin' };
    const decided = this.decide(command);
    // The remedy of a dispute is recorded with it, or the dispute is not resolved.
    const remedy = causedBy(command);
    if (remedy) decided.unshift(...this.decide(remedy));
    this.clock = recorded;
    for (const item of decided) this.record(item, command);
  }

  /** Moves the clock on without recording anything. */
  passTo(recorded: string): void {
    this.refuseEarlier(recorded);
    this.clock = recorded;
  }

  private refuseEarlier(recorded: string): void {
    if (this.clock === undefined || compareInstants(recorded, this.clock) >= 0) return;
    const message = `The step before was recorded at ${this.clock}; this one cannot be at ${recorded}.`;
    refuse('RecordedInPast', message);
  }

  /** What is known now, or was known at an instant; before there is a calendar nothing is. */
  view(asOf?: string): View {
    if (!this.book.hasCalendar) {
      refuse('CalendarNotDefined', 'Nothing can be expected before a step define-calendar.');
    }
    const moment =
      asOf === undefined
        ? this.moments.at(-1)
        : this.moments.findLast((item) => compareInstants(item.recorded, asOf) <= 0);
    const { position, payouts, disputes } = moment ?? NOWHEN;
    const book = moment === this.moments.at(-1) ? this.book : this.book.asOf(position);
    return {
      book,
      // Periods have their names, also when nothing was known yet.
      calendar: this.book.calendar,
      payouts,
      disputes,
      fact: (at) => this.facts[at - 1],
      ledger: (asked = {}) => this.ledgerOf(book, position, [...payouts.values()], asked),
    };
  }

  private ledgerOf(book: Book, position: number, payouts: readonly Payout[], asked: Asked): Ledger {
    if (!book.hasCalendar) return NOTHING_KNOWN;
    const key = JSON.stringify([position, asked]);
    let ledger = this.ledgers.get(key);
    if (!ledger) {
      ledger = calculate(book, { payouts, ...asked });
      this.ledgers.set(key, ledger);
    }
    return ledger;
  }

  private decide(command: Command): Decided[] {
    const { decider, stream: streamOf } = handlerOf(command.type);
    const stream = streamOf(command.data);
    const state = foldStream(decider, this.streams.get(stream) ?? []);
    const known = { facts: this.book, payouts: this.known() };
    return this.decideCommand(command, state, known).map((event) => ({ stream, event }));
  }

  private known(): KnownPayouts {
    const payouts = this.moments.at(-1)?.payouts ?? NOWHEN.payouts;
    return {
      isStale: (id) => payouts.get(id)?.status === 'stale',
      payeesOf: (id) => payouts.get(id)?.amounts.map(({ payee }) => payee) ?? [],
      makersOf: () => [],
      approvalOf: (id) => {
        const { approvals } = this.book.policy(payouts.get(id)?.through ?? 0);
        return approvalNeeded(approvals, [...payouts.values()], id);
      },
      // What is unusual is for people to see; a scenario says what is expected of it.
      unnotedOf: () => [],
    };
  }

  private record({ stream, event }: Decided, { recorded, by }: Command): void {
    const before = this.moments.at(-1) ?? NOWHEN;
    const position = before.position + 1;
    const { type, data } = event;
    const fact: Fact = { position, stream, recorded, by, type, data };
    const events = this.streams.get(stream);
    if (events) events.push(event);
    else this.streams.set(stream, [event]);
    this.facts.push(fact);
    this.book.record(fact);
    this.ledgers.clear();
    const moment: Moment = {
      recorded,
      position,
      payouts: type.startsWith('Payout')
        ? this.withPayout(stream, event as PayoutEvent)
        : before.payouts,
      disputes: type.startsWith('Dispute')
        ? this.withDispute(stream, event as DisputeEvent)
        : before.disputes,
    };
    this.moments.push(moment);
    if (!isCommitment(event)) this.outdate();
  }

  private withPayout(
    stream: string,
    { type, data }: PayoutEvent,
  ): ReadonlyMap<string, DraftedPayout> {
    const payouts = new Map(this.moments.at(-1)?.payouts);
    if (type === 'PayoutDrafted') return payouts.set(data.id, this.draft(data, payouts.values()));
    const before = payouts.get(data.payout) as DraftedPayout;
    const { status } = foldStream(
      payout,
      (this.streams.get(stream) ?? []) as PayoutEvent[],
    ) as PayoutState;
    return payouts.set(data.payout, { ...before, status, wasPaid: before.status === 'paid' });
  }

  private draft(data: DraftPayout, others: Iterable<DraftedPayout>): DraftedPayout {
    const through = this.book.calendar.period(data.through).last;
    const { payees, holds } = data;
    const asked = { through, ...(payees && { payees }), ...askedWith(holds) };
    const taken = takenBy(others);
    const amounts = collectable(calculate(this.book, { through }), asked, taken);
    return { id: data.id, status: 'draft', ...asked, taken, amounts };
  }

  private withDispute(stream: string, event: DisputeEvent): ReadonlyMap<string, string> {
    const disputes = new Map(this.moments.at(-1)?.disputes);
    const state = foldStream(dispute, (this.streams.get(stream) ?? []) as DisputeEvent[]);
    const id = event.type === 'DisputeOpened' ? event.data.id : event.data.dispute;
    if (state) disputes.set(id, state.status);
    return disputes;
  }

  // A fact that changes what a live payout would collect makes it stale, for good.
  private outdate(): void {
    const moment = this.moments.at(-1) as Moment;
    const live = [...moment.payouts.values()].filter(isLive);
    if (live.length === 0) return;
    const through = Math.max(...live.map((payout) => payout.through));
    const everybody = live.some(({ payees }) => !payees);
    const ledger = calculate(this.book, {
      through,
      ...(!everybody && { payees: live.flatMap(({ payees }) => payees ?? []) }),
    });
    const stale = live.filter((payout) => isOutdated(payout, ledger, payout.taken));
    if (stale.length === 0) return;
    const payouts = new Map(moment.payouts);
    for (const payout of stale) payouts.set(payout.id, { ...payout, status: 'stale' });
    this.moments.push({ ...(this.moments.pop() as Moment), payouts });
  }
}
