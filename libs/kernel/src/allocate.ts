import { Exact } from './exact.js';

const byRemainder = (direction: 1 | -1, remainders: readonly Exact[]) => (a: number, b: number) =>
  direction * (remainders[b] as Exact).compare(remainders[a] as Exact) || a - b;

/**
 * Rounds parts so that they sum to `total`, in units of `scale` decimals: each is cut toward zero,
 * and the units still missing go to the largest remainders in their direction, ties in the order
 * given (the largest-remainder method, also for negative and mixed parts).
 */
export const roundToSum = (parts: readonly Exact[], total: bigint, scale: number): bigint[] => {
  const units = parts.map((part) => part.truncate(scale));
  let missing = total - units.reduce((sum, unit) => sum + unit, 0n);
  if (missing === 0n || parts.length === 0) return units;
  const direction = missing < 0n ? -1 : 1;
  const remainders = parts.map((part, i) => part.minus(Exact.units(units[i] as bigint, scale)));
  const order = parts.map((_, i) => i).sort(byRemainder(direction, remainders));
  for (let turn = 0; missing !== 0n; turn += 1) {
    const index = order[turn % order.length] as number;
    units[index] = (units[index] as bigint) + BigInt(direction);
    missing -= BigInt(direction);
  }
  return units;
};

/**
 * Splits `total` units by weights so that the parts sum to it exactly: the only way in which money
 * is ever divided. Ties go to the part that stands first. Weights must not sum to zero.
 */
export const allocate = (total: bigint, weights: readonly Exact[]): bigint[] => {
  const whole = Exact.sum(weights);
  const parts = weights.map((weight) => Exact.of(total).times(weight).dividedBy(whole));
  return roundToSum(parts, total, 0);
};
