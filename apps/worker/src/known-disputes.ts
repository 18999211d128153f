import { refuse } from '#kernel';
import type { Book } from '#crediting';
import { dispute as rules, type Dispute, type DisputeEvent } from '#disputes';

const folded = (book: Book, id: string): Dispute | undefined =>
  book
    .facts(`dispute-${id}`)
    .reduce(
      (before, { type, data }) => rules.evolve(before, { type, data } as DisputeEvent),
      rules.initial,
    );

/** A dispute by its id; refused where there is none. */
export const disputeNamed = (book: Book, id: string): Dispute =>
  folded(book, id) ?? refuse('DisputeNotFound', `There is no dispute "${id}".`, { dispute: id });

/** All disputes that a book knows, by id. */
export function* disputesIn(book: Book): Generator<readonly [id: string, dispute: Dispute]> {
  for (const id of book.idsOf('dispute')) {
    const found = folded(book, id);
    if (found) yield [id, found];
  }
}
