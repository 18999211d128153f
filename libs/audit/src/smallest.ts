/** A set that suffices, and whether it is known that nothing of it can be left out. */
export interface Sufficient<T> {
  readonly items: readonly T[];
  readonly isMinimal: boolean;
}

// Up to so many candidates each is tried alone, and each two of them.
const ALONE = 64;
const IN_PAIRS = 16;

const pairs = function* <T>(items: readonly T[]): Generator<T[]> {
  for (const [i, a] of items.entries()) for (const b of items.slice(i + 1)) yield [b, a];
};

const tried = <T>(
  items: readonly T[],
  suffices: (some: readonly T[]) => boolean,
): T[] | undefined => {
  if (items.length > ALONE) return undefined;
  // Of several that would do alone the last is the nearest cause.
  const lastFirst = [...items].reverse();
  for (const item of lastFirst) if (suffices([item])) return [item];
  if (items.length > IN_PAIRS) return undefined;
  for (const pair of pairs(lastFirst)) if (suffices(pair)) return pair;
  return undefined;
};

/**
 * The smallest set of candidates that suffices for something: one, else two, else one of which nothing can be left
 * out, found by leaving out blocks of half the size each time. Undefined where all of them do not suffice. `tries`
 * limits how often is asked: beyond it the set suffices, but may not be minimal.
 */
export const smallestSet = <T>(
  candidates: readonly T[],
  suffices: (some: readonly T[]) => boolean,
  tries = 400,
): Sufficient<T> | undefined => {
  if (!suffices(candidates)) return undefined;
  if (candidates.length === 0 || suffices([])) return { items: [], isMinimal: true };
  const few = tried(candidates, suffices);
  if (few) return { items: few, isMinimal: true };
  let left = tries;
  let items = [...candidates];
  for (let size = Math.ceil(items.length / 2); ;) {
    let isSmaller = false;
    for (let start = 0; start < items.length && items.length > 1;) {
      if (left === 0) return { items, isMinimal: false };
      left -= 1;
      const rest = [...items.slice(0, start), ...items.slice(start + size)];
      if (suffices(rest)) {
        items = rest;
        isSmaller = true;
      } else start += size;
    }
    if (size > 1) size = Math.min(Math.ceil(size / 2), Math.max(1, items.length - 1));
    else if (!isSmaller) return { items, isMinimal: true };
  }
};
