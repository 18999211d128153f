import { MemoryEventStore } from '#event-store';
import { ReferenceBook } from './reference-book.queries.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'admin' };
const addPayee = (store: MemoryEventStore, id: string) =>
  store.append(
    `payee-${id}`,
    [{ type: 'PayeeAdded', data: { id, name: id, hiredOn: '2025-01-01', currency: 'USD' } }],
    'none',
    context,
  );

describe('the book of all facts but deals', () => {
  it('goes no further than the log, whatever position it is asked for', async () => {
    const store = new MemoryEventStore();
    const reference = new ReferenceBook(store);
    await addPayee(store, 'ana');
    await reference.upTo(99n);
    expect(reference.position).toBe(1n);
    await addPayee(store, 'bob');
    expect((await reference.upTo()).payeeIds).toEqual(['ana', 'bob']);
  });

  it('answers all who ask at once with what was recorded before they asked', async () => {
    const store = new MemoryEventStore();
    const reference = new ReferenceBook(store);
    await addPayee(store, 'ana');
    const first = reference.upTo();
    await addPayee(store, 'bob');
    const books = await Promise.all([first, reference.upTo(), reference.upTo(2n)]);
    for (const book of books.slice(1)) expect(book.payeeIds).toEqual(['ana', 'bob']);
  });
});
