import fc from 'fast-check';
import { smallestSet } from './smallest.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the smallest set that suffices', () => {
  it('is empty where nothing is needed, and none where all of them do not suffice', () => {
    expect(smallestSet(numbers(3), () => true)).toEqual({ items: [], isMinimal: true });
    expect(smallestSet(numbers(3), () => false)).toBeUndefined();
    expect(smallestSet([], () => true)).toEqual({ items: [], isMinimal: true });
  });

  it('is found among any number, one or several', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 300 })
          .chain((count) =>
            fc.tuple(
              fc.constant(count),
              fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), {
                minLength: 1,
                maxLength: 5,
              }),
            ),
          ),
        ([count, needed]) => {
          const found = smallestSet(numbers(count), (some) =>
            needed.every((one) => some.includes(one)),
          );
          expect(found).toEqual({ items: [...needed].sort((a, b) => a - b), isMinimal: true });
        },
      ),
    );
  });

  it('is the smaller one where one or two do instead of three', () => {
    const one = smallestSet(
      numbers(40),
      (some) => some.includes(39) || [1, 2, 3].every((n) => some.includes(n)),
    );
    expect(one?.items).toEqual([39]);
    const two = smallestSet(
      numbers(12),
      (some) => [4, 11].every((n) => some.includes(n)) || [0, 1, 2].every((n) => some.includes(n)),
    );
    expect(two?.items).toEqual([4, 11]);
  });

  it('is minimal where leaving out more may suffice again', () => {
    const odd = (some: readonly number[]): boolean => some.length % 2 === 1;
    const found = smallestSet(numbers(99), odd);
    expect(found?.items.length).toBe(1);
  });

  it('says so where it stops before it is minimal', () => {
    const found = smallestSet(numbers(500), (some) => some.length > 300, 10);
    expect(found?.isMinimal).toBe(false);
    expect(found?.items.length).toBeGreaterThan(300);
  });
});
