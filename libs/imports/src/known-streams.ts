import { handlerOf } from '#scenarios';
import { same, type DomainEvent } from '#kernel';

/** An event that the log already holds, with the circumstances in which it was recorded. */
export interface Held extends DomainEvent {
  readonly meta: { readonly source?: string };
}

/** What is known of one stream: what its events fold to, and where it ends. */
export interface KnownStream {
  state: unknown;
  /** What was decided since, and is folded when somebody asks: most streams are asked for once. */
  fresh: readonly DomainEvent[];
  /** How many events it has, those included that are only decided on so far. */
  length: number;
  /** Those that the log held when it was read. */
  readonly held: readonly Held[];
}

const fold = (type: string, state: unknown, events: readonly DomainEvent[]): unknown => {
  const { evolve } = handlerOf(type).decider;
  return events.reduce<unknown>((folded, event) => evolve(folded, event), state);
};

const NONE: readonly DomainEvent[] = [];

/** A stream as the log holds it, folded by the rule of the command that concerns it. */
export const foldStream = (type: string, held: readonly Held[]): KnownStream => ({
  state: fold(type, handlerOf(type).decider.initial, held),
  fresh: NONE,
  length: held.length,
  held,
});

/** What a stream folds to by now. */
export const stateOf = (known: KnownStream, type: string): unknown => {
  if (known.fresh.length === 0) return known.state;
  known.state = fold(type, known.state, known.fresh);
  known.fresh = NONE;
  return known.state;
};

const says = (event: object, command: object): boolean =>
  Object.entries(command).every(([field, value]) =>
    same((event as Record<string, unknown>)[field], value),
  );

/**
 * Whether the log holds what this row of this very file once led to. Facts without an id replace
 * each other: without this, the first of two that a file holds would be recorded anew each time the
 * file is read.
 */
export const isHeldFrom = (source: string, data: object, held: readonly Held[]): boolean =>
  held.some((event) => event.meta.source === source && says(event.data, data));
