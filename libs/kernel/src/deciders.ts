import type { Decider, DomainCommand, DomainEvent } from './decider.js';
import { refuse } from './refusal.js';
import type { RefusalCode } from './refusal-codes.js';
import { same } from './same.js';

/** An event of one type, with the data of the command that led to it. */
export interface EventOf<D extends object> extends DomainEvent {
  readonly data: D;
}

/**
 * The rule for a fact with an id of its own: the same content again changes nothing, other content
 * is refused with `code`.
 */
export const recordedOnce = <D extends object>(
  event: string,
  code: RefusalCode,
  noun: string,
): Decider<DomainCommand & { readonly data: D }, EventOf<D>, D | undefined> => ({
  initial: undefined,
  decide({ data }, state) {
    if (state === undefined) return [{ type: event, data }];
    return same(state, data) ? [] : refuse(code, `This ${noun} is known with other content.`);
  },
  evolve: (_state, { data }) => data,
});

/**
 * The rule for a fact without an id: a later one with the same key stands in the place of the
 * earlier; what is in force already changes nothing when it is said again.
 */
export const replacing = <D extends object>(
  event: string,
  keyOf: (data: D) => string,
): Decider<DomainCommand & { readonly data: D }, EventOf<D>, Map<string, D> | undefined> => ({
  initial: undefined,
  decide: ({ data }, state) => (same(state?.get(keyOf(data)), data) ? [] : [{ type: event, data }]),
  // The map belongs to the fold that made it: copying it with each event would cost the square.
  evolve: (state, { data }) => (state ?? new Map<string, D>()).set(keyOf(data), data),
});
