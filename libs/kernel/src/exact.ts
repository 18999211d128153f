import { Decimal } from 'decimal.js';
import {
  fits,
  formatUnits,
  gcd,
  gcdOfLarge,
  isSafe,
  LARGE,
  order,
  powerOf10,
  remainder,
  SAFE_POWERS,
  zerosAtEnd,
} from './whole.js';

/** How a tie at half a unit is decided: away from zero, or to the even neighbour. */
export type Rounding = 'half-up' | 'half-even';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const FRACTION = /^([+-]?\d+)\/(\d+)$/;

/** A fraction one of whose halves is no safe integer. */
interface Large {
  readonly n: bigint;
  readonly d: bigint;
}

/**
 * An exact number: a fraction of two integers. Every amount, share, rate, quota and attainment is
 * one, from the first byte read to the last one written; only `round` and `truncate` lose anything.
 */
export class Exact {
  // Whole numbers up to 2^53 are exact in a double, and many times as fast as a bigint: a fraction
  // is kept in two of them while both halves, and whatever is made of them, are safe integers. One
  // that is not is `large`; then `n` is its sign and `d` is zero.
  private constructor(
    private readonly n: number,
    private readonly d: number,
    private readonly large?: Large,
  ) {}

  static readonly ZERO = new Exact(0, 1);
  static readonly ONE = new Exact(1, 1);

  /** The fraction `numerator ÷ denominator`, both whole numbers. */
  static of(numerator: bigint | number, denominator: bigint | number = 1): Exact {
    if (isSafe(numerator) && isSafe(denominator) && (denominator as number) > 0) {
      return new Exact(numerator as number, denominator as number);
    }
    const [n, d] = [BigInt(numerator), BigInt(denominator)];
    if (d === 0n) throw new RangeError('division by zero');
    return d < 0n ? Exact.fraction(-n, -d) : Exact.fraction(n, d);
  }

  /** So many units of the given scale: `units(125000n, 2)` is 1250.00. */
  static units(units: bigint, scale: number): Exact {
    const [n, d] = [Number(units), SAFE_POWERS[scale]];
    if (d === undefined || !isSafe(n)) return Exact.fraction(units, powerOf10(scale));
    return n === 0 ? Exact.ZERO : new Exact(n, d);
  }

  /** Reads `"1250.00"`, `"-3"`, `"8%"`, `"2/25"`; undefined for anything else. */
  static parse(text: string): Exact | undefined {
    return Exact.plain(text) ?? Exact.parsed(text);
  }

  // Mostly amounts, which need no more than their digits.
  private static plain(text: string): Exact | undefined {
    const { length } = text;
    if (length > 15 || length === 0) return undefined;
    let [n, point] = [0, length];
    for (let i = 0; i < length; i += 1) {
      const digit = text.charCodeAt(i) - 48;
      if (digit >= 0 && digit <= 9) n = n * 10 + digit;
      else if (digit === -2 && point === length && i > 0 && i < length - 1) point = i;
      else return undefined;
    }
    const decimals = point === length ? 0 : length - point - 1;
    if (decimals === 0 && n <= 1) return n === 0 ? Exact.ZERO : Exact.ONE;
    return new Exact(n, SAFE_POWERS[decimals] as number);
  }

