import { Exact, minorUnits, roundToSum, type Period, type Rounding } from '#kernel';
import type { CreditKind } from '#crediting';
import { distinct, NO_POSITIONS } from './positions.js';
import type { RawLine } from './raw-line.js';
import type { EarningsLine } from './results.js';
import { fact, roundedStep, step, type Trace } from './trace.js';

/** A line in minor units. */
export interface RoundedLine {
  readonly raw: RawLine;
  readonly amount: bigint;
  readonly why?: Trace;
}

/**
 * Rounds the cumulative earnings of a window; a month earns the difference of two rounded amounts,
 * and its lines are rounded by largest remainder so that they sum to it.
 */
export class WindowRounding {
  private window: Period | undefined;
  private exact = Exact.ZERO;
  private rounded = 0n;
  private readonly scale: number;

  constructor(
    currency: string,
    private readonly trace: boolean,
  ) {
    this.scale = minorUnits(currency);
  }

  month(window: Period, rounding: Rounding, lines: readonly RawLine[]): RoundedLine[] {
    if (this.window?.first !== window.first || this.window.kind !== window.kind) {
      this.window = window;
      this.exact = Exact.ZERO;
      this.rounded = 0n;
    }
    if (lines.length === 0) return [];
    const parts = lines.map((line) => line.amount);
    this.exact = this.exact.plus(Exact.sum(parts)).reduced();
    const rounded = this.exact.round(this.scale, rounding);
    const units = roundToSum(parts, rounded - this.rounded, this.scale);
    this.rounded = rounded;
    return lines.map((raw, i) => this.line(raw, units[i] as bigint));
  }

  private line(raw: RawLine, amount: bigint): RoundedLine {
    if (!this.trace) return { raw, amount };
    const truncated = raw.amount.truncate(this.scale);
    const cut = roundedStep(
      'minor units',
      raw.why ?? fact('amount', raw.amount),
      this.scale,
      'toward-zero',
    );
    if (truncated === amount) return { raw, amount, why: cut };
    const unit = fact(
      'largest remainder',
      Exact.units(amount - truncated, this.scale),
      [],
      'so that the lines sum to the rounded total',
    );
    return { raw, amount, why: step('sum', 'rounded', [cut, unit]) };
  }
}

/** A line of which a plan's cap lets through so many units. */
export const capRounded = (
  line: RoundedLine,
  amount: bigint,
  scale: number,
  trace: boolean,
): RoundedLine => {
  const cut = fact('cut', Exact.units(line.amount - amount, scale));
  const whole = line.why ?? fact('amount', Exact.units(line.amount, scale));
  return { ...line, amount, ...(trace && { why: step('difference', 'plan cap', [whole, cut]) }) };
};

const whatOf = ({ what, entry }: RawLine): EarningsLine['what'] => {
  if (what !== undefined || !entry) return what;
  return entry.kind === 'metric' || entry.kind === 'override' ? entry.kind : undefined;
};

/** A rounded line as it is shown. */
export const toEarningsLine = (month: number, rounded: RoundedLine): EarningsLine => {
  const { raw, amount, why } = rounded;
  const { entry, deal } = raw;
  const what = whatOf(raw);
  if (!entry || what || entry.cancellation || why || deal === '') return toOther(month, rounded);
  // Mostly it is a credit's pay and nothing else.
  const positions = distinct(entry.positions);
  const { line, kind, on } = entry;
  return { month, deal, line, kind: kind as CreditKind, on, amount, positions };
};

const toOther = (month: number, { raw, amount, why }: RoundedLine): EarningsLine => {
  const { entry, deal } = raw;
  const line: Partial<{ -readonly [K in keyof EarningsLine]: EarningsLine[K] }> = { month };
  if (deal !== '') line.deal = deal;
  if (entry) {
    if (entry.kind !== 'metric' && entry.kind !== 'override') {
      line.line = entry.line;
      line.kind = entry.kind;
    }
    line.on = entry.on;
  }
  const what = whatOf(raw);
  if (what) line.what = what;
  if (entry?.cancellation) line.cancellation = true;
  line.amount = amount;
  line.positions = entry ? distinct(entry.positions) : NO_POSITIONS;
  if (why) line.trace = why;
  return line as EarningsLine;
};
