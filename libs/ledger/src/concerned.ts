import { reportingLine, reportsOf, type Book, type ReportingLine } from '#crediting';
import type { Component } from '#plans';

/** Whose deals the calculation of some payees asks for besides their own. */
export const concernedWith = (book: Book, payees: readonly string[]): string[] => {
  const all = new Set(payees);
  let known: ReportingLine | undefined;
  const line = (): ReportingLine => (known ??= reportingLine(book));
  const holds = (id: string, test: (component: Component) => boolean): boolean =>
    book
      .assignments(id)
      .some(({ plan }) =>
        book.planVersions(plan).some((version) => version.plan.components.some(test)),
      );
  for (const id of payees) {
    if (holds(id, ({ measure }) => measure?.value === 'earnings')) {
      for (const below of reportsOf(line(), id)) all.add(below);
    }
  }
  for (const id of [...all]) {
    if (holds(id, ({ measure }) => measure?.who === 'team'))
      for (const peer of line().peers(id)) all.add(peer);
  }
  return [...all].sort();
};
