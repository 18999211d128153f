const POWERS: bigint[] = [1n];
/** Ten to the power of so many decimals. */
export const powerOf10 = (scale: number): bigint => {
  for (let i = POWERS.length; i <= scale; i += 1) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[scale] as bigint;
};

/** The powers of ten that are safe integers. */
export const SAFE_POWERS = Array.from({ length: 16 }, (_, scale) => 10 ** scale);

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

/** What a safe integer divided by a positive one leaves, with its sign. */
export const remainder = (a: number, b: number): number =>
  // The rounded quotient cannot reach the next whole number: it lies 1/b away, and what rounding
  // adds to a quotient below 2^53/b is less. That is many times as fast as `%` on doubles.
  a - Math.trunc(a / b) * b;

/** The greatest common divisor of safe integers, the second one positive. */
export const gcd = (a: number, b: number): number => {
  let x = Math.abs(a);
  let y = b;
  while (y !== 0) {
    const rest = remainder(x, y);
    x = y;
    y = rest;
  }
  return x;
};

/** The greatest common divisor of any whole numbers. */
export const gcdOfLarge = (a: bigint, b: bigint): bigint => {
  let [x, y] = [abs(a), abs(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

const MOST = BigInt(Number.MAX_SAFE_INTEGER);
/** Whether a number is a whole one that a double holds exactly. */
export const isSafe = Number.isSafeInteger;
/** Whether a whole number is one that a double holds exactly. */
export const fits = (n: bigint): boolean => n <= MOST && n >= -MOST;

/** Denominators grow with every unlike sum; beyond this, reducing is cheaper than carrying on. */
export const LARGE = 1n << 96n;

/** How two whole numbers compare. */
export const order = (a: number | bigint, b: number | bigint): -1 | 0 | 1 =>
  a === b ? 0 : a < b ? -1 : 1;

/** How many zeros a whole number ends in, up to so many. */
export const zerosAtEnd = (n: number, most: number): number => {
  let zeros = 0;
  for (let left = n; zeros < most && left % 10 === 0; left /= 10) zeros += 1;
  return zeros;
};

/** Units of `scale` decimals as text: `formatUnits(-5n, 2)` is `"-0.05"`. */
export const formatUnits = (units: bigint, scale: number): string => {
  if (scale === 0) return units.toString();
  const digits = abs(units)
    .toString()
    .padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};
