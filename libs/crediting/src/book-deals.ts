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

/** Somebody on a deal's team, and what part of it is his. */
export interface Member {
  readonly payee: string;
  readonly share: Exact;
}

/** A deal as its facts describe it: the corrected booking, what was amended, how it ended. */
export interface Deal {
  readonly id: string;
  readonly account: string;
  readonly bookedOn: number;
  readonly currency: string;
  readonly type: string;
  readonly openedOn: number | undefined;
  readonly team: readonly Member[] | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The booking first, then each amendment in order of its day. */
  readonly contents: readonly DealContent[];
  readonly cancelled: { readonly on: number; readonly position: number } | undefined;
  readonly receipts: readonly Receipt[];
  readonly positions: readonly number[];
}

type Content = Pick<BookDeal, 'amount' | 'lines'>;

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
  const parsed = lines ? lines.map(lineOf) : [lineOf({ id: '', amount: amount ?? '0' })];
  if (parsed.length > 1) parsed.sort(byId);
  const first = parsed[0] as Line;
  const whole = parsed.length === 1 ? first.amount : Exact.sum(parsed.map((line) => line.amount));
  return { on, lines: parsed, amount: whole, positions };
};

const memberOf = ({ payee, share }: NonNullable<BookDeal['team']>[number]): Member => ({
  payee,
  share: Exact.from(share),
});

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
  booked: Fact<BookDeal> | undefined;
  cancelled: Fact<CancelDeal> | undefined;
  corrections: Fact<CorrectDeal>[];
  amendments: DealContent[];
  receipts: Receipt[];
  positions: number[];
}

const amendmentOf = ({ data, position }: Fact): DealContent => {
  const amendment = data as AmendDeal;
  return contentOf(amendment, dayOf(amendment.on), [position]);
};

const sortFacts = (facts: readonly Fact[]): Sorted => {
  const sorted: Sorted = {
    booked: undefined,
    cancelled: undefined,
    corrections: NO_CORRECTIONS,
    amendments: NO_AMENDMENTS,
    receipts: NO_RECEIPTS,
    positions: [],
  };
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
        sorted.corrections = [...sorted.corrections, fact as Fact<CorrectDeal>];
        break;
      case 'DealAmended':
        sorted.amendments = [...sorted.amendments, amendmentOf(fact)];
        break;
      default:
        sorted.receipts = [...sorted.receipts, receiptOf(fact)];
    }
  }
  if (sorted.amendments.length > 1) sorted.amendments.sort((a, b) => a.on - b.on);
  return sorted;
};

// Most deals are booked and nothing else: they share these.
const NO_CORRECTIONS: Fact<CorrectDeal>[] = [];
const NO_AMENDMENTS: DealContent[] = [];
const NO_RECEIPTS: Receipt[] = [];

const bookingOf = (booked: BookDeal, corrections: readonly Fact<CorrectDeal>[]): BookDeal =>
  corrections.reduce<BookDeal>((state, { data }) => corrected(state, data), booked);

/** The deal that the facts of its stream describe. */
export const foldDeal = (facts: readonly Fact[]): Deal | undefined => {
  const { booked, cancelled, corrections, amendments, receipts, positions } = sortFacts(facts);
  if (!booked) return undefined;
  const booking = bookingOf(booked.data, corrections);
  const bookedOn = dayOf(booking.bookedOn);
  const isPlain = positions.length === 1;
  const first = isPlain
    ? positions
    : [booked.position, ...corrections.map((fact) => fact.position)];
  const content = contentOf(booking, bookedOn, first);
  return {
    id: booking.id,
    account: booking.account,
    bookedOn,
    currency: booking.currency,
    type: booking.type ?? '',
    openedOn: booking.openedOn === undefined ? undefined : dayOf(booking.openedOn),
    team: booking.team?.map(memberOf),
    attributes: booking.attributes ?? NONE,
    contents: amendments.length === 0 ? [content] : [content, ...amendments],
    cancelled: cancelled && { on: dayOf(cancelled.data.on), position: cancelled.position },
    receipts,
    positions,
  };
};
