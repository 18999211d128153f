/** A command as the service speaks of it: its name in the language (`book-deal`) and its fields. */
export interface DomainCommand {
  readonly type: string;
  readonly data: object;
}

/** Something that happened, named in the past tense (`DealBooked`); its data is plain JSON. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/**
 * A rule of the business: what a command does to a state. `decide` gives the events (none where the
 * command says again what is known) or throws a `Refusal`; `evolve` folds an event into the state.
 * Both are pure: time, ids and looked-up facts arrive with the command.
 */
export interface Decider<C extends DomainCommand, E extends DomainEvent, S> {
  readonly initial: S;
  decide(command: C, state: S): readonly E[];
  evolve(state: S, event: E): S;
}
