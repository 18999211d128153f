import { ownDeal } from '#testing';
import { components, history } from './histories.fixtures.js';
import { positionsFor } from './late.js';

describe('earnings are calculated anew for a closing', () => {
  const plan = { components: components([{}, {}]) };
  const booked = (id: string, bookedOn: string) => ({ 'book-deal': ownDeal(id, '100', bookedOn) });

  it('never, where all that arrived later lies later', () => {
    const { book } = history(plan, [
      booked('d1', '2026-01-05'),
      'close',
      booked('d2', '2026-02-05'),
      'close',
      booked('d3', '2026-03-05'),
    ]);
    expect([...positionsFor(book, 'ana').values()]).toEqual([Infinity, Infinity]);
  });

  it('once, where one fact came late, and only for whom it concerns', () => {
    const { book, closings } = history(plan, [
      booked('d1', '2026-01-05'),
      'close',
      'close',
      booked('late', '2026-01-06'),
      'close',
      booked('d3', '2026-04-05'),
    ]);
    const second = (closings.get(1) as number) + 1;
    expect([...positionsFor(book, 'ana')]).toEqual([
      [2, Infinity],
      [1, second],
      [0, second],
    ]);
    expect([...positionsFor(book, 'ben').values()]).toEqual([Infinity, Infinity, Infinity]);
    expect(positionsFor(book, 'mia').get(0)).toBe(second);
  });
});
