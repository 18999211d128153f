import { Exact, type Rounding } from '#kernel';
import type { Book, Deal } from '#crediting';
import { fact, roundedStep, step, type EarningsLine, type Trace } from '#earnings';
import type { Component, Tranche } from '#plans';

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

const share = (part: number, whole: number): Exact =>
  part >= whole ? Exact.ONE : Exact.of(Math.max(part, 0), whole);

/** The first fiscal month of the window that a month of a component lies in: what policies go by. */
export const windowStart = (book: Book, component: Component, month: number): number => {
  const window = component.window ?? 'quarter';
  return window === 'deal' ? month : book.calendar.periodOf(window, month).first;
};

const windowEnd = (book: Book, component: Component, month: number): number => {
  const window = component.window ?? 'quarter';
  return window === 'deal' ? month : book.calendar.periodOf(window, month).last;
};

const cancelledBy = (book: Book, deal: Deal, month: number): boolean =>
  deal.cancelled !== undefined && book.calendar.monthOf(deal.cancelled.on) <= month;

// The part of a deal that is invoiced or paid by a day, of what the deal then amounts to.
const receivedPart = (deal: Deal, kind: 'invoice' | 'payment', day: number): Exact => {
  let amount = (deal.contents[0] as Deal['contents'][number]).amount;
  for (const content of deal.contents) if (content.on <= day) amount = content.amount;
  if (amount.isZero) return Exact.ONE;
  const received = Exact.sum(
    deal.receipts
      .filter((receipt) => receipt.kind === kind && receipt.on <= day)
      .map((receipt) => receipt.amount),
  );
  return Exact.max(Exact.ZERO, Exact.min(Exact.ONE, received.dividedBy(amount)));
};

/** What a component's terms say of pay earned in one month. */
class Terms {
  private readonly tranches: readonly { readonly on: Tranche['on']; readonly share: Exact }[];

  constructor(
    private readonly book: Book,
    private readonly component: Component,
    private readonly origin: number,
  ) {
    this.tranches = (component.release ?? [{ on: 'booking', share: '1' }]).map(
      ({ on, share: part }) => ({ on, share: Exact.from(part) }),
    );
  }

  /** Whether money that comes in releases pay, so that every deal is rounded by itself. */
  get byReceipts(): boolean {
    return this.tranches.some(({ on }) => on === 'invoice' || on === 'payment');
  }

  /** The part of a deal's pay that is released by the end of a month. */
  releasedPart(deal: Deal | undefined, month: number): Exact {
    // From its cancellation on a deal holds nothing back.
    if (deal && cancelledBy(this.book, deal, month)) return Exact.ONE;
    const { spread } = this.component;
    if (spread) return share(month - this.origin + 1, spread.months);
    return Exact.sum(
      this.tranches.map((tranche) => tranche.share.times(this.due(tranche.on, deal, month))),
    );
  }

  private due(on: Tranche['on'], deal: Deal | undefined, month: number): Exact {
    const { calendar } = this.book;
    const from = (first: number): Exact => (month >= first ? Exact.ONE : Exact.ZERO);
    if (typeof on === 'object') return from(this.origin + on.months);
    switch (on) {
      case 'booking':
        return Exact.ONE;
      case 'window-end':
        return from(windowEnd(this.book, this.component, this.origin));
      case 'year-end':
        return from(calendar.periodOf('year', this.origin).last);
      case 'invoice':
      case 'payment':
        // Pay without a deal has nothing to wait for.
        return deal ? receivedPart(deal, on, calendar.endOf(month)) : Exact.ONE;
    }
  }
}

/** What one deal, or what belongs to none, waits for together. */
interface Group {
  readonly deal: Deal | undefined;
  readonly lines: EarningsLine[];
  amount: bigint;
  readonly part: (month: number) => Exact;
}

const grouped = (
  book: Book,
  lines: readonly EarningsLine[],
  waitsAlone: (deal: Deal) => boolean,
  partOf: (deal: Deal | undefined) => Group['part'],
): Group[] => {
  const groups = new Map<Deal | undefined, Group>();
  for (const line of lines) {
    const known = line.deal === undefined ? undefined : book.deal(line.deal);
    const deal = known && waitsAlone(known) ? known : undefined;
    let group = groups.get(deal);
    if (!group) groups.set(deal, (group = { deal, lines: [], amount: 0n, part: partOf(deal) }));
    group.lines.push(line);
    group.amount += line.amount;
  }
  return [...groups.values()];
};

const roundedTogether = (groups: readonly Group[], month: number, rounding: Rounding): bigint =>
  Exact.sum(groups.map(({ amount, part }) => Exact.of(amount).times(part(month)))).round(
    0,
    rounding,
  );

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
      return (month) => share(month - first + 1, instalments);
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
  const terms = new Terms(book, component, origin);
  // Manual amounts are payable at once.
  const free = lines.filter((line) => line.what === 'manual');
  const waiting = lines.filter((line) => line.what !== 'manual' && !inParts(line));
  const recovered = instalmentGroups(book, lines.filter(inParts), origin, instalments);
  // Where no receipts release, all deals wait for the same, but those that are cancelled meanwhile.
  const waitsAlone = (deal: Deal): boolean => terms.byReceipts || deal.cancelled !== undefined;
  const held = grouped(
    book,
    waiting,
    waitsAlone,
    (deal) => (month) => terms.releasedPart(deal, month),
  );
  const together = terms.byReceipts ? byDeal([...held, ...recovered]) : [[...held, ...recovered]];
  const atOnce = sumOf(free);
  return {
    earned,
    atOnce: false,
    through: (month) =>
      month < origin
        ? 0n
        : together.reduce((sum, groups) => sum + roundedTogether(groups, month, rounding), atOnce),
    why: (month, scale) =>
      step('sum', 'released', [
        ...(free.length > 0 ? [earnedWhy(free, scale)] : []),
        ...together
          .filter((groups) => groups.length > 0)
          .map((groups) =>
            roundedStep('minor units', partsWhy(book, groups, month, scale), scale, rounding),
          ),
      ]),
  };
};
