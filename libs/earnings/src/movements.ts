import { Exact } from '#kernel';
import {
  contentOn,
  type Credit,
  type CreditedDeal,
  type Deal,
  type DealContent,
  type Part,
} from '#crediting';
import type { Entry, Scope } from './entry.js';
import { measureLines, measureRate, MONEY } from './measure.js';
import { joined } from './positions.js';
import { fact, step, type Trace } from './trace.js';

/** What a deal counts at once: its booking, an amendment, a receipt, a cancellation. */
export interface Movement {
  readonly on: number;
  readonly by: Exact;
  readonly sequence: number;
  /** What was measured, to be counted `by` so much. */
  readonly measured: readonly Entry[];
  readonly positions: readonly number[];
  readonly cancellation?: true | undefined;
}

/** Why a part of something counts. */
export const signed = (why: Trace | undefined, by: Exact): Trace | undefined =>
  why && (by.equals(Exact.ONE) ? why : step('product', 'part', [fact('part counted', by), why]));

/** The entries of a movement of somebody's part of a deal; added to `into`. */
export const addEntries = (part: Part, movement: Movement, into: Entry[]): void => {
  const { by, on, sequence, cancellation } = movement;
  const positions = joined(part.positions, movement.positions);
  for (const entry of movement.measured) {
    const value = entry.value.times(by);
    into.push({
      ...entry,
      on,
      sequence,
      value,
      base: entry.base === entry.value ? value : entry.base.times(by),
      cancellation,
      positions,
      why: signed(entry.why, by),
    });
  }
};

const alike = (a: Entry, b: Entry): boolean =>
  a.line === b.line &&
  a.value.equals(b.value) &&
  a.base.equals(b.base) &&
  a.factor.equals(b.factor) &&
  (a.margin === b.margin || (!!a.margin && !!b.margin && a.margin.equals(b.margin)));

const MINUS = Exact.of(-1);

// An amendment credits the new content less the old; a line that counts the same in both is left out.
const amendment = (
  { on, positions }: DealContent,
  i: number,
  before: readonly Entry[],
  after: readonly Entry[],
): Movement[] => {
  const isIn = (a: Entry, others: readonly Entry[]): boolean =>
    others.some((other) => alike(a, other));
  const out = before.filter((entry) => !isIn(entry, after));
  const into = after.filter((entry) => !isIn(entry, before));
  return [
    { on, by: MINUS, measured: out, sequence: 2 * i, positions },
    { on, by: Exact.ONE, measured: into, sequence: 2 * i + 1, positions },
  ].filter(({ measured }) => measured.length > 0);
};

/** The rate at which what a deal counts on a day enters the plan's currency. */
export const rateOn = (scope: Scope, deal: Deal, day: number): Exact | undefined =>
  MONEY.has(scope.compiled.value) ? measureRate(scope, deal.currency, day, deal.id) : Exact.ONE;

/** Measures one content of a deal as on the booking date; the entries are added to `into`. */
export const measureContent = (
  scope: Scope,
  { deal, parts }: CreditedDeal,
  place: number,
  i: number,
  rate: Exact,
  into: Entry[],
): void => {
  const content = deal.contents[i] as DealContent;
  const part = (parts[i] as readonly Part[])[place] as Part;
  const { on, positions } = content;
  const { lines } = part;
  const seenOn = deal.bookedOn;
  const sequence = 2 * i + 1;
  const receipt = undefined;
  measureLines(
    scope,
    { deal, content, part, lines, receipt, seenOn, rate, on, sequence, positions },
    into,
  );
};

// Bookings and amendments.
const bookingMovements = (scope: Scope, credited: CreditedDeal, place: number): Movement[] => {
  const { deal } = credited;
  const rate = rateOn(scope, deal, deal.bookedOn);
  if (!rate) return [];
  const movements: Movement[] = [];
  let before: Entry[] = [];
  for (let i = 0; i < deal.contents.length; i += 1) {
    const content = deal.contents[i] as DealContent;
    const after: Entry[] = [];
    measureContent(scope, credited, place, i, rate, after);
    movements.push(...amendment(content, i, before, after));
    before = after;
  }
  return movements;
};

// Invoices and payments up to the cancellation: from then on they no longer count.
const receiptMovements = (scope: Scope, credited: CreditedDeal, place: number): Movement[] => {
  const { deal } = credited;
  const { cancelled } = deal;
  const receipts = deal.receipts
    .filter(({ kind, on }) => kind === scope.compiled.on && (!cancelled || on < cancelled.on))
    .sort((a, b) => a.on - b.on || (a.id < b.id ? -1 : 1));
  return receipts.flatMap((receipt, sequence): Movement[] => {
    const { on } = receipt;
    const rate = rateOn(scope, deal, on);
    if (!rate) return [];
    const then = contentOn(deal, on);
    const content = deal.contents[then] as DealContent;
    const part = (credited.parts[then] as readonly Part[])[place] as Part;
    const { lines } = credited.receiptParts(receipt)[place] as Part;
    const positions = [receipt.position];
    const measured: Entry[] = [];
    measureLines(
      scope,
      { deal, content, part, lines, receipt, seenOn: on, rate, on, sequence, positions },
      measured,
    );
    return [{ on, by: Exact.ONE, sequence, measured, positions }];
  });
};

/** Whether a component counts credits of the part's kind. */
export const countsKind = ({ compiled }: Scope, { kind }: Part): boolean =>
  compiled.team || compiled.credits.has(kind);

/** What one version of a component makes of somebody's part of a deal, its cancellation aside. */
export const movementsBy = (scope: Scope, { credited, booked, place }: Credit): Movement[] => {
  if (!countsKind(scope, booked)) return [];
  return scope.compiled.on === 'booking'
    ? bookingMovements(scope, credited, place)
    : receiptMovements(scope, credited, place);
};
