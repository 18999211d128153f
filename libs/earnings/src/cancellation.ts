import { addMonths, Exact } from '#kernel';
import type { Credit, Deal } from '#crediting';
import type { CompiledClawback } from './compile.js';
import type { Entry, Scope } from './entry.js';
import { addEntries, movementsBy, signed, type Movement } from './movements.js';

// What a cancellation does comes after everything else of its day.
const AFTER_ALL = 1_000_000_000;

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

// Every movement as the version that governs its own day measures it.
const asCounted = (scope: Scope, credit: Credit, own: readonly Movement[]): readonly Movement[] => {
  const { contents, receipts } = credit.credited.deal;
  const others = new Set([...contents, ...receipts].map(({ on }) => scope.on(on)));
  others.delete(scope);
  if (others.size === 0) return own;
  const mine = own.filter(({ on }) => scope.on(on) === scope);
  const theirs = [...others].flatMap((other) =>
    movementsBy(other, credit).filter(({ on }) => scope.on(on) === other),
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

/** What a cancellation makes of what a deal has counted: the entries, and what is taken back. */
export const afterCancellation = (
  scope: Scope,
  credit: Credit,
  movements: readonly Movement[],
): Entry[] => {
  const {
    credited: { deal },
    booked,
  } = credit;
  const { on, position } = deal.cancelled as NonNullable<Deal['cancelled']>;
  const entriesOf = (of: readonly Movement[]): Entry[] => {
    const into: Entry[] = [];
    for (const movement of of) addEntries(booked, movement, into);
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
