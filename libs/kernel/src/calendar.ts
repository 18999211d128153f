import { addMonths, dayOf, formatDay } from './dates.js';

/** How a company's fiscal years are cut; the fields of `define-calendar`. */
export interface CalendarDefinition {
  readonly start?: string;
  readonly pattern?: 'monthly' | '4-4-5' | '4-5-4' | '5-4-4';
  readonly months?: readonly string[];
}

/** The lengths a plan may count in; `month` is a fiscal month. */
export type PeriodKind = 'month' | 'quarter' | 'half' | 'year';

/** How many fiscal months a period of each kind has. */
export const MONTHS_OF: Readonly<Record<PeriodKind, number>> = {
  month: 1,
  quarter: 3,
  half: 6,
  year: 12,
};

/** A fiscal period: its months by number, first and last inclusive. */
export interface Period {
  readonly kind: PeriodKind;
  readonly first: number;
  readonly last: number;
}

const PERIOD = /^FY(\d{4})(?:-(H[12]|Q[1-4]|M(?:0[1-9]|1[0-2])))?$/;
const WEEKS = { '4-4-5': [4, 4, 5], '4-5-4': [4, 5, 4], '5-4-4': [5, 4, 4] } as const;

/**
 * The fiscal calendar. Months are numbered from that of the definition's start (0); days are
 * numbers since 1970-01-01. It runs on without end in both directions.
 */
export class FiscalCalendar {
  private readonly listed: readonly number[];
  private readonly startDay: number;
  private readonly firstYear: number;
  private readonly starts = new Map<number, number>();
  private readonly months = new Map<number, number>();

  constructor(readonly definition: CalendarDefinition) {
    this.listed = (definition.months ?? []).map(dayOf);
    this.startDay = this.listed[0] ?? dayOf(definition.start as string);
    this.firstYear = Number(formatDay(this.startOf(12) - 1).slice(0, 4));
  }

  /** The first day of a fiscal month. */
  startOf(month: number): number {
    let day = this.starts.get(month);
    if (day === undefined) {
      day = this.computeStart(month);
      this.starts.set(month, day);
    }
    return day;
  }

  /** The last day of a fiscal month. */
  endOf(month: number): number {
    return this.startOf(month + 1) - 1;
  }

  /** The number of the fiscal month that a day lies in. */
  monthOf(day: number): number {
    const known = this.months.get(day);
    if (known !== undefined) return known;
    let month = Math.round((day - this.startDay) / 30.4375);
    while (this.startOf(month) > day) month -= 1;
    while (this.startOf(month + 1) <= day) month += 1;
    this.months.set(day, month);
    return month;
  }

  /** The period of the given kind that a fiscal month belongs to. */
  periodOf(kind: PeriodKind, month: number): Period {
    const length = MONTHS_OF[kind];
    const first = Math.floor(month / length) * length;
    return { kind, first, last: first + length - 1 };
  }

  /** The period of a name such as `FY2026-Q1`; undefined if the text is not one. */
  parse(name: string): Period | undefined {
    const match = PERIOD.exec(name);
    if (!match) return undefined;
    const year = (Number(match[1]) - this.firstYear) * 12;
    const part = match[2];
    if (!part) return this.periodOf('year', year);
    const number = Number(part.slice(1)) - 1;
    if (part.startsWith('H')) return this.periodOf('half', year + number * 6);
    if (part.startsWith('Q')) return this.periodOf('quarter', year + number * 3);
    return this.periodOf('month', year + number);
  }

  /** The period of a validated name. */
  period(name: string): Period {
    const period = this.parse(name);
    if (!period) throw new RangeError(`not a fiscal period: ${name}`);
    return period;
  }

  /** The name of a period, `FY2026`, `FY2026-H1`, `FY2026-Q1` or `FY2026-M01`. */
  name({ kind, first }: Pick<Period, 'kind' | 'first'>): string {
    const year = `FY${String(this.firstYear + Math.floor(first / 12)).padStart(4, '0')}`;
    const month = ((first % 12) + 12) % 12;
    switch (kind) {
      case 'year':
        return year;
      case 'half':
        return `${year}-H${month / 6 + 1}`;
      case 'quarter':
        return `${year}-Q${month / 3 + 1}`;
      case 'month':
        return `${year}-M${String(month + 1).padStart(2, '0')}`;
    }
  }

  monthName(month: number): string {
    return this.name({ kind: 'month', first: month });
  }

  /** How many days a period has. */
  daysIn(period: Pick<Period, 'first' | 'last'>): number {
    return this.startOf(period.last + 1) - this.startOf(period.first);
  }

  private computeStart(month: number): number {
    if (this.listed.length > 0) {
      const last = this.listed.length - 1;
      if (month < 0) return addMonths(this.startDay, month);
      if (month <= last) return this.listed[month] as number;
      return addMonths(this.listed[last] as number, month - last);
    }
    const pattern = this.definition.pattern ?? 'monthly';
    if (pattern === 'monthly') return addMonths(this.startDay, month);
    const yearStart = addMonths(this.startDay, Math.floor(month / 12) * 12);
    const inYear = ((month % 12) + 12) % 12;
    let weeks = Math.floor(inYear / 3) * 13;
    for (let i = 0; i < inYear % 3; i += 1) weeks += WEEKS[pattern][i] as number;
    return yearStart + weeks * 7;
  }
}
