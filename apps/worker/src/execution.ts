import { Conflict, Decisions, type Context } from '#event-store';
import {
  compareInstants,
  Refusal,
  refuse,
  type Command,
  type DomainEvent,
  type Known,
} from '#kernel';
import { disputeHandlers } from '#disputes';
import { causedBy, decideCommand, handlerOf } from '#scenarios';
import { factOf, type ReferenceBook } from '#statements';
import { committedBy, isPayoutCommand, type CommitSources } from './committed.js';
import { unnotedIn } from './payout-review.js';
import type { RunSources } from './payout-runs.js';
import { knownPayouts, NO_PAYOUTS } from './payouts.js';
import { Turns } from './turns.postgres.js';

/** A command and the circumstances in which it is given. */
export interface Given extends Omit<Command, 'recorded'> {
  /** When it was learned: of a history that is brought in; the server's clock says it otherwise. */
  readonly recorded?: string;
  /** The same for a command that is sent again, so that the log records it once. */
  readonly commandId?: string;
  /** Where it came from, such as `orders.csv:17`. */
  readonly source?: string;
}

/** What a command led to: its events, none where it said what is known, and the position that shows it. */
export interface Executed {
  readonly events: readonly DomainEvent[];
  readonly position: bigint;
}

/** What commands are decided by: the running company. */
export type DecideSources = CommitSources &
  RunSources & {
    /** When the event at a position was recorded; an empty text where there is none. */
    recordedAt(position: bigint): Promise<string>;
  };

// What is payable must not change while somebody commits to it.
const isAboutPay = (type: string): boolean => isPayoutCommand(type) || type === 'forget-payee';
const isDisputeCommand = (type: string): boolean => Object.hasOwn(disputeHandlers, type);

/** Where commands are decided on, in the order and by the facts that each of them needs. */
export class Execution {
  private readonly decisions: Decisions;
  private readonly turns: Turns;
  private lastRecorded = '';

  constructor(
    private readonly company: DecideSources,
    private readonly reference: ReferenceBook,
  ) {
    this.decisions = new Decisions(company.store);
    this.turns = new Turns(company.database.pool);
  }

  /** Decides on a command and records what follows. Throws `Refusal`, `Conflict` or `LogUnavailable`. */
  async execute(given: Given): Promise<Executed> {
    if (given.type === 'close-period') return this.turns.take('periods', () => this.decide(given));
    if (isAboutPay(given.type)) {
      // Payouts are decided on one after the other, and by rows that know everything.
      return this.turns.take('payouts', async () => {
        await this.company.catchUp();
        return this.decide(given);
      });
    }
    if (!isDisputeCommand(given.type)) return this.decide(given);
    // Nobody withdraws a dispute between its remedy and its resolution.
    return this.turns.take(handlerOf(given.type).stream(given.data), () => this.decide(given));
  }

  private async decide(given: Given): Promise<Executed> {
    const recorded = await this.instantOf(given);
    const command: Command = { ...given, recorded };
    const remedy = causedBy(command);
    if (remedy) {
      await this.refuseUnlessAllowed(command);
      await this.record(remedy, { ...given, source: handlerOf(command.type).stream(command.data) });
    }
    const committed = await committedBy(this.company, command);
    return this.record(committed ? { ...command, with: committed } : command, given);
  }

  // What is refused has no consequences.
  private async refuseUnlessAllowed(command: Command): Promise<void> {
    const { decider, stream } = handlerOf(command.type);
    const events = await this.company.store.read(stream(command.data));
    const state = events.reduce<unknown>(
      (before, event) => decider.evolve(before, event),
      decider.initial,
    );
    decideCommand(command, state, await this.known(command));
  }

  private async record(command: Command, given: Given): Promise<Executed> {
    const { decider, stream } = handlerOf(command.type);
    const name = stream(command.data);
    const { role, payee, key, commandId, source } = given;
    const context: Context = {
      recorded: command.recorded,
      by: command.by,
      ...(role !== undefined && { role }),
      ...(payee !== undefined && { payee }),
      ...(key !== undefined && { key }),
      ...(commandId !== undefined && { commandId }),
      ...(source !== undefined && { source }),
    };
    const begun = await this.begin(command, name, context);
    if (begun) return begun;
    const known = await this.known(command);
    return this.decisions.run(
      { ...decider, decide: (_, state) => decideCommand(command, state, known) },
      name,
      command,
      context,
    );
  }

  // A booking nearly always begins its stream and asks only for payees, who never go away: it is decided by what is in
  // memory, without asking the log. Undefined where that does not do; then it is decided like everything else.
  private async begin(
    command: Command,
    stream: string,
    context: Context,
  ): Promise<Executed | undefined> {
    if (command.type !== 'book-deal') return undefined;
    const known = { facts: this.reference.book, payouts: NO_PAYOUTS };
    try {
      const events = decideCommand(command, undefined, known);
      const { position } = await this.company.store.append(stream, events, 'none', context);
      return { events, position };
    } catch (error) {
      if (error instanceof Refusal || error instanceof Conflict) return undefined;
      throw error;
    }
  }

  private async known(command: Command): Promise<Known> {
    const book = await this.reference.upTo();
    const ids = handlerOf(command.type).deals?.(command.data) ?? [];
    const found =
      ids.length === 0
        ? undefined
        : await this.company.store.readMany(ids.map((id) => `deal-${id}`));
    const facts = found ? book.withDeals([...found.values()].flat().map(factOf)) : book;
    if (!isPayoutCommand(command.type)) return { facts, payouts: NO_PAYOUTS };
    const { payout } = command.data as { payout?: string };
    const unnoted =
      command.type === 'approve-payout' ? await unnotedIn(this.company, payout as string) : [];
    return {
      facts,
      payouts: await knownPayouts(
        this.company.database.pool,
        book,
        this.reference.position,
        payout,
        unnoted,
      ),
    };
  }

  // The log's own instants never go back: that is what makes an instant mean a position.
  private async instantOf({ recorded }: Given): Promise<string> {
    if (this.lastRecorded === '')
      this.lastRecorded = await this.company.recordedAt(await this.company.store.head());
    const instant = recorded ?? new Date().toISOString();
    const isEarlier = this.lastRecorded !== '' && compareInstants(instant, this.lastRecorded) < 0;
    if (isEarlier && recorded !== undefined) {
      const message = `The last fact was recorded at ${this.lastRecorded}; this one cannot be at ${recorded}.`;
      refuse('RecordedInPast', message);
    }
    if (!isEarlier) this.lastRecorded = instant;
    return this.lastRecorded;
  }
}
