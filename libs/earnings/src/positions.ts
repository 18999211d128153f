/** What rests on no fact. */
export const NO_POSITIONS: readonly number[] = [];

/** Log positions of some facts in order, each once. */
export const distinct = (positions: readonly number[]): readonly number[] => {
  for (let i = 1; i < positions.length; i += 1) {
    if ((positions[i - 1] as number) < (positions[i] as number)) continue;
    return [...new Set(positions)].sort((a, b) => a - b);
  }
  return positions;
};

/** Log positions of two sets of facts, in the order in which they come, each once. */
export const joined = (a: readonly number[], b: readonly number[]): readonly number[] => {
  // Mostly a deal's booking says both whose it is and what it is.
  if (a === b || (a.length === 1 && b.length === 1 && a[0] === b[0])) return distinctAsTheyCome(a);
  return distinctAsTheyCome([...a, ...b]);
};

const distinctAsTheyCome = (positions: readonly number[]): readonly number[] =>
  positions.length < 2 ? positions : [...new Set(positions)];
