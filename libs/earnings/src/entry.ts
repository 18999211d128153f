import type { Exact } from '#kernel';
import type { Book, CreditKind } from '#crediting';
import type { Compiled } from './compile.js';
import type { MissingRate } from './results.js';
import type { Trace } from './trace.js';

/** Something that counts in a component on a day: a credit, a metric, what those below earned. */
export interface Entry {
  /** The credit date. */
  readonly on: number;
  readonly deal: string;
  readonly line: string;
  readonly kind: CreditKind | 'metric' | 'override';
  /** Whose credit it is; not the component's own payee where a team is measured. */
  readonly payee: string;
  /** Orders what is alike in all the rest. */
  readonly sequence: number;
  /** What it adds to the running measure, in the plan's currency or in units. */
  readonly value: Exact;
  /** What a rate or a fixed amount per deal or unit applies to. */
  readonly base: Exact;
  /** The product of the earning factors. */
  readonly factor: Exact;
  /** The line's margin ÷ amount, where tiers ask for it. */
  readonly margin?: Exact | undefined;
  /** The part of the deal's pay that a cancellation takes back here. */
  readonly reverses?: Exact | undefined;
  readonly cancellation?: true | undefined;
  readonly positions: readonly number[];
  readonly why?: Trace | undefined;
}

/** What entries are made for: one payee's component by one version of its plan. */
export interface Scope {
  readonly book: Book;
  readonly payee: string;
  readonly currency: string;
  readonly compiled: Compiled;
  readonly trace: boolean;
  /** Whether a credit of this day counts: the plan is assigned, and the component in force. */
  readonly counts: (day: number) => boolean;
  /** The scope by the version that governs a day: this very one where its version does. */
  readonly on: (day: number) => Scope;
  /** The first fiscal month of the window that a day lies in: policies go by it. */
  readonly windowOf: (day: number) => number;
  readonly missing: (rate: MissingRate) => void;
}

const text = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Whether two entries are of the same credit on the same day, whatever happened to it. */
export const isSamePlace = (a: Entry, b: Entry): boolean =>
  a.on === b.on &&
  a.deal === b.deal &&
  a.line === b.line &&
  a.kind === b.kind &&
  a.payee === b.payee;

/** The order of credits inside a window, whatever order they were recorded in. */
export const inOrder = (a: Entry, b: Entry): number =>
  a.on - b.on ||
  text(a.deal, b.deal) ||
  text(a.line, b.line) ||
  text(a.kind, b.kind) ||
  text(a.payee, b.payee) ||
  a.sequence - b.sequence;
