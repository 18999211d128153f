import { Book } from '#crediting';
import { Refusal, type DomainEvent, type KnownPayouts, type RefusalCode } from '#kernel';
import { causedBy, handlerOf, readCommand, refuseMalformed, decideCommand } from '#scenarios';

/** A step as a scenario writes it: one command, who says so, and in which role, where it matters. */
export type StepOf = Readonly<Record<string, unknown>> & {
  readonly by?: string;
  readonly role?: string;
};

const NOTHING_STALE: KnownPayouts = {
  isStale: () => false,
  payeesOf: () => [],
  makersOf: () => [],
  approvalOf: () => ({ approvers: 1 }),
  unnotedOf: () => [],
};

/** A company in memory, as its commands and their rules see it: for specs of refusals. */
export class Company {
  readonly book = Book.empty();
  private readonly states = new Map<string, unknown>();
  private position = 0;

  constructor(private readonly payouts: KnownPayouts = NOTHING_STALE) {}

  /** Records a step and gives the events that follow from it; throws its refusal. */
  record({ by = 'admin', role, ...step }: StepOf): readonly DomainEvent[] {
    const [entry] = Object.entries(step);
    const [type, plain] = entry as [string, unknown];
    const reading = readCommand(type, plain);
    if (reading.faults) return refuseMalformed(type, reading.faults);
    const command = {
      type,
      data: reading.data,
      by,
      recorded: '2026-01-01T00:00:00Z',
      ...(role && { role }),
    };
    const cause = causedBy(command);
    if (cause) this.record({ by, [cause.type]: cause.data });
    const { stream: streamOf, decider } = handlerOf(type);
    const stream = streamOf(command.data);
    let state = this.states.has(stream) ? this.states.get(stream) : decider.initial;
    const known = { facts: this.book, payouts: this.payouts };
    const events = decideCommand(command, state, known);
    for (const event of events) {
      state = decider.evolve(state, event);
      this.position += 1;
      const { position } = this;
      this.book.record({ ...event, position, stream, recorded: command.recorded, by });
    }
    this.states.set(stream, state);
    return events;
  }

  /** Tries a step: `recorded`, `nothing` where it says what is known, or the code of its refusal. */
  outcome(step: StepOf): 'recorded' | 'nothing' | RefusalCode {
    try {
      return this.record(step).length > 0 ? 'recorded' : 'nothing';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  /** The words of the refusal of a step. */
  words(step: StepOf): string {
    try {
      this.record(step);
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
    return '';
  }
}

/** A company in which these steps were recorded. */
export const company = (...steps: readonly StepOf[]): Company => {
  const made = new Company();
  for (const step of steps) made.record(step);
  return made;
};
