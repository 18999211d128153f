/** How many single edits (insert, drop, change, swap neighbours) lead from one text to another. */
const edits = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
};

// Long names are not typed by hand; comparing them would only cost time.
const LONGEST = 64;

/** The name that was probably meant, or undefined if none is near. */
export const nearest = (name: string, valid: Iterable<string>): string | undefined => {
  if (name.length > LONGEST) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of valid) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = edits(wanted, candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
};

/** The words that name what was probably meant: ` (did you mean "west"?)`, or nothing. */
export const didYouMean = (name: string, valid: Iterable<string>): string => {
  const meant = nearest(name, valid);
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
};
