import type { CreditRow, UncreditedRow } from '#crediting';
import type { EarningsLine, MissingRate, Trace } from '#earnings';
import type { Exact } from '#kernel';
import type { PostingSet } from './postings.js';

/** What a payee earned by one component in one fiscal month: of a closed month, as it was closed. */
export interface EarningsRow {
  readonly payee: string;
  readonly plan: string;
  readonly component: string;
  readonly month: number;
  readonly currency: string;
  /** In minor units of the plan's currency; the sum of the lines. */
  readonly amount: bigint;
  readonly lines: readonly EarningsLine[];
}

/** What later facts changed of one deal's pay in a closed month. */
export interface AdjustmentLine {
  readonly deal?: string;
  readonly amount: bigint;
}

/** What facts that arrived after a month was closed changed of it, posted in a later month. */
export interface AdjustmentRow {
  readonly payee: string;
  readonly plan: string;
  readonly component: string;
  /** The fiscal month that it belongs to. */
  readonly origin: number;
  /** The fiscal month that it is posted in. */
  readonly month: number;
  readonly currency: string;
  /** In minor units of the plan's currency; the sum of the lines, never zero. */
  readonly amount: bigint;
  readonly lines: readonly AdjustmentLine[];
  /** The log positions of the facts that caused it, in order. */
  readonly causes: readonly number[];
}

/** Where a payee stands with a component in a window, at the end of a fiscal month of it. */
export interface AttainmentRow {
  readonly payee: string;
  readonly plan: string;
  readonly component: string;
  readonly window: { readonly first: number; readonly last: number };
  readonly month: number;
  readonly measure?: Exact;
  readonly quota?: Exact;
  readonly attainment?: Exact;
}

/** What a payee is due for a fiscal month, after release, draw and recovery. */
export interface PayableRow {
  readonly payee: string;
  readonly month: number;
  readonly currency: string;
  /** In minor units of the pay currency; never below zero. */
  readonly amount: bigint;
  readonly trace?: Trace;
}

/** What stands open between company and payee at the end of a fiscal month. */
export interface BalanceRow {
  readonly payee: string;
  readonly account: 'draw' | 'held' | 'owed' | 'paid';
  readonly month: number;
  readonly currency: string;
  /** In minor units, positive; rows of zero are left out. */
  readonly amount: bigint;
}

/** Everything that the facts of a book come to: the tables of the language, and the postings. */
export interface Ledger {
  /** The last fiscal month that was computed. */
  readonly through: number;
  readonly credits: readonly CreditRow[];
  readonly uncredited: readonly UncreditedRow[];
  readonly attainment: readonly AttainmentRow[];
  readonly earnings: readonly EarningsRow[];
  readonly adjustments: readonly AdjustmentRow[];
  readonly payable: readonly PayableRow[];
  readonly balances: readonly BalanceRow[];
  readonly missingRates: readonly MissingRate[];
  readonly postings: readonly PostingSet[];
}
