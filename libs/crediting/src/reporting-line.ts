import type { Book } from './book.js';

/** Who ever reported to whom, on whatever day: an outer bound of what one payee's change can touch. */
export interface ReportingLine {
  /** Everybody who ever was above a payee, at any height. */
  above(payee: string): Iterable<string>;
  /** Everybody who ever had a manager in common with a payee. */
  peers(payee: string): Iterable<string>;
  /** Those who ever reported to a payee directly. */
  direct(payee: string): readonly string[];
}

const managersOf = (book: Book, payee: string): string[] =>
  (book.payee(payee)?.states ?? []).flatMap(({ manager }) => manager ?? []);

const closure = (start: string, next: (id: string) => Iterable<string>): Set<string> => {
  const found = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const one of next(id)) {
      if (found.has(one)) continue;
      found.add(one);
      open.push(one);
    }
  }
  return found;
};

const lineOf = (book: Book): ReportingLine => {
  const reports = new Map<string, Set<string>>();
  for (const id of book.payeeIds) {
    for (const manager of managersOf(book, id)) {
      const known = reports.get(manager);
      if (known) known.add(id);
      else reports.set(manager, new Set([id]));
    }
  }
  const direct = (payee: string): string[] => [...(reports.get(payee) ?? [])];
  return {
    direct,
    above: (payee) => closure(payee, (id) => managersOf(book, id)),
    peers: (payee) => new Set(managersOf(book, payee).flatMap(direct)),
  };
};

/** The reporting line as a book knows it; kept until the book knows more. */
export const reportingLine = (book: Book): ReportingLine =>
  book.derivedFromAll('reporting line', () => lineOf(book));

/** Everybody who ever was below a payee, at any depth. */
export const reportsOf = (line: ReportingLine, payee: string): Set<string> =>
  closure(payee, (id) => line.direct(id));
