import { dayOf, Exact, type FiscalCalendar } from '#kernel';
import type { PublishFxRate } from '#plans';
import type { Fact } from './fact.js';

/** How a conversion chooses its rate: the last spot rate, the month's mean, or the plan's rate. */
export type FxUse = 'spot' | 'period-average' | 'plan';

/** The rates of one pair by type, in order of their days. */
export interface FxRates {
  readonly spot: readonly DatedRate[];
  readonly plan: readonly DatedRate[];
}

interface DatedRate {
  readonly on: number;
  readonly rate: Exact;
}

/** The rates of one pair; a later publication for the same day and type replaces the earlier. */
export const foldRates = (facts: readonly Fact[]): FxRates => {
  const byDay = { spot: new Map<number, Exact>(), plan: new Map<number, Exact>() };
  for (const fact of facts) {
    const { on, rate, type = 'spot' } = fact.data as PublishFxRate;
    byDay[type].set(dayOf(on), Exact.from(rate));
  }
  const inOrder = (rates: Map<number, Exact>): DatedRate[] =>
    [...rates].map(([on, rate]) => ({ on, rate })).sort((a, b) => a.on - b.on);
  return { spot: inOrder(byDay.spot), plan: inOrder(byDay.plan) };
};

const lastOn = (rates: readonly DatedRate[], day: number): Exact | undefined => {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rates[middle] as DatedRate).on <= day) low = middle + 1;
    else high = middle;
  }
  return rates[low - 1]?.rate;
};

// The last rate on or before a day; the inverse pair's only where none of its own is known.
const rateOn = (
  direct: FxRates,
  inverse: FxRates,
  type: 'spot' | 'plan',
  day: number,
): Exact | undefined => {
  const rate = lastOn(direct[type], day);
  if (rate) return rate;
  const other = lastOn(inverse[type], day);
  return other && Exact.ONE.dividedBy(other);
};

const mean = (rates: readonly DatedRate[], first: number, last: number): Exact | undefined => {
  const inside = rates.filter((rate) => first <= rate.on && rate.on <= last);
  if (inside.length === 0) return undefined;
  return Exact.sum(inside.map(({ rate }) => rate)).dividedBy(Exact.of(inside.length));
};

// The mean of the spot rates published inside some days, direct ones before inverse.
const averageRate = (
  direct: FxRates,
  inverse: FxRates,
  first: number,
  last: number,
): Exact | undefined => {
  const rate = mean(direct.spot, first, last);
  if (rate) return rate;
  const other = mean(inverse.spot, first, last);
  return other && Exact.ONE.dividedBy(other);
};

/** The rate of a pair that a policy's way of converting takes for a day; undefined where none is known. */
export const rateFor = (
  use: FxUse,
  day: number,
  { direct, inverse }: { readonly direct: FxRates; readonly inverse: FxRates },
  calendar: () => FiscalCalendar,
): Exact | undefined => {
  if (use === 'spot') return rateOn(direct, inverse, 'spot', day);
  const months = calendar();
  const month = months.monthOf(day);
  if (use === 'period-average')
    return averageRate(direct, inverse, months.startOf(month), months.endOf(month));
  return rateOn(direct, inverse, 'plan', months.startOf(months.periodOf('year', month).first));
};
