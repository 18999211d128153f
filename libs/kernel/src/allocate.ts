import { Exact } from './exact.js';

/**
 * Rounds parts so that they sum to `total`, in units of `scale` decimals: each is cut toward zero,
 * and the units still missing go to the largest remainders in their direction, ties in the order
 * given (the largest-remainder method, also for negative and mixed parts).
 */
export const roundToSum = (parts: readonly Exact[], total: bigint, scale: number): bigint[] => {
  const units = parts.map((part) => part.truncate(scale));
  let missing = total;
  for (const unit of units) missing -= unit;
  if (missing === 0n || parts.length === 0) return units;
  const direction = missing < 0n ? -1n : 1n;
  // What was cut off, as much as it lies in the direction of what is missing.
  const sizes = parts.map((part) => {
    const rest = part.dropped(scale);
    return direction < 0n ? rest.negated() : rest;
  });
  const order = parts.map((_, index) => index);
  order.sort((a, b) => (sizes[b] as Exact).compare(sizes[a] as Exact) || a - b);
  for (let turn = 0; missing !== 0n; turn += 1) {
    const index = order[turn % order.length] as number;
    units[index] = (units[index] as bigint) + direction;
    missing -= direction;
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
