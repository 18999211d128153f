import { addMonths, Exact } from '#kernel';
import {
  contentOn,
  type Credit,
  type CreditedDeal,
  type Deal,
  type DealContent,
  type Part,
} from '#crediting';
import type { CompiledClawback } from './compile.js';
import type { Entry, Scope } from './entry.js';
import { measureLines, measureRate, MONEY } from './measure.js';
import { joined } from './positions.js';
import { fact, step, type Trace } from './trace.js';

/** What part of a deal a cancellation takes back, by days or months since its booking. */
export const takenBack = (clawback: CompiledClawback, deal: Deal): Exact => {
  const on = deal.cancelled?.on ?? deal.bookedOn;
  if (clawback.bands) {
    const days = on - deal.bookedOn;
    return clawback.bands.find((band) => days <= band.within)?.share ?? Exact.ZERO;
  }
  if (clawback.proRata === undefined) return Exact.ONE;
  // The first month has begun on the booking date itself.
  let begun = 0;
  while (begun < clawback.proRata && addMonths(deal.bookedOn, begun) <= on) begun += 1;
  return Exact.of(clawback.proRata - begun, clawback.proRata);
};

/** What a deal counts at once: its booking, an amendment, a receipt, a cancellation. */
interface Movement {
  readonly on: number;
  readonly by: Exact;
  readonly sequence: number;
  /** What was measured, to be counted `by` so much. */
  readonly measured: readonly Entry[];
  readonly positions: readonly number[];
  readonly cancellation?: true | undefined;
}

const signed = (why: Trace | undefined, by: Exact): Trace | undefined =>
  why && (by.equals(Exact.ONE) ? why : step('product', 'part', [fact('part counted', by), why]));

