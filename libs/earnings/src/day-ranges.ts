/** Days from a first to a last, both inclusive. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

/** Days as ranges that do not touch, in order. */
export type DayRanges = readonly DayRange[];

/** All days that are in any of the ranges. */
export const union = (ranges: readonly DayRange[]): DayRanges => {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from > to) continue;
    const last = merged[merged.length - 1];
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
};

/** The days that are in both. */
export const intersection = (a: DayRanges, b: DayRanges): DayRanges => {
  const found: DayRange[] = [];
  for (const x of a) {
    for (const y of b) {
      const [from, to] = [Math.max(x.from, y.from), Math.min(x.to, y.to)];
      if (from <= to) found.push({ from, to });
    }
  }
  return union(found);
};

/** The days of `a` that are not in `b`. */
export const without = (a: DayRanges, b: DayRanges): DayRanges => {
  let left: DayRange[] = [...a];
  for (const cut of b) {
    left = left.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, cut.from - 1) },
        { from: Math.max(from, cut.to + 1), to },
      ].filter((range) => range.from <= range.to),
    );
  }
  return left;
};

/** How many days there are between two days, both inclusive. */
export const countWithin = (ranges: DayRanges, from: number, to: number): number => {
  let days = 0;
  for (const range of ranges) {
    const [first, last] = [Math.max(range.from, from), Math.min(range.to, to)];
    if (first <= last) days += last - first + 1;
  }
  return days;
};

/** The last day between two days, both inclusive, that is in the ranges. */
export const lastWithin = (ranges: DayRanges, from: number, to: number): number | undefined => {
  let found: number | undefined;
  for (const range of ranges) {
    const last = Math.min(range.to, to);
    if (last >= Math.max(range.from, from)) found = last;
  }
  return found;
};

export const includes = (ranges: DayRanges, day: number): boolean => {
  for (const { from, to } of ranges) if (from <= day && day <= to) return true;
  return false;
};