  private static parsed(text: string): Exact | undefined {
    const percent = text.endsWith('%');
    const body = percent ? text.slice(0, -1) : text;
    const decimal = DECIMAL.exec(body);
    if (decimal) {
      const [, sign, whole, part = ''] = decimal;
      const n = BigInt(`${whole}${part}`);
      const d = powerOf10(part.length + (percent ? 2 : 0));
      return Exact.fraction(sign === '-' ? -n : n, d);
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

  static sum(values: readonly Exact[]): Exact {
    let total = Exact.ZERO;
    // Mostly all have the same number of decimals: then only the numerators have to be added.
    let [n, d] = [0, 0];
    for (const value of values) {
      if (value.n === 0) continue;
      const next = n + value.n;
      if (value.d === d && d !== 0 && isSafe(next)) {
        n = next;
        continue;
      }
      if (n !== 0) total = total.plus(new Exact(n, d));
      if (value.d === 0) {
        total = total.plus(value);
        [n, d] = [0, 0];
      } else [n, d] = [value.n, value.d];
    }
    return n === 0 ? total : total.plus(new Exact(n, d));
  }

  private static fraction(n: bigint, d: bigint): Exact {
    if (n === 0n) return Exact.ZERO;
    if (fits(n) && fits(d)) return new Exact(Number(n), Number(d));
    if (d < LARGE) return new Exact(n < 0n ? -1 : 1, 0, { n, d });
    return Exact.shortened(n, d);
  }

  private static shortened(n: bigint, d: bigint): Exact {
    const common = gcdOfLarge(n, d);
    const [least, of] = [n / common, d / common];
    if (fits(least) && fits(of)) return new Exact(Number(least), Number(of));
    return new Exact(n < 0n ? -1 : 1, 0, { n: least, d: of });
  }

  private asLarge(): Large {
    return this.large ?? { n: BigInt(this.n), d: BigInt(this.d) };
  }

  get isZero(): boolean {
    return this.n === 0;
  }

  get sign(): -1 | 0 | 1 {
    if (this.n === 0) return 0;
    return this.n < 0 ? -1 : 1;
  }

  plus(other: Exact): Exact {
    if (other.n === 0) return this;
    if (this.n === 0) return other;
    if (this.d === other.d && this.d !== 0) {
      const n = this.n + other.n;
      if (isSafe(n)) return n === 0 ? Exact.ZERO : new Exact(n, this.d);
    } else {
      // Mostly one has more decimals than the other.
      const sum = this.d > other.d ? this.plusCoarser(other) : other.plusCoarser(this);
      if (sum) return sum;
    }
    return this.plusLarge(other);
  }

  private plusCoarser(other: Exact): Exact | undefined {
    if (other.d === 0) return undefined;
    const by = remainder(this.d, other.d) === 0 ? 1 : other.d;
    const d = this.d * by;
    const own = this.n * by;
    const others = other.n * (d / other.d);
    const n = own + others;
    return isSafe(d) && isSafe(own) && isSafe(others) && isSafe(n) ? new Exact(n, d) : undefined;
  }

  private plusLarge(other: Exact): Exact {
    const [a, b] = [this.asLarge(), other.asLarge()];
    if (a.d === b.d) return Exact.fraction(a.n + b.n, a.d);
    if (a.d % b.d === 0n) return Exact.fraction(a.n + b.n * (a.d / b.d), a.d);
    if (b.d % a.d === 0n) return Exact.fraction(a.n * (b.d / a.d) + b.n, b.d);
    return Exact.fraction(a.n * b.d + b.n * a.d, a.d * b.d);
  }

  minus(other: Exact): Exact {
    return other.n === 0 ? this : this.plus(other.negated());
  }

  times(other: Exact): Exact {
    if (other === Exact.ONE) return this;
    if (this === Exact.ONE) return other;
    if (this.n === 0 || other.n === 0) return Exact.ZERO;
    if (this.d === 0 || other.d === 0) return this.timesLarge(other);
    const n = this.n * other.n;
    const d = this.d * other.d;
    return isSafe(n) && isSafe(d) ? new Exact(n, d) : this.timesShortened(other);
  }

  // What the two have in common need not be carried on.
  private timesShortened(other: Exact): Exact {
    const a = gcd(this.n, other.d);
    const b = gcd(other.n, this.d);
    const n = (this.n / a) * (other.n / b);
    const d = (this.d / b) * (other.d / a);
    return isSafe(n) && isSafe(d) ? new Exact(n, d) : this.timesLarge(other);
  }

  private timesLarge(other: Exact): Exact {
    const [a, b] = [this.asLarge(), other.asLarge()];
    return Exact.fraction(a.n * b.n, a.d * b.d);
  }

  /** The quotient; dividing by zero is a fault of the program. */
  dividedBy(other: Exact): Exact {
    return this.times(other.inverse());
  }

  private inverse(): Exact {
    if (this.n === 0) throw new RangeError('division by zero');
    if (!this.large) return this.n < 0 ? new Exact(-this.d, -this.n) : new Exact(this.d, this.n);
    const { n, d } = this.large;
    return n < 0n ? Exact.fraction(-d, -n) : Exact.fraction(d, n);
  }

  negated(): Exact {
    if (this.n === 0) return this;
    if (!this.large) return new Exact(-this.n, this.d);
    return new Exact(-this.n, 0, { n: -this.large.n, d: this.large.d });
  }

  compare(other: Exact): -1 | 0 | 1 {
    if (this.d === other.d && this.d !== 0) return order(this.n, other.n);
    const left = this.n * other.d;
    const right = other.n * this.d;
    if (this.d !== 0 && other.d !== 0 && isSafe(left) && isSafe(right)) return order(left, right);
    const [a, b] = [this.asLarge(), other.asLarge()];
    return order(a.n * b.d, b.n * a.d);
  }

  equals(other: Exact): boolean {
    return this === other || this.compare(other) === 0;
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

  // The numerator of this number in units of `scale` decimals; NaN where it is no safe integer.
  private scaled(scale: number): number {
    const scaled = this.d === 0 ? NaN : this.n * (SAFE_POWERS[scale] ?? NaN);
    return isSafe(scaled) ? scaled : NaN;
  }

  /** In units of `scale` decimals, dropping the rest (toward zero). */
  truncate(scale: number): bigint {
    const scaled = this.scaled(scale);
    if (isSafe(scaled)) return BigInt(Math.trunc(scaled / this.d));
    const { n, d } = this.asLarge();
    return (n * powerOf10(scale)) / d;
  }

  /** The part of a unit of `scale` decimals that truncating drops. */
  dropped(scale: number): Exact {
    const scaled = this.scaled(scale);
    if (isSafe(scaled)) return new Exact(remainder(scaled, this.d), this.d);
    const { n, d } = this.asLarge();
    return Exact.fraction((n * powerOf10(scale)) % d, d);
  }

  /**
   * Numbers in units of `scale` decimals, cut toward zero, their sum, and what is cut off of each,
   * all over the same denominator; undefined where any of it is no safe integer.
   */
  static cut(
    values: readonly Exact[],
    scale: number,
  ):
    | { readonly units: readonly number[]; readonly sum: number; readonly rests: readonly number[] }
    | undefined {
    let common = 1;
    for (const { d } of values) if (d > common) common = d;
    const units: number[] = [];
    const rests: number[] = [];
    let sum = 0;
    for (const value of values) {
      const scaled = value.scaled(scale);
      const rest = remainder(scaled, value.d) * (common / value.d);
      const unit = Math.trunc(scaled / value.d);
      sum += unit;
      // Mostly they have the same denominator, or one that is a part of the largest.
      if (!isSafe(rest) || !isSafe(sum) || remainder(common, value.d) !== 0) return undefined;
      units.push(unit);
      rests.push(rest);
    }
    return { units, sum, rests };
  }

  /** In units of `scale` decimals, rounded to the nearest; ties as `rounding` says. */
  round(scale: number, rounding: Rounding = 'half-up'): bigint {
    const quotient = this.truncate(scale);
    const half = this.overHalf(scale);
    if (half < 0) return quotient;
    if (half === 0 && rounding === 'half-even' && quotient % 2n === 0n) return quotient;
    return this.n < 0 ? quotient - 1n : quotient + 1n;
  }

  // How what truncating drops compares with half a unit, both without a sign.
  private overHalf(scale: number): -1 | 0 | 1 {
    const twice = 2 * Math.abs(remainder(this.scaled(scale), this.d));
    if (isSafe(twice)) return order(twice, this.d);
    const dropped = this.dropped(scale);
    return (dropped.sign < 0 ? dropped.negated() : dropped).compare(HALF);
  }

  /** The fewest decimals that hold this number, or undefined if no number of decimals does. */
  decimals(): number | undefined {
    const scale = SAFE_POWERS.indexOf(this.d);
    if (scale >= 0) return scale - zerosAtEnd(this.n, scale);
    const { large, d: small } = this.reduced();
    let d = large?.d ?? BigInt(small);
    let [twos, fives] = [0, 0];
    for (; d % 2n === 0n; d /= 2n) twos += 1;
    for (; d % 5n === 0n; d /= 5n) fives += 1;
    return d === 1n ? Math.max(twos, fives) : undefined;
  }

  reduced(): Exact {
    if (this.large) return Exact.shortened(this.large.n, this.large.d);
    const common = gcd(this.n, this.d);
    return common === 1 ? this : new Exact(this.n / common, this.d / common);
  }

  /** The shortest exact text: `"1250"`, `"0.08"`, or `"2/3"` where decimals never end. */
  toText(): string {
    const decimals = this.decimals();
    if (decimals !== undefined) return formatUnits(this.truncate(decimals), decimals);
    const { n, d } = this.reduced().asLarge();
    return `${n}/${d}`;
  }

  /** With `digits` decimals, rounded half away from zero: for display. */
  toFixed(digits: number): string {
    return formatUnits(this.round(digits), digits);
  }

  /** The nearest double: for predicates, which only compare; no money passes through it. */
  toNumber(): number {
    if (!this.large) return this.n / this.d;
    if (this.decimals() !== undefined) return Number(this.toText());
    return Number(this.large.n) / Number(this.large.d);
  }

  /** As a Decimal of high precision: for display and for comparison with another arithmetic. */
  toDecimal(): Decimal {
    const { n, d } = this.asLarge();
    return new Decimal(n.toString()).div(new Decimal(d.toString()));
  }
}

const HALF = Exact.of(1, 2);
