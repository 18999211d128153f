import { handlerOf } from '#scenarios';
import { same, type DomainEvent } from '#kernel';

/** An event that the log already holds, with the circumstances in which it was recorded. */
export interface Held extends DomainEvent {
  readonly meta: { readonly source?: string };
}

/** What is known of one stream: what its events fold to, and where it ends. */
export interface KnownStream {
  state: unknown;
  /** How many events it has, those included that are only decided on so far. */
  length: number;
  /** Those that the log held when it was read. */
  readonly held: readonly Held[];
}

/** Folds the events of a stream by the rule of the command that concerns it. */
export const foldStream = (type: string, held: readonly Held[]): KnownStream => {
  const { initial, evolve } = handlerOf(type).decider;
  const state = held.reduce<unknown>((folded, event) => evolve(folded, event), initial);
  return { state, length: held.length, held };
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
