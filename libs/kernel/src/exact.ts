import { Decimal } from 'decimal.js';

/** How a tie at half a unit is decided: away from zero, or to the even neighbour. */
export type Rounding = 'half-up' | 'half-even';

const POWERS: bigint[] = [1n];
const powerOf10 = (scale: number): bigint => {
  for (let i = POWERS.length; i <= scale; i += 1) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[scale] as bigint;
};

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [abs(a), abs(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

// Denominators grow with every unlike sum; beyond this size reducing is cheaper than carrying on.
const LARGE = 1n << 96n;

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const FRACTION = /^([+-]?\d+)\/(\d+)$/;

/**
 * An exact number: a fraction of two integers. Every amount, share, rate, quota and attainment is
 * one, from the first byte read to the last one written; only `round` and `truncate` lose anything.
 */
export class Exact {
  private constructor(
    private readonly n: bigint,
    private readonly d: bigint,
  ) {}

  static readonly ZERO = new Exact(0n, 1n);
  static readonly ONE = new Exact(1n, 1n);

  /** The fraction `numerator ÷ denominator`, both whole numbers. */
  static of(numerator: bigint | number, denominator: bigint | number = 1n): Exact {
    const [n, d] = [BigInt(numerator), BigInt(denominator)];
    if (d === 0n) throw new RangeError('division by zero');
    return d < 0n ? Exact.fraction(-n, -d) : Exact.fraction(n, d);
  }

  /** So many units of the given scale: `units(125000n, 2)` is 1250.00. */
  static units(units: bigint, scale: number): Exact {
    return new Exact(units, powerOf10(scale));
  }

  /** Reads `"1250.00"`, `"-3"`, `"8%"`, `"2/25"`; undefined for anything else. */
  static parse(text: string): Exact | undefined {
    const percent = text.endsWith('%');
    const body = percent ? text.slice(0, -1) : text;
    const decimal = DECIMAL.exec(body);
    if (decimal) {
      const [, sign, whole, part = ''] = decimal;
      const n = BigInt(`${whole}${part}`);
      return new Exact(sign === '-' ? -n : n, powerOf10(part.length + (percent ? 2 : 0)));
    }
    const fraction = FRACTION.exec(body);
    if (!fraction || BigInt(fraction[2] as string) === 0n) return undefined;
    const d = BigInt(fraction[2] as string);
    return Exact.fraction(BigInt(fraction[1] as string), percent ? d * 100n : d);
  }

  /** Reads text that was validated before; anything else is a fault of the program. */
  static from(text: string): Exact {
    const value = Exact.parse(text);
    if (!value) throw new RangeError(`not an exact number: ${text}`);
    return value;
  }

  static sum(values: Iterable<Exact>): Exact {
    let total = Exact.ZERO;
    for (const value of values) total = total.plus(value);
    return total;
  }

  private static fraction(n: bigint, d: bigint): Exact {
    if (d < LARGE) return new Exact(n, d);
    const common = gcd(n, d);
    return new Exact(n / common, d / common);
  }

  get isZero(): boolean {
    return this.n === 0n;
  }

  get sign(): -1 | 0 | 1 {
    if (this.n === 0n) return 0;
    return this.n < 0n ? -1 : 1;
  }

  plus(other: Exact): Exact {
    if (this.d === other.d) return new Exact(this.n + other.n, this.d);
    if (other.n === 0n) return this;
    if (this.n === 0n) return other;
    if (this.d % other.d === 0n) return new Exact(this.n + other.n * (this.d / other.d), this.d);
    if (other.d % this.d === 0n) return new Exact(this.n * (other.d / this.d) + other.n, other.d);
    return Exact.fraction(this.n * other.d + other.n * this.d, this.d * other.d);
  }

  minus(other: Exact): Exact {
    return other.n === 0n ? this : this.plus(other.negated());
  }

  times(other: Exact): Exact {
    if (other === Exact.ONE) return this;
    if (this === Exact.ONE) return other;
    if (this.n === 0n || other.n === 0n) return Exact.ZERO;
    return Exact.fraction(this.n * other.n, this.d * other.d);
  }

  /** The quotient; dividing by zero is a fault of the program. */
  dividedBy(other: Exact): Exact {
    if (other.n === 0n) throw new RangeError('division by zero');
    return Exact.of(this.n * other.d, this.d * other.n);
  }

  negated(): Exact {
    return this.n === 0n ? this : new Exact(-this.n, this.d);
  }

  compare(other: Exact): -1 | 0 | 1 {
    const [a, b] = this.d === other.d ? [this.n, other.n] : [this.n * other.d, other.n * this.d];
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }

  equals(other: Exact): boolean {
    return this.compare(other) === 0;
  }

  lessThan(other: Exact): boolean {
    return this.compare(other) < 0;
  }

  atLeast(other: Exact): boolean {
    return this.compare(other) >= 0;
  }

  static min(a: Exact, b: Exact): Exact {
    return b.lessThan(a) ? b : a;
  }

  static max(a: Exact, b: Exact): Exact {
    return a.lessThan(b) ? b : a;
  }

  /** In units of `scale` decimals, dropping the rest (toward zero). */
  truncate(scale: number): bigint {
    return (this.n * powerOf10(scale)) / this.d;
  }

  /** In units of `scale` decimals, rounded to the nearest; ties as `rounding` says. */
  round(scale: number, rounding: Rounding = 'half-up'): bigint {
    const scaled = this.n * powerOf10(scale);
    const quotient = scaled / this.d;
    const twice = abs(scaled % this.d) * 2n;
    if (twice < this.d) return quotient;
    if (twice === this.d && rounding === 'half-even' && quotient % 2n === 0n) return quotient;
    return scaled < 0n ? quotient - 1n : quotient + 1n;
  }

  /** The fewest decimals that hold this number, or undefined if no number of decimals does. */
  decimals(): number | undefined {
    let { d } = this.reduced();
    let [twos, fives] = [0, 0];
    for (; d % 2n === 0n; d /= 2n) twos += 1;
    for (; d % 5n === 0n; d /= 5n) fives += 1;
    return d === 1n ? Math.max(twos, fives) : undefined;
  }

  reduced(): Exact {
    const common = gcd(this.n, this.d);
    return common === 1n ? this : new Exact(this.n / common, this.d / common);
  }

  /** The shortest exact text: `"1250"`, `"0.08"`, or `"2/3"` where decimals never end. */
  toText(): string {
    const decimals = this.decimals();
    if (decimals !== undefined) return formatUnits(this.truncate(decimals), decimals);
    const { n, d } = this.reduced();
    return `${n}/${d}`;
  }

  /** With `digits` decimals, rounded half away from zero: for display. */
  toFixed(digits: number): string {
    return formatUnits(this.round(digits), digits);
  }

  /** The nearest double: for predicates, which only compare; no money passes through it. */
  toNumber(): number {
    return Number(this.n) / Number(this.d);
  }

  /** As a Decimal of high precision: for display and for comparison with another arithmetic. */
  toDecimal(): Decimal {
    return new Decimal(this.n.toString()).div(new Decimal(this.d.toString()));
  }
}

/** Units of `scale` decimals as text: `formatUnits(-5n, 2)` is `"-0.05"`. */
export const formatUnits = (units: bigint, scale: number): string => {
  if (scale === 0) return units.toString();
  const digits = abs(units)
    .toString()
    .padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};
