import { dayOf, type KnownFacts } from '#kernel';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The spans of days, inside one, on which a payee has a manager. */
const managersIn = (facts: KnownFacts, payee: string, span: Span) => {
  const states = facts.payee(payee)?.states ?? [];
  return states.flatMap(({ from, manager }, i) => {
    const start = Math.max(from, span.from);
    const end = Math.min((states[i + 1]?.from ?? Infinity) - 1, span.to);
    return manager === undefined || start > end ? [] : [{ manager, from: start, to: end }];
  });
};

/** The line upwards that leads from somebody to the payee on some day, or undefined. */
const lineTo = (
  facts: KnownFacts,
  payee: string,
  from: string,
  span: Span,
  seen: readonly string[],
): readonly string[] | undefined => {
  if (from === payee) return [...seen, from];
  if (seen.includes(from)) return undefined;
  for (const { manager, ...part } of managersIn(facts, from, span)) {
    const line = lineTo(facts, payee, manager, part, [...seen, from]);
    if (line) return line;
  }
  return undefined;
};

/** The days from `on` until somebody else is known to be the payee's manager. */
const spanFrom = (facts: KnownFacts, payee: string, on: number): Span => {
  const states = facts.payee(payee)?.states ?? [];
  const before = states.filter(({ from }) => from <= on).at(-1)?.manager;
  const next = states.find(({ from, manager }) => from > on && manager !== before);
  return { from: on, to: next ? next.from - 1 : Infinity };
};

/**
 * The circle that would arise if `manager` were the payee's manager from the day `on` on, on any
 * later day: the ids from the payee up to himself; undefined if there is none.
 */
export const circleOf = (
  facts: KnownFacts,
  payee: string,
  manager: string,
  on: string,
): readonly string[] | undefined => {
  const line = lineTo(facts, payee, manager, spanFrom(facts, payee, dayOf(on)), []);
  return line && [payee, ...line];
};