const addEntries = (part: Part, movement: Movement, into: Entry[]): void => {
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

// What a cancellation does comes after everything else of its day.
const AFTER_ALL = 1_000_000_000;

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

const rateOn = (scope: Scope, deal: Deal, day: number): Exact | undefined =>
  MONEY.has(scope.compiled.value) ? measureRate(scope, deal.currency, day, deal.id) : Exact.ONE;

// One content of a deal, as it is measured on the booking date.
const measureContent = (
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
const bookingMovements = (scope: Scope, credited: CreditedDeal, part: number): Movement[] => {
  const { deal } = credited;
  const rate = rateOn(scope, deal, deal.bookedOn);
  if (!rate) return [];
  const movements: Movement[] = [];
  let before: Entry[] = [];
  for (let i = 0; i < deal.contents.length; i += 1) {
    const content = deal.contents[i] as DealContent;
    const after: Entry[] = [];
    measureContent(scope, credited, part, i, rate, after);
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

const countsKind = ({ compiled }: Scope, { kind }: Part): boolean =>
  compiled.team || compiled.credits.has(kind);

// What one version of the component makes of a payee's part of a deal, its cancellation aside.
const movementsBy = (scope: Scope, credited: CreditedDeal, part: number): Movement[] => {
  if (!countsKind(scope, (credited.parts[0] as readonly Part[])[part] as Part)) return [];
  return scope.compiled.on === 'booking'
    ? bookingMovements(scope, credited, part)
    : receiptMovements(scope, credited, part);
};

// Every movement as the version that governs its own day measures it.
const asCounted = (
  scope: Scope,
  { credited, part }: Credit,
  own: readonly Movement[],
): readonly Movement[] => {
  const { contents, receipts } = credited.deal;
  const others = new Set([...contents, ...receipts].map(({ on }) => scope.on(on)));
  others.delete(scope);
  if (others.size === 0) return own;
  const mine = own.filter(({ on }) => scope.on(on) === scope);
  const theirs = [...others].flatMap((other) =>
    movementsBy(other, credited, part).filter(({ on }) => scope.on(on) === other),
  );
  return [...mine, ...theirs].sort((a, b) => a.on - b.on || a.sequence - b.sequence);
};

// A cancellation at today's tiers counts as negative value what the deal counted. A booking counts
// so in any case; of invoices and payments only what earned something is there to be taken back.
const recalculated = (
  scope: Scope,
  { cancelled }: Deal,
  taken: Exact,
  counted: readonly Movement[],
): Movement[] => {
  if (!cancelled) return [];
  return counted
    .filter(({ on }) => scope.on(on).compiled.on === 'booking' || scope.counts(on))
    .map((movement, i) => ({
      ...movement,
      on: cancelled.on,
      by: movement.by.times(taken).negated(),
      sequence: AFTER_ALL + i,
      cancellation: true,
      positions: [...movement.positions, cancelled.position],
    }));
};

// A cancellation that reverses takes back each credit's pay, also after the assignment's end; with
// `reverse` its value too, which counts like any other only while the plan is assigned.
const reversals = (
  { compiled, counts }: Scope,
  { cancelled }: Deal,
  reverses: Exact,
  counted: readonly Entry[],
): Entry[] => {
  if (!cancelled) return [];
  const isCredit = compiled.clawback.how === 'reverse' && counts(cancelled.on);
  const byLine = new Map<string, Entry[]>();
  for (const entry of counted) {
    const key = `${entry.line} ${entry.kind}`;
    byLine.set(key, [...(byLine.get(key) ?? []), entry]);
  }
  return [...byLine.values()].map((entries): Entry => {
    const value = Exact.sum(entries.map((entry) => entry.value))
      .times(reverses)
      .negated();
    return {
      ...(entries[0] as Entry),
      on: cancelled.on,
      sequence: AFTER_ALL,
      value: isCredit ? value : Exact.ZERO,
      base: Exact.ZERO,
      reverses,
      cancellation: true,
      positions: [...new Set([...entries.flatMap((entry) => entry.positions), cancelled.position])],
    };
  });
};

const partly = (entries: readonly Entry[], part: Exact, position: number): Entry[] =>
  entries.map((entry) => ({
    ...entry,
    value: entry.value.times(part),
    base: entry.base.times(part),
    positions: [...entry.positions, position],
    why: signed(entry.why, part),
  }));

// As if the part taken back had never been booked. Where it is recovered in instalments, what was
// booked and what is taken back stand side by side: only the latter's pay is spread.
const restated = (
  { compiled }: Scope,
  position: number,
  taken: Exact,
  entries: readonly Entry[],
): Entry[] => {
  if ((compiled.definition.clawback?.instalments ?? 1) > 1) {
    const back = partly(entries, taken.negated(), position);
    return [
      ...entries,
      ...back.map((entry, i) => ({
        ...entry,
        sequence: AFTER_ALL + i,
        cancellation: true as const,
      })),
    ];
  }
  const left = Exact.ONE.minus(taken);
  return left.isZero ? [] : partly(entries, left, position);
};

// What a cancellation makes of what a deal has counted: `entries` themselves, and what is taken back.
const afterCancellation = (
  scope: Scope,
  credit: Credit,
  movements: readonly Movement[],
): Entry[] => {
  const { credited, part } = credit;
  const { deal } = credited;
  const { on, position } = deal.cancelled as NonNullable<Deal['cancelled']>;
  const own = (credited.parts[0] as readonly Part[])[part] as Part;
  const entriesOf = (of: readonly Movement[]): Entry[] => {
    const into: Entry[] = [];
    for (const movement of of) addEntries(own, movement, into);
    return into;
  };
  const counting = (entry: Entry): boolean => scope.counts(entry.on);
  const entries = entriesOf(movements);
  // The version in force on the cancellation says how it is taken back, and only that one does.
  const governing = scope.on(on);
  const { clawback } = governing.compiled;
  const taken = takenBack(clawback, deal);
  if (clawback.how === 'restate') {
    return restated(governing, position, taken, entries).filter(counting);
  }
  if (governing !== scope || taken.isZero) return entries.filter(counting);
  const counted = asCounted(scope, credit, movements);
  if (clawback.how === 'recalculate') {
    return [...entries, ...entriesOf(recalculated(scope, deal, taken, counted))].filter(counting);
  }
  return [
    ...entries.filter(counting),
    ...reversals(scope, deal, taken, entriesOf(counted).filter(counting)),
  ];
};

/** What one payee's part of a deal counts in a component, day by day; added to `into`. */
export const addDealEntries = (scope: Scope, credit: Credit, into: Entry[]): void => {
  const { credited, part: place } = credit;
  const { deal } = credited;
  const part = (credited.parts[0] as readonly Part[])[place] as Part;
  // Most deals are booked and nothing else.
  if (scope.compiled.on === 'booking' && deal.contents.length === 1 && !deal.cancelled) {
    if (!countsKind(scope, part)) return;
    const rate = rateOn(scope, deal, deal.bookedOn);
    if (rate && scope.counts(deal.bookedOn)) measureContent(scope, credited, place, 0, rate, into);
    return;
  }
  const movements = movementsBy(scope, credited, place);
  if (deal.cancelled) {
    into.push(...afterCancellation(scope, credit, movements));
    return;
  }
  for (const movement of movements) {
    if (scope.counts(movement.on)) addEntries(part, movement, into);
  }
};
