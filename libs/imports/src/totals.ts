import { Exact, minorUnits } from '#kernel';
import type { Booked, ReadStep } from './item.js';

/** What became of a row. */
export type Outcome = 'recorded' | 'duplicate' | 'refused';

/** The control totals of a file: each row that was read is recorded, a duplicate or refused. */
export interface Totals {
  readonly file: string;
  readonly read: number;
  readonly recorded: number;
  readonly duplicate: number;
  readonly refused: number;
  /** What the file's bookings sum to, by currency, whether recorded now or before. */
  readonly sums: Readonly<Record<string, string>>;
}

// Sums of plain decimals, by the number of their decimals: adding fractions would cost far more.
class Sum {
  private readonly byScale = new Map<number, bigint>();

  add(text: string): void {
    const point = text.indexOf('.');
    const scale = point < 0 ? 0 : text.length - point - 1;
    const units = BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
    this.byScale.set(scale, (this.byScale.get(scale) ?? 0n) + units);
  }

  toText(least: number): string {
    const sum = Exact.sum([...this.byScale].map(([scale, units]) => Exact.units(units, scale)));
    return sum.toFixed(Math.max(least, sum.reduced().decimals() ?? least));
  }
}

interface Booking {
  readonly currency: string;
  readonly amount?: string;
  readonly lines?: readonly { readonly amount: string }[];
}

/** What a step adds to the sums of its file: nothing, unless it is a booking. */
export const bookedBy = ({ type, data }: ReadStep): Booked | undefined => {
  if (type !== 'book-deal') return undefined;
  const { currency, amount, lines = [] } = data as Booking;
  const amounts = lines.map((line) => line.amount);
  return { currency, amounts: amount === undefined ? amounts : [amount, ...amounts] };
};

/** Keeps the control totals of one file. */
export class Tally {
  private readonly counts = { recorded: 0, duplicate: 0, refused: 0 };
  private readonly sums = new Map<string, Sum>();

  constructor(readonly file: string) {}

  count(outcome: Outcome, step?: ReadStep): void {
    this.counts[outcome] += 1;
    if (outcome === 'refused' || !step) return;
    const booked = step.ahead ? step.ahead.booked : bookedBy(step);
    if (!booked) return;
    let sum = this.sums.get(booked.currency);
    if (!sum) this.sums.set(booked.currency, (sum = new Sum()));
    for (const amount of booked.amounts) sum.add(amount);
  }

  get refused(): number {
    return this.counts.refused;
  }

  get totals(): Totals {
    const { recorded, duplicate, refused } = this.counts;
    const sums = [...this.sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, sum]) => [currency, sum.toText(minorUnits(currency))]);
    const read = recorded + duplicate + refused;
    return { file: this.file, read, recorded, duplicate, refused, sums: Object.fromEntries(sums) };
  }
}
