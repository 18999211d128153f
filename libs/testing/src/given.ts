import {
  Refusal,
  type Decider,
  type DomainCommand,
  type DomainEvent,
  type RefusalCode,
} from '#kernel';

/** A command in a spec: when it was recorded and by whom only matters where the spec says so. */
export const command = <T extends string, D extends object>(type: T, data: D, by = 'admin') =>
  ({ type, data, by, recorded: '2026-01-01T00:00:00Z' }) as const;

/** The code of the refusal that an action ends in; without one, the spec fails. */
export const refusalOf = (action: () => unknown): RefusalCode => {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  throw new Error('expected a refusal, and there was none');
};

/** Given what happened, when a command comes, then these events follow, or nothing, or a refusal. */
export const given =
  <C extends DomainCommand, E extends DomainEvent, S>(decider: Decider<C, E, S>) =>
  (...history: readonly E[]) => ({
    when(of: C) {
      const state = history.reduce<S>((s, event) => decider.evolve(s, event), decider.initial);
      return {
        then: (...events: readonly E[]) => expect(decider.decide(of, state)).toEqual(events),
        thenNothing: () => expect(decider.decide(of, state)).toEqual([]),
        thenRefuses: (code: RefusalCode) =>
          expect(refusalOf(() => decider.decide(of, state))).toBe(code),
      };
    },
  });
