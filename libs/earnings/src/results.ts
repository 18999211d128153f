import type { Exact, Period } from '#kernel';
import type { CreditKind } from '#crediting';
import type { Component } from '#plans';
import type { Trace } from './trace.js';

/** One credit's pay in one month, or a fixed sum, floor or manual amount that has no deal. */
export interface EarningsLine {
  readonly month: number;
  readonly deal?: string;
  readonly line?: string;
  readonly kind?: CreditKind;
  /** The credit date, as a day number. */
  readonly on?: number;
  /** What the line is, where it is not a credit's pay. */
  readonly what?: 'fixed' | 'floor' | 'reversal' | 'manual' | 'override' | 'metric';
  /** Set where a cancellation takes the amount back. */
  readonly cancellation?: true;
  /** In minor units of the plan's currency. */
  readonly amount: bigint;
  /** The log positions of the facts that it rests on, in order. */
  readonly positions: readonly number[];
  /** The tree that explains the amount; only where the calculation was asked to trace. */
  readonly trace?: Trace;
}

/** Where a payee stands in a window, at the end of a fiscal month of it. */
export interface Attainment {
  readonly window: Period;
  readonly month: number;
  /** The running measure, in the plan's currency or in units. */
  readonly measure?: Exact;
  readonly quota?: Exact;
  readonly attainment?: Exact;
}

/** What a payee earned by one component of a plan. */
export interface ComponentEarnings {
  readonly plan: string;
  readonly component: string;
  readonly currency: string;
  /** By fiscal month; lines sum to the month's amount; months without lines are absent. */
  readonly months: ReadonlyMap<number, readonly EarningsLine[]>;
  /** For every month of the calculation in which the component is assigned. */
  readonly attainment: readonly Attainment[];
  /** The component as the plan version in force at the end of a month has it (for its release). */
  readonly definitionAt: (month: number) => Component;
}

/** A credit or an amount that could not be converted: kept, listed, never zero. */
export interface MissingRate {
  readonly payee: string;
  readonly deal?: string;
  readonly base: string;
  readonly quote: string;
  /** The day for which a rate is missing. */
  readonly on: number;
}

/** What one payee earned, by all of his plans, from the facts of one book, closings left aside. */
export interface PayeeEarnings {
  readonly payee: string;
  /** By plan, then in the order in which the plan lists its components. */
  readonly components: readonly ComponentEarnings[];
  readonly missingRates: readonly MissingRate[];
}
