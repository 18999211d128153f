import { Exact, minorUnits, roundToSum, type Rounding } from '#kernel';
import type { RawLine } from './raw-line.js';
import type { EarningsLine } from './results.js';
import { fact, roundedStep, step, type Trace } from './trace.js';

/** A line in minor units. */
export interface RoundedLine {
  readonly raw: RawLine;
  amount: bigint;
  why?: Trace;
}

/**
 * Rounds the cumulative earnings of a window; a month earns the difference of two rounded amounts,
 * and its lines are rounded by largest remainder so that they sum to it.
 */
export class WindowRounding {
  private key = '';
  private exact = Exact.ZERO;
  private rounded = 0n;
  private readonly scale: number;

  constructor(currency: string, private readonly trace: boolean) {
    this.scale = minorUnits(currency);
  }

  month(window: string, rounding: Rounding, lines: readonly RawLine[]): RoundedLine[] {
    if (this.key !== window) {
      this.key = window;
      this.exact = Exact.ZERO;
      this.rounded = 0n;
    }
    if (lines.length === 0) return [];
    this.exact = this.exact.plus(Exact.sum(lines.map((line) => line.amount))).reduced();
    const rounded = this.exact.round(this.scale, rounding);
    const parts = lines.map((line) => line.amount);
    const units = roundToSum(parts, rounded - this.rounded, this.scale);
    this.rounded = rounded;
    return lines.map((raw, i) => this.line(raw, units[i] as bigint));
  }

  private line(raw: RawLine, amount: bigint): RoundedLine {
    if (!this.trace) return { raw, amount };
    const truncated = raw.amount.truncate(this.scale);
    const cut = roundedStep('minor units', raw.why ?? fact('amount', raw.amount), this.scale, 'toward-zero');
    if (truncated === amount) return { raw, amount, why: cut };
    const unit = fact('largest remainder', Exact.units(amount - truncated, this.scale), [],
      'so that the lines sum to the rounded total');
    return { raw, amount, why: step('sum', 'rounded', [cut, unit]) };
  }
}

/** Takes units from lines, the last earned first; what is negative gives back. */
export const takeUnits = (lines: RoundedLine[], cut: bigint, scale: number, trace: boolean): void => {
  let left = cut;
  for (let i = lines.length - 1; i >= 0 && left !== 0n; i -= 1) {
    const line = lines[i] as RoundedLine;
    // Only the first line may change its sign: nothing else is left to take from.
    const room = i === 0 ? left : left > 0n ? max(line.amount, 0n) : min(line.amount, 0n);
    const taken = left > 0n ? min(left, room) : max(left, room);
    if (taken === 0n) continue;
    line.amount -= taken;
    left -= taken;
    if (trace && line.why) {
      line.why = step('difference', 'plan cap', [line.why, fact('cut', Exact.units(taken, scale))]);
    }
  }
};

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** A rounded line as it is shown. */
export const toEarningsLine = (month: number, { raw, amount, why }: RoundedLine): EarningsLine => {
  const { entry, deal } = raw;
  const what = raw.what ?? (entry?.kind === 'metric' ? 'metric' : undefined) ??
    (entry?.kind === 'override' ? 'override' : undefined);
  const isCredit = entry && entry.kind !== 'metric' && entry.kind !== 'override';
  return {
    month,
    ...(deal !== '' && { deal }),
    ...(isCredit && { line: entry.line, kind: entry.kind as NonNullable<EarningsLine['kind']> }),
    ...(entry && { on: entry.on }),
    ...(what && { what }),
    ...(entry?.cancellation && { cancellation: true as const }),
    amount,
    positions: [...new Set(entry?.positions ?? [])].sort((a, b) => a - b),
    ...(why && { trace: why }),
  };
};
