import { Exact, minorUnits, roundToSum, type Period, type Rounding } from '#kernel';
import type { CreditKind } from '#crediting';
import { distinct, NO_POSITIONS } from './positions.js';
import type { RawLine } from './raw-line.js';
import type { EarningsLine } from './results.js';
import { fact, roundedStep, step, type Trace } from './trace.js';

const NO_LINES: readonly EarningsLine[] = [];

/**
 * Rounds the cumulative earnings of a window; a month earns the difference of two rounded amounts,
 * and its lines are rounded by largest remainder so that they sum to it.
 */
export class WindowRounding {
  private window: Period | undefined;
  private exact = Exact.ZERO;
  private rounded = 0n;
  private rounding: Rounding = 'half-up';
  private readonly scale: number;

  constructor(
    currency: string,
    /** How what begins in a fiscal month is rounded. */
    private readonly roundingOf: (month: number) => Rounding,
    private readonly trace: boolean,
  ) {
    this.scale = minorUnits(currency);
  }

  /** The lines of a month in minor units, also those that come to nothing. */
  month(month: number, window: Period, lines: readonly RawLine[]): readonly EarningsLine[] {
    if (this.window?.first !== window.first || this.window.kind !== window.kind) {
      this.window = window;
      this.rounding = this.roundingOf(window.first);
      this.exact = Exact.ZERO;
      this.rounded = 0n;
    }
    if (lines.length === 0) return NO_LINES;
    const parts = lines.map((line) => line.amount);
    this.exact = this.exact.plus(Exact.sum(parts)).reduced();
    const rounded = this.exact.round(this.scale, this.rounding);
    const units = roundToSum(parts, rounded - this.rounded, this.scale);
    this.rounded = rounded;
    return lines.map((raw, i) => {
      const amount = units[i] as bigint;
      return toEarningsLine(month, raw, amount, this.trace ? this.why(raw, amount) : undefined);
    });
  }

  private why(raw: RawLine, amount: bigint): Trace {
    const truncated = raw.amount.truncate(this.scale);
    const cut = roundedStep(
      'minor units',
      raw.why ?? fact('amount', raw.amount),
      this.scale,
      'toward-zero',
    );
    if (truncated === amount) return cut;
    const unit = fact(
      'largest remainder',
      Exact.units(amount - truncated, this.scale),
      [],
      'so that the lines sum to the rounded total',
    );
    return step('sum', 'rounded', [cut, unit]);
  }
}

/** What of a line a plan's cap lets through in a month, in minor units; an earlier one gives back. */
export const capRounded = (
  month: number,
  line: EarningsLine,
  amount: bigint,
  scale: number,
  trace: boolean,
): EarningsLine => {
  if (!trace) return { ...line, month, amount };
  const cut = fact('cut', Exact.units(line.amount - amount, scale));
  const whole = line.trace ?? fact('amount', Exact.units(line.amount, scale));
  return { ...line, month, amount, trace: step('difference', 'plan cap', [whole, cut]) };
};

const whatOf = ({ what, entry }: RawLine): EarningsLine['what'] => {
  if (what !== undefined || !entry) return what;
  return entry.kind === 'metric' || entry.kind === 'override' ? entry.kind : undefined;
};

const toEarningsLine = (
  month: number,
  raw: RawLine,
  amount: bigint,
  why: Trace | undefined,
): EarningsLine => {
  const { entry, deal } = raw;
  const what = whatOf(raw);
  if (!entry || what || entry.cancellation || why || deal === '') {
    return toOther(month, raw, amount, why);
  }
  // Mostly it is a credit's pay and nothing else.
  const { line, kind, on } = entry;
  const positions = distinct(entry.positions);
  return { month, deal, line, kind: kind as CreditKind, on, amount, positions };
};

const toOther = (
  month: number,
  raw: RawLine,
  amount: bigint,
  why: Trace | undefined,
): EarningsLine => {
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
