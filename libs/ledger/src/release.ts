import { Exact, type Rounding } from '#kernel';
import type { Book, Deal } from '#crediting';
import { fact, roundedStep, step, type EarningsLine, type Trace } from '#earnings';
import type { Component } from '#plans';
import { ReleaseTerms, share, windowStart } from './release-terms.js';

/** How what a component earned in one month becomes payable. */
export interface Release {
  /** What was earned, in minor units of the plan's currency. */
  readonly earned: bigint;
  /** Whether all of it is released with the month in which it was earned. */
  readonly atOnce: boolean;
  /** What of it is released by the end of a fiscal month, in minor units of the plan's currency. */
  through(month: number): bigint;
  /** The tree that explains `through`, for a currency of so many decimals. */
  why(month: number, scale: number): Trace;
}

const sumOf = (lines: readonly EarningsLine[]): bigint =>
  lines.reduce((sum, line) => sum + line.amount, 0n);

/** What one deal, or what belongs to none, waits for together. */
interface Group {
  readonly deal: Deal | undefined;
  readonly lines: EarningsLine[];
  amount: bigint;
  /** The part that is released by the end of a month. */
  readonly part: (month: number) => Exact;
  /** The first month after another one in which it may be another part. */
  readonly nextChange: (month: number) => number;
}

type Parting = Pick<Group, 'part' | 'nextChange'>;

const grouped = (
  book: Book,
  lines: readonly EarningsLine[],
  waitsAlone: (deal: Deal) => boolean,
  partOf: (deal: Deal | undefined) => Parting,
): Group[] => {
  const groups = new Map<Deal | undefined, Group>();
  for (const line of lines) {
    const known = line.deal === undefined ? undefined : book.deal(line.deal);
    const deal = known && waitsAlone(known) ? known : undefined;
    let group = groups.get(deal);
    if (!group) groups.set(deal, (group = { deal, lines: [], amount: 0n, ...partOf(deal) }));
    group.lines.push(line);
    group.amount += line.amount;
  }
  return [...groups.values()];
};

/** Groups that are rounded together, and what of them was released when it was asked for last. */
class Together {
  private released = 0n;
  // From which month on it was that, and from which it may be something else.
  private from = Infinity;
  private next = -Infinity;

  constructor(
    readonly groups: readonly Group[],
    private readonly rounding: Rounding,
  ) {}

  through(month: number): bigint {
    if (month < this.from || month >= this.next) {
      const parts = this.groups.map(({ amount, part }) => Exact.of(amount).times(part(month)));
      this.released = Exact.sum(parts).round(0, this.rounding);
      this.from = month;
      this.next = Math.min(...this.groups.map(({ nextChange }) => nextChange(month)));
    }
    return this.released;
  }
}

// Where money that comes in releases pay, every deal is rounded by itself.
const byDeal = (groups: readonly Group[]): Group[][] => {
  const together = new Map<Deal | undefined, Group[]>();
  for (const group of groups) {
    const known = together.get(group.deal);
    if (known) known.push(group);
    else together.set(group.deal, [group]);
  }
  return [...together.values()];
};

// A clawback in instalments: the payable falls in equal parts from the month of the cancellation.
const instalmentGroups = (
  book: Book,
  lines: readonly EarningsLine[],
  origin: number,
  instalments: number,
): Group[] =>
  grouped(
    book,
    lines,
    () => true,
    (deal) => {
      const on = deal?.cancelled?.on;
      const first = on === undefined ? origin : Math.max(origin, book.calendar.monthOf(on));
      return {
        part: (month) => share(month - first + 1, instalments),
        nextChange: (month) => (month - first + 1 >= instalments ? Infinity : month + 1),
      };
    },
  );

// ---- Why --------------------------------------------------------------------------------

const earnedWhy = (lines: readonly EarningsLine[], scale: number): Trace =>
  step(
    'sum',
    'earned',
    lines.map(
      ({ trace, amount, positions, deal }) =>
        trace ?? fact('earned', Exact.units(amount, scale), positions, deal && `by deal ${deal}`),
    ),
  );

// What of a deal has come in, or that it was cancelled, is why so much of it is released.
const receivedPositions = (book: Book, deal: Deal | undefined, month: number): number[] => {
  const day = book.calendar.endOf(month);
  const receipts = (deal?.receipts ?? []).filter(({ on }) => on <= day);
  const cancelled = deal?.cancelled && deal.cancelled.on <= day ? [deal.cancelled.position] : [];
  return [...receipts.map(({ position }) => position), ...cancelled].sort((a, b) => a - b);
};

const partsWhy = (book: Book, groups: readonly Group[], month: number, scale: number): Trace =>
  step(
    'sum',
    'released',
    groups.map(({ deal, lines, part }) => {
      const events = receivedPositions(book, deal, month);
      const says = `by the end of ${book.calendar.monthName(month)}${deal ? ` of deal ${deal.id}` : ''}`;
      return step('product', 'release', [
        earnedWhy(lines, scale),
        fact('released part', part(month), events, says),
      ]);
    }),
  );

/** Most pay is released with the month in which it was earned. */
class AtOnce implements Release {
  readonly atOnce = true;

  constructor(
    private readonly origin: number,
    private readonly lines: readonly EarningsLine[],
    readonly earned: bigint,
  ) {}

  through(month: number): bigint {
    return month < this.origin ? 0n : this.earned;
  }

  why(_month: number, scale: number): Trace {
    return earnedWhy(this.lines, scale);
  }
}

/** When what a component earned in one fiscal month becomes payable, by its terms of that month. */
export const releaseOf = (
  book: Book,
  component: Component,
  origin: number,
  lines: readonly EarningsLine[],
): Release => {
  const earned = sumOf(lines);
  const instalments = component.clawback?.instalments ?? 1;
  const inParts = (line: EarningsLine): boolean => instalments > 1 && line.cancellation === true;
  const waits = component.release !== undefined || component.spread !== undefined;
  if (!waits && (instalments === 1 || !lines.some(inParts))) {
    return new AtOnce(origin, lines, earned);
  }
  const { rounding } = book.policy(windowStart(book, component, origin));
  const terms = new ReleaseTerms(book, component, origin);
  // Manual amounts are payable at once.
  const free = lines.filter((line) => line.what === 'manual');
  const waiting = lines.filter((line) => line.what !== 'manual' && !inParts(line));
  const recovered = instalmentGroups(book, lines.filter(inParts), origin, instalments);
  // Where no receipts release, all deals wait for the same, but those that are cancelled meanwhile.
  const waitsAlone = (deal: Deal): boolean => terms.byReceipts || deal.cancelled !== undefined;
  const held = grouped(book, waiting, waitsAlone, (deal) => ({
    part: (month) => terms.releasedPart(deal, month),
    nextChange: (month) => terms.nextChange(deal, month),
  }));
  const groups = [...held, ...recovered];
  const together = (terms.byReceipts ? byDeal(groups) : [groups]).map(
    (some) => new Together(some, rounding),
  );
  const atOnce = sumOf(free);
  return {
    earned,
    atOnce: false,
    through: (month) =>
      month < origin ? 0n : together.reduce((sum, some) => sum + some.through(month), atOnce),
    why: (month, scale) =>
      step('sum', 'released', [
        ...(free.length > 0 ? [earnedWhy(free, scale)] : []),
        ...together
          .filter((some) => some.groups.length > 0)
          .map((some) =>
            roundedStep('minor units', partsWhy(book, some.groups, month, scale), scale, rounding),
          ),
      ]),
  };
};
