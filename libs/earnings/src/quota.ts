import { Exact, MONTHS_OF, type FiscalCalendar, type Period, type PeriodKind } from '#kernel';
import type { Quota } from '#crediting';

const LONGER: Readonly<Record<PeriodKind, readonly PeriodKind[]>> = {
  month: ['quarter', 'half', 'year'],
  quarter: ['half', 'year'],
  half: ['year'],
  year: [],
};

const PARTS: Readonly<Record<PeriodKind, PeriodKind | undefined>> = {
  month: undefined,
  quarter: 'month',
  half: 'quarter',
  year: 'half',
};

/** What part of the year some months are: months ÷ 12, or as the component's season says. */
export const partOfYear = (
  season: readonly Exact[] | undefined,
  { first, last }: Pick<Period, 'first' | 'last'>,
): Exact => {
  if (!season) return Exact.of(last - first + 1, 12);
  let part = Exact.ZERO;
  for (let month = first; month <= last; month += 1) {
    const inYear = ((month % 12) + 12) % 12;
    part = part.plus(
      season.length === 12
        ? (season[inYear] as Exact)
        : (season[Math.floor(inYear / 3)] as Exact).dividedBy(Exact.of(3)),
    );
  }
  return part;
};

/** A quota and the log positions of the assignments that it follows from. */
export interface QuotaFound {
  readonly amount: Exact;
  readonly positions: readonly number[];
}

const add = (a: QuotaFound, b: QuotaFound): QuotaFound => ({
  amount: a.amount.plus(b.amount),
  positions: [...a.positions, ...b.positions],
});

/** The quotas that one payee has for one component. */
export class Quotas {
  constructor(
    private readonly quotas: readonly Quota[],
    private readonly calendar: FiscalCalendar,
    private readonly season: readonly Exact[] | undefined,
  ) {}

  /**
   * The quota of a period: its own; else the sum of its parts if they are complete; else its part
   * of the nearest longer period's own; else the sum of the parts there are; else none.
   */
  of(period: Period): QuotaFound | undefined {
    return (
      this.own(period, period) ??
      this.fromParts(period, true) ??
      this.fromLonger(period) ??
      this.fromParts(period, false)
    );
  }

  // The amount in force on each day of `within`, averaged over its days: a quota that changes
  // inside the period is blended by calendar days.
  private own(period: Period, within: Period): QuotaFound | undefined {
    const own = this.quotas.filter(
      (quota) => quota.period.kind === period.kind && quota.period.first === period.first,
    );
    if (own.length === 0) return undefined;
    const [start, end] = [this.calendar.startOf(within.first), this.calendar.endOf(within.last)];
    const [only] = own as [Quota, ...Quota[]];
    if (own.length === 1 && only.from <= start) {
      return { amount: only.amount, positions: [only.position] };
    }
    let total = Exact.ZERO;
    own.forEach(({ from, amount }, i) => {
      const until = Math.min(end, (own[i + 1]?.from ?? Infinity) - 1);
      const days = until - Math.max(start, from) + 1;
      if (days > 0) total = total.plus(amount.times(Exact.of(days)));
    });
    const amount = total.dividedBy(Exact.of(end - start + 1));
    return { amount, positions: own.map((quota) => quota.position) };
  }

  private fromParts(period: Period, complete: boolean): QuotaFound | undefined {
    const kind = PARTS[period.kind];
    if (!kind) return undefined;
    let found: QuotaFound | undefined;
    for (let first = period.first; first <= period.last; first += MONTHS_OF[kind]) {
      const part = this.calendar.periodOf(kind, first);
      const own = this.own(part, part) ?? this.fromParts(part, complete);
      if (own) found = found ? add(found, own) : own;
      else if (complete) return undefined;
    }
    return found;
  }

  private fromLonger(period: Period): QuotaFound | undefined {
    for (const kind of LONGER[period.kind]) {
      const longer = this.calendar.periodOf(kind, period.first);
      const whole = this.own(longer, period);
      if (!whole) continue;
      const longerPart = partOfYear(this.season, longer);
      const part = partOfYear(this.season, period);
      const share = longerPart.isZero ? Exact.ZERO : part.dividedBy(longerPart);
      return { ...whole, amount: whole.amount.times(share) };
    }
    return undefined;
  }
}
