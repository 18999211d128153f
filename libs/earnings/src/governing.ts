import type { FiscalCalendar, Period, PeriodKind } from '#kernel';
import type { Component } from '#plans';
import type { Compiled } from './compile.js';
import type { ComponentVersion } from './terms.js';

/** What the component's pay in a fiscal month is determined by. */
export interface Governing {
  readonly version: ComponentVersion;
  readonly compiled: Compiled;
  /** The period at whose end earnings are determined. */
  readonly every: Period;
  /** The window of the running total; for a deal window, the month. */
  readonly window: Period;
}

/** The length of a window in fiscal months; that of a deal is the month. */
export const kindOf = (window: Compiled['window']): PeriodKind =>
  window === 'deal' ? 'month' : window;

/** Which version of a component governs a fiscal month. */
export class GoverningMonths {
  private readonly months = new Map<number, Governing | null>();

  constructor(
    private readonly calendar: FiscalCalendar,
    private readonly versions: readonly ComponentVersion[],
  ) {}

  /** The version in force at the end of the period that a month belongs to computes it. */
  in(month: number): Governing | undefined {
    const known = this.months.get(month);
    if (known !== undefined) return known ?? undefined;
    const found = this.find(month);
    this.months.set(month, found ?? null);
    return found;
  }

  /** The component as the plan has it for a month; before its first version, by that one. */
  definitionAt(month: number): Component {
    return (this.in(month)?.compiled.definition ??
      this.versions[0]?.compiled.definition) as Component;
  }

  private find(month: number): Governing | undefined {
    const end = this.calendar.endOf(month);
    const before = [...this.versions].reverse().find(({ from }) => from <= end);
    // After its end a component still takes back what cancelled deals earned by it.
    const some = this.lastIn({ first: month, last: month }) ?? before ?? this.versions[0];
    if (!some) return undefined;
    const version = this.lastIn(this.calendar.periodOf(some.compiled.every, month)) ?? some;
    const { compiled } = version;
    return {
      version,
      compiled,
      every: this.calendar.periodOf(compiled.every, month),
      window: this.calendar.periodOf(kindOf(compiled.window), month),
    };
  }

  private lastIn({ first, last }: Pick<Period, 'first' | 'last'>): ComponentVersion | undefined {
    const [start, end] = [this.calendar.startOf(first), this.calendar.endOf(last)];
    let found: ComponentVersion | undefined;
    for (const version of this.versions) {
      if (version.from <= end && version.to >= start) found = version;
    }
    return found;
  }
}
