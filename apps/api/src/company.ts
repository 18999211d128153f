import type { Command, DomainEvent } from '#kernel';

/** A command and the circumstances in which it is given. */
export interface Given extends Command {
  readonly role: string;
  /** The same for a request that is sent again, so that the log records it once. */
  readonly commandId?: string;
}

/** What a command led to: the types of the events recorded (none where it said what is known) and a position. */
export interface Executed {
  readonly events: readonly DomainEvent[];
  readonly position: bigint;
}

/** The running service as the API sees it: commands go in here. */
export abstract class Company {
  /** Decides on a command and records what follows. Throws `Refusal`, `Conflict` or `LogUnavailable`. */
  abstract execute(given: Given): Promise<Executed>;
  /** The position of the log's last event; throws where the log does not answer. */
  abstract health(): Promise<{ readonly position: number }>;
}
