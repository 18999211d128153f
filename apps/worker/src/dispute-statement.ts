import type { EventStore } from '#event-store';
import { parseDay, type Command } from '#kernel';
import type { Book } from '#crediting';
import type { OpenDispute, PinnedStatement } from '#disputes';
import { statementAt, statementHash, type StatementSources } from './statements.js';

/** Where the statement that somebody commits to, or talks about, is read. */
export interface PinSources extends StatementSources {
  readonly store: EventStore;
  book(): Promise<Book>;
  catchUp(): Promise<bigint>;
}

// The month that is spoken of: named, or that of the deal's booking, or that in which it is said.
const periodOf = async (
  store: EventStore,
  book: Book,
  { data, recorded }: Command,
): Promise<string> => {
  const { about } = data as OpenDispute;
  if (about.period !== undefined) return about.period;
  const [booked] = about.deal === undefined ? [] : await store.read(`deal-${about.deal}`);
  const { bookedOn = recorded.slice(0, 10) } = (booked?.data ?? {}) as { bookedOn?: string };
  return book.calendar.monthName(book.calendar.monthOf(parseDay(bookedOn) as number));
};

/**
 * The statement that a dispute talks about, as it is when the dispute is opened; none where rows do
 * not go to its period, or the payee is not known.
 */
export const pinnedStatement = async (
  from: PinSources,
  command: Command,
): Promise<PinnedStatement | undefined> => {
  const { id, payee } = command.data as OpenDispute;
  const book = await from.book();
  if (!book.hasCalendar || !book.payee(payee) || book.facts(`dispute-${id}`).length > 0)
    return undefined;
  const period = await periodOf(from.store, book, command);
  const position = await from.catchUp();
  const rowsGoTo = (await from.ledger.through()) ?? -Infinity;
  if (book.calendar.period(period).last > rowsGoTo) return undefined;
  const statement = await statementAt(from, { payee, period, asOf: position });
  return { period, position: Number(position), sha256: statementHash(statement) };
};
