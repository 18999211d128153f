import type { Decider, DomainCommand, DomainEvent } from '#kernel';
import { Conflict, type Appended, type Context, type EventStore } from './event-store.js';

const ATTEMPTS = 5;

/** What a decision led to: its events (none where the command said again what is known) and where they stand. */
export interface Decided<E extends DomainEvent> {
  readonly events: readonly E[];
  /** The position that shows the decision: that of its last event or, without any, of the stream's. */
  readonly position: bigint;
}

/** The only place where a decision meets the event log: read, fold, decide, append. */
export class Decisions {
  constructor(private readonly store: EventStore) {}

  /** Runs one command against one stream. Throws the rule's `Refusal`, or `Conflict` if others keep writing first. */
  async run<C extends DomainCommand, E extends DomainEvent, S>(
    decider: Decider<C, E, S>,
    stream: string,
    command: C,
    context: Context,
  ): Promise<Decided<E>> {
    for (let attempt = 1; ; attempt += 1) {
      const recorded = await this.store.read(stream);
      const state = recorded.reduce(
        (folded, event) => decider.evolve(folded, event as unknown as E),
        decider.initial,
      );
      const last = recorded.at(-1);
      const events = decider.decide(command, state);
      if (events.length === 0) return { events, position: last?.position ?? 0n };
      try {
        const { position }: Appended = await this.store.append(
          stream,
          events,
          last?.revision ?? 'none',
          context,
        );
        return { events, position };
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}
