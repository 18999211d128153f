import { Exact } from './exact.js';
import { order as compare } from './whole.js';

/**
 * Rounds parts so that they sum to `total`, in units of `scale` decimals: each is cut toward zero,
 * and the units still missing go to the largest remainders in their direction, ties in the order
 * given (the largest-remainder method, also for negative and mixed parts).
 */
export const roundToSum = (parts: readonly Exact[], total: bigint, scale: number): bigint[] => {
  const cut = Exact.cut(parts, scale);
  const units = cut ? cut.units.map(BigInt) : parts.map((part) => part.truncate(scale));
  let missing = total - (cut ? BigInt(cut.sum) : units.reduce((sum, unit) => sum + unit, 0n));
  if (missing === 0n || parts.length === 0) return units;
  const direction = missing < 0n ? -1n : 1n;
  // What was cut off, as much as it lies in the direction of what is missing.
  const bySize = cut ? bySafeSize(cut.rests) : byLargeSize(parts, scale);
  const order = parts.map((_, index) => index);
  const sign = Number(direction);
  order.sort((a, b) => sign * bySize(b, a) || a - b);
  for (let turn = 0; missing !== 0n; turn += 1) {
    const index = order[turn % order.length] as number;
    units[index] = (units[index] as bigint) + direction;
    missing -= direction;
  }
  return units;
};

type BySize = (a: number, b: number) => -1 | 0 | 1;

const bySafeSize =
  (rests: readonly number[]): BySize =>
  (a, b) =>
    compare(rests[a] as number, rests[b] as number);

const byLargeSize = (parts: readonly Exact[], scale: number): BySize => {
  const rests = parts.map((part) => part.dropped(scale));
  return (a, b) => (rests[a] as Exact).compare(rests[b] as Exact);
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
