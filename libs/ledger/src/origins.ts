import { Exact, formatDay, minorUnits } from '#kernel';
import type { Book } from '#crediting';
import {
  fact,
  roundedStep,
  step,
  type EarningsLine,
  type MissingRate,
  type PayeeEarnings,
  type Trace,
} from '#earnings';
import type { Component } from '#plans';
import { payRate } from './pay-currency.js';
import { releaseOf, type Release } from './release.js';
import { windowStart } from './release-terms.js';

/** Where the pay of one component and month of origin stands at the end of some later month. */
export interface Standing {
  /** In minor units of the plan's currency. */
  readonly earned: bigint;
  /** What was earned without a rate into the pay currency: in minor units of the plan's currency. */
  readonly unconverted: bigint;
  /** Earned, not yet payable; in minor units of the pay currency. */
  readonly held: bigint;
  /** Released so far; in minor units of the pay currency. */
  readonly payable: bigint;
}

const NO_RATES: readonly MissingRate[] = [];
const NO_ORIGINS: readonly Origin[] = [];
const NOTHING: Standing = { earned: 0n, unconverted: 0n, held: 0n, payable: 0n };

/** What one component earned in one fiscal month, its origin, and how it becomes payable. */
export class Origin {
  readonly release: Release;
  // Where it stood at the end of the month that was asked for last: the next one begins there.
  private last: { month: number; currency: string; standing: Standing } | undefined;
  private rates: Map<string, Exact | undefined> | undefined;

  constructor(
    private readonly book: Book,
    readonly plan: string,
    readonly component: string,
    readonly currency: string,
    readonly month: number,
    readonly lines: readonly EarningsLine[],
    private readonly definition: Component,
  ) {
    this.release = releaseOf(book, definition, month, lines);
  }

  private get policyMonth(): number {
    return windowStart(this.book, this.definition, this.month);
  }

  /** What stands where at the end of a month, paid in the given currency. */
  standing(month: number, currency: string): Standing {
    if (month < this.month) return NOTHING;
    const { last } = this;
    if (last?.month === month && last.currency === currency) return last.standing;
    const standing = this.standingAt(month, currency);
    this.last = { month, currency, standing };
    return standing;
  }

  private standingAt(month: number, currency: string): Standing {
    const { earned } = this.release;
    const rate = this.rate(currency);
    if (!rate) return { ...NOTHING, earned, unconverted: earned };
    const whole = this.converted(earned, rate, currency);
    const payable = this.release.atOnce
      ? whole
      : this.converted(this.release.through(month), rate, currency);
    return { earned, unconverted: 0n, held: whole - payable, payable };
  }

  /** The tree that explains what is payable at the end of a month. */
  why(month: number, currency: string): Trace {
    const released = this.release.why(month, minorUnits(this.currency));
    const rate = this.rate(currency);
    if (currency === this.currency || !rate) return released;
    const on = formatDay(this.book.calendar.endOf(this.month));
    const says = `1 ${this.currency} in ${currency} on ${on}`;
    const converted = step('product', 'pay currency', [
      released,
      fact('exchange rate', rate, [], says),
    ]);
    const { rounding } = this.book.policy(this.policyMonth);
    return roundedStep('minor units', converted, minorUnits(currency), rounding);
  }

  /** Whether there is a rate into a pay currency. */
  converts(currency: string): boolean {
    return this.rate(currency) !== undefined;
  }

  /** The rate that is missing, for every deal that needs it. */
  missingRates(payee: string, currency: string): readonly MissingRate[] {
    if (this.rate(currency) || this.release.earned === 0n) return NO_RATES;
    const on = this.book.calendar.endOf(this.month);
    const missing = { payee, base: this.currency, quote: currency, on };
    const deals = [...new Set(this.lines.map(({ deal }) => deal))];
    return deals.map((deal) => (deal === undefined ? missing : { ...missing, deal }));
  }

  private rate(currency: string): Exact | undefined {
    if (currency === this.currency) return Exact.ONE;
    this.rates ??= new Map();
    if (!this.rates.has(currency)) {
      const rate = payRate(this.book, this.currency, currency, this.month, this.policyMonth);
      this.rates.set(currency, rate);
    }
    return this.rates.get(currency);
  }

  // Cumulatively rounded: what is converted is always the whole up to now.
  private converted(amount: bigint, rate: Exact, currency: string): bigint {
    if (currency === this.currency) return amount;
    const { rounding } = this.book.policy(this.policyMonth);
    const exact = Exact.units(amount, minorUnits(this.currency)).times(rate);
    return exact.round(minorUnits(currency), rounding);
  }
}

/** Names a component and a month of origin; ids have no control characters. */
export const originKey = ({ plan, component, month }: Origin): string =>
  `${plan}\n${component}\n${month}`;

/** What a payee earned by what one book knows, by component and month of origin. */
export class View {
  /** By month of origin; within a month as his plans list their components. */
  readonly origins: readonly Origin[];
  private byKey: ReadonlyMap<string, Origin> | undefined;
  private readonly byMonth = new Map<number, Origin[]>();

  constructor(
    readonly book: Book,
    readonly earnings: PayeeEarnings,
  ) {
    const origins: Origin[] = [];
    for (const { plan, component, currency, months, definitionAt } of earnings.components) {
      months.forEach((lines, month) => {
        const definition = definitionAt(month);
        const origin = new Origin(book, plan, component, currency, month, lines, definition);
        origins.push(origin);
        const inMonth = this.byMonth.get(month);
        if (inMonth) inMonth.push(origin);
        else this.byMonth.set(month, [origin]);
      });
    }
    this.origins = origins.sort((a, b) => a.month - b.month);
  }

  /** What this view knows of the same component and month of origin as another. */
  same(other: Origin): Origin | undefined {
    this.byKey ??= new Map(this.origins.map((origin) => [originKey(origin), origin]));
    return this.byKey.get(originKey(other));
  }

  /** What was earned in one month. */
  inMonth(month: number): readonly Origin[] {
    return this.byMonth.get(month) ?? NO_ORIGINS;
  }
}
