import { Exact } from '#kernel';
import type { Book, Deal } from '#crediting';
import type { Component, Tranche } from '#plans';

/** So many equal parts of a whole: from none of it to all of it. */
export const share = (part: number, whole: number): Exact =>
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

/** A part of pay: due from a fiscal month on, or as the money for its deal comes in. */
type Due =
  | { readonly share: Exact; readonly from: number }
  | { readonly share: Exact; readonly by: 'invoice' | 'payment' };

/** What a component's terms say of pay earned in one month. */
export class ReleaseTerms {
  private readonly tranches: readonly Due[];

  constructor(
    private readonly book: Book,
    private readonly component: Component,
    private readonly origin: number,
  ) {
    this.tranches = (component.release ?? []).map((tranche) => this.due(tranche));
  }

  private due({ on, share: text }: Tranche): Due {
    const part = Exact.from(text);
    if (typeof on === 'object') return { share: part, from: this.origin + on.months };
    switch (on) {
      case 'booking':
        return { share: part, from: this.origin };
      case 'window-end':
        return { share: part, from: windowEnd(this.book, this.component, this.origin) };
      case 'year-end':
        return { share: part, from: this.book.calendar.periodOf('year', this.origin).last };
      case 'invoice':
      case 'payment':
        return { share: part, by: on };
    }
  }

  /** Whether money that comes in releases pay, so that every deal is rounded by itself. */
  get byReceipts(): boolean {
    return this.tranches.some((tranche) => 'by' in tranche);
  }

  /** The part of a deal's pay that is released by the end of a month, of its origin or later. */
  releasedPart(deal: Deal | undefined, month: number): Exact {
    // From its cancellation on a deal holds nothing back.
    if (deal && cancelledBy(this.book, deal, month)) return Exact.ONE;
    const { spread, release } = this.component;
    if (spread) return share(month - this.origin + 1, spread.months);
    if (!release) return Exact.ONE;
    const day = this.book.calendar.endOf(month);
    return Exact.sum(
      this.tranches.map((tranche) => {
        if ('from' in tranche) return month >= tranche.from ? tranche.share : Exact.ZERO;
        // Pay without a deal has nothing to wait for.
        return deal ? tranche.share.times(receivedPart(deal, tranche.by, day)) : tranche.share;
      }),
    );
  }

  /** The first month after another one in which that part may be another; none: `Infinity`. */
  nextChange(deal: Deal | undefined, month: number): number {
    if (deal && cancelledBy(this.book, deal, month)) return Infinity;
    const { spread } = this.component;
    if (spread && month - this.origin + 1 < spread.months) return month + 1;
    const { calendar } = this.book;
    const days = deal ? [...deal.receipts, ...deal.contents, deal.cancelled ?? []].flat() : [];
    let next = Infinity;
    for (const { on } of days) {
      const changed = calendar.monthOf(on);
      if (changed > month && changed < next) next = changed;
    }
    for (const tranche of this.tranches) {
      if ('from' in tranche && tranche.from > month) next = Math.min(next, tranche.from);
    }
    return next;
  }
}
