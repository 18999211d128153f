import { dayOf, Exact } from '#kernel';
import type {
  AmendDeal,
  BookDeal,
  CancelDeal,
  CorrectDeal,
  DealLine,
  RecordInvoice,
  RecordPayment,
} from '#deals';
import type { Fact } from './fact.js';

/** A line of a deal with its amounts as exact numbers; a deal booked without lines has one, `''`. */
export interface Line {
  readonly id: string;
  readonly amount: Exact;
  readonly cost: Exact;
  readonly quantity: Exact;
  readonly product: string;
  readonly family: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a deal says from a day on: its lines in order of their ids. */
export interface DealContent {
  readonly on: number;
  readonly lines: readonly Line[];
  readonly amount: Exact;
  /** Where it was booked, corrected or amended in the log. */
  readonly positions: readonly number[];
}

/** Money that came in, or was asked for, for a deal. */
export interface Receipt {
  readonly kind: 'invoice' | 'payment';
  readonly id: string;
  readonly on: number;
  readonly amount: Exact;
  readonly position: number;
}

/** A deal as its facts describe it: the corrected booking, what was amended, how it ended. */
export interface Deal {
  readonly id: string;
  readonly account: string;
  readonly bookedOn: number;
  readonly currency: string;
  readonly type: string;
  readonly openedOn?: number;
  readonly team?: readonly { readonly payee: string; readonly share: Exact }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The booking first, then each amendment in order of its day. */
  readonly contents: readonly DealContent[];
  readonly cancelled?: { readonly on: number; readonly position: number };
  readonly receipts: readonly Receipt[];
  readonly positions: readonly number[];
}

type Content = Pick<BookDeal, 'amount' | 'lines'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NONE: Readonly<Record<string, unknown>> = {};

const lineOf = (line: DealLine): Line => ({
  id: line.id,
  amount: Exact.from(line.amount),
  cost: line.cost === undefined ? Exact.ZERO : Exact.from(line.cost),
  quantity: line.quantity === undefined ? Exact.ZERO : Exact.from(line.quantity),
  product: line.product ?? '',
  family: line.family ?? '',
  attributes: line.attributes ?? NONE,
});

const byId = (a: Line, b: Line): number => (a.id < b.id ? -1 : Number(a.id > b.id));

const contentOf = ({ amount, lines }: Content, on: number, positions: number[]): DealContent => {
  const all = lines ?? [{ id: '', amount: amount ?? '0' }];
  const parsed = all.map(lineOf);
  if (parsed.length > 1) parsed.sort(byId);
  return {
    on,
    lines: parsed,
    amount:
      parsed.length === 1
        ? (parsed[0] as Line).amount
        : Exact.sum(parsed.map((line) => line.amount)),
    positions,
  };
};

// A correction states fields of the booking anew; lines and amount stand for each other.
const corrected = (booking: BookDeal, { deal: _deal, reason: _reason, ...fields }: CorrectDeal) => {
  const base =
    fields.amount !== undefined || fields.lines !== undefined
      ? { ...booking, amount: undefined, lines: undefined }
      : booking;
  return { ...base, ...fields };
};

const receiptOf = (fact: Fact): Receipt => {
  const { id, on, amount } = fact.data as RecordInvoice | RecordPayment;
  return {
    kind: fact.type === 'InvoiceRecorded' ? 'invoice' : 'payment',
    id,
    on: dayOf(on),
    amount: Exact.from(amount),
    position: fact.position,
  };
};

/** The facts of a deal's stream by what they are, in one pass: there are very many deals. */
interface Sorted {
  booked?: Fact<BookDeal>;
  cancelled?: Fact<CancelDeal>;
  readonly corrections: Fact<CorrectDeal>[];
  readonly amendments: DealContent[];
  readonly receipts: Receipt[];
  readonly positions: number[];
}

const sortFacts = (facts: readonly Fact[]): Sorted => {
  const sorted: Sorted = { corrections: [], amendments: [], receipts: [], positions: [] };
  for (const fact of facts) {
    sorted.positions.push(fact.position);
    switch (fact.type) {
      case 'DealBooked':
        sorted.booked ??= fact as Fact<BookDeal>;
        break;
      case 'DealCancelled':
        sorted.cancelled ??= fact as Fact<CancelDeal>;
        break;
      case 'DealCorrected':
        sorted.corrections.push(fact as Fact<CorrectDeal>);
        break;
      case 'DealAmended': {
        const amendment = fact.data as AmendDeal;
        sorted.amendments.push(contentOf(amendment, dayOf(amendment.on), [fact.position]));
        break;
      }
      default:
        sorted.receipts.push(receiptOf(fact));
    }
  }
  sorted.amendments.sort((a, b) => a.on - b.on);
  return sorted;
};

/** The deal that the facts of its stream describe. */
export const foldDeal = (facts: readonly Fact[]): Deal | undefined => {
  const { booked, cancelled, corrections, amendments, receipts, positions } = sortFacts(facts);
  if (!booked) return undefined;
  const booking = corrections.reduce<BookDeal>(
    (state, { data }) => corrected(state, data),
    booked.data,
  );
  const bookedOn = dayOf(booking.bookedOn);
  const first = [booked.position, ...corrections.map((fact) => fact.position)];
  const deal: Mutable<Deal> = {
    id: booking.id,
    account: booking.account,
    bookedOn,
    currency: booking.currency,
    type: booking.type ?? '',
    attributes: booking.attributes ?? NONE,
    contents: [contentOf(booking, bookedOn, first), ...amendments],
    receipts,
    positions,
  };
  if (booking.openedOn !== undefined) deal.openedOn = dayOf(booking.openedOn);
  if (booking.team) {
    deal.team = booking.team.map(({ payee, share }) => ({ payee, share: Exact.from(share) }));
  }
  if (cancelled) deal.cancelled = { on: dayOf(cancelled.data.on), position: cancelled.position };
  return deal;
};
