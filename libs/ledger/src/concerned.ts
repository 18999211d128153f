import { reportingLine, reportsOf, type Book } from '#crediting';
import type { Component } from '#plans';

/** How many payees are calculated at once: what they need, and come to, is still at hand then. */
const AT_ONCE = 11;

const holds = (book: Book, id: string, test: (component: Component) => boolean): boolean =>
  book
    .assignments(id)
    .some(({ plan }) =>
      book.planVersions(plan).some((version) => version.plan.components.some(test)),
    );

const isOverride = ({ measure }: Component): boolean => measure?.value === 'earnings';

/** Whose deals the calculation of some payees asks for besides their own. */
export const concernedWith = (book: Book, payees: readonly string[]): string[] => {
  const all = new Set(payees);
  for (const id of payees) {
    if (!holds(book, id, isOverride)) continue;
    for (const below of reportsOf(reportingLine(book), id)) all.add(below);
  }
  for (const id of [...all]) {
    if (holds(book, id, ({ measure }) => measure?.who === 'team'))
      for (const peer of reportingLine(book).peers(id)) all.add(peer);
  }
  return [...all].sort();
};

// Who is first to ask what a payee earned: he himself for those below him, or somebody above.
const headOf = (book: Book, id: string): string | undefined => {
  if (holds(book, id, isOverride)) return id;
  for (const above of reportingLine(book).above(id)) {
    if (holds(book, above, isOverride)) return above;
  }
  return undefined;
};

/**
 * With whom a payee is best calculated: who has an override on what others earn asks for all of
 * that, and together it is worked out once.
 */
export const teamOf = (book: Book, payee: string): readonly string[] => {
  const head = headOf(book, payee);
  if (head === undefined) return [payee];
  const below = [...reportsOf(reportingLine(book), head)];
  return [head, ...below.filter((id) => id !== head && headOf(book, id) === head)].sort();
};

/** Payees a few at a time, in the order in which they are best calculated: teams stay together. */
export const inTeams = (book: Book, payees: readonly string[]): string[][] => {
  const left = new Set(payees);
  const groups: string[][] = [];
  let group: string[] = [];
  for (const payee of payees) {
    if (!left.has(payee)) continue;
    const team = teamOf(book, payee).filter((id) => left.delete(id));
    if (group.length > 0 && group.length + team.length > AT_ONCE) {
      groups.push(group);
      group = [];
    }
    group.push(...team);
  }
  if (group.length > 0) groups.push(group);
  return groups;
};
