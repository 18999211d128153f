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

/** Somebody on a deal's team, what part of it is his, and where the booking says so. */
export interface Member {
  readonly payee: string;
  readonly share: Exact;
  readonly positions: readonly number[];
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

const exact = (text: string | undefined): Exact =>
  text === undefined ? Exact.ZERO : Exact.from(text);

// Few ask for more of a line than its amount: the rest is read when they do.
class BookedLine implements Line {
  readonly amount: Exact;

  constructor(
    readonly id: string,
    amount: string,
    private readonly stated: Omit<DealLine, 'id' | 'amount'>,
  ) {
    this.amount = Exact.from(amount);
  }

  get cost(): Exact {
    return exact(this.stated.cost);
  }

  get quantity(): Exact {
    return exact(this.stated.quantity);
  }

  get product(): string {
    return this.stated.product ?? '';
  }

  get family(): string {
    return this.stated.family ?? '';
  }

  get attributes(): Line['attributes'] {
    return this.stated.attributes ?? NONE;
  }
}

const lineOf = (line: DealLine): Line => new BookedLine(line.id, line.amount, line);

// What is booked without lines is one.
const wholeLine = (amount: string): Line => new BookedLine('', amount, NONE);

// Mostly they are stated in this order.
const inOrderOfIds = (lines: Line[]): Line[] => {
  const isSorted = lines.every((line, i) => i === 0 || (lines[i - 1] as Line).id <= line.id);
  return isSorted ? lines : lines.sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
};

const contentOf = ({ amount, lines }: Content, on: number, positions: number[]): DealContent => {
  const parsed = lines ? inOrderOfIds(lines.map(lineOf)) : [wholeLine(amount ?? '0')];
  const first = parsed[0] as Line;
  const whole = parsed.length === 1 ? first.amount : Exact.sum(parsed.map((line) => line.amount));
  return { on, lines: parsed, amount: whole, positions };
};

const teamOf = (
  team: NonNullable<BookDeal['team']>,
  positions: readonly number[],
): readonly Member[] =>
  team.map(({ payee, share }) => ({ payee, share: Exact.from(share), positions }));

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

/** What happened to a deal after its booking. */
interface Afterwards {
  cancelled: Fact<CancelDeal> | undefined;
  readonly corrections: Fact<CorrectDeal>[];
  readonly amendments: DealContent[];
  readonly receipts: Receipt[];
}

// Most deals are booked and nothing else: they share this.
const NOTHING_AFTERWARDS: Afterwards = {
  cancelled: undefined,
  corrections: [],
  amendments: [],
  receipts: [],
};

const amendmentOf = ({ data, position }: Fact): DealContent => {
  const amendment = data as AmendDeal;
  return contentOf(amendment, dayOf(amendment.on), [position]);
};

const afterwardsIn = (facts: readonly Fact[]): Afterwards => {
  if (facts.length === 1) return NOTHING_AFTERWARDS;
  const after: Afterwards = {
    ...NOTHING_AFTERWARDS,
    corrections: [],
    amendments: [],
    receipts: [],
  };
  for (const fact of facts) {
    switch (fact.type) {
      case 'DealBooked':
        break;
      case 'DealCancelled':
        after.cancelled ??= fact as Fact<CancelDeal>;
        break;
      case 'DealCorrected':
        after.corrections.push(fact as Fact<CorrectDeal>);
        break;
      case 'DealAmended':
        after.amendments.push(amendmentOf(fact));
        break;
      default:
        after.receipts.push(receiptOf(fact));
    }
  }
  after.amendments.sort((a, b) => a.on - b.on);
  return after;
};

const bookingOf = (booked: BookDeal, corrections: readonly Fact<CorrectDeal>[]): BookDeal =>
  corrections.reduce<BookDeal>((state, { data }) => corrected(state, data), booked);

/** The deal that the facts of its stream describe. */
export const foldDeal = (facts: readonly Fact[]): Deal | undefined => {
  const booked = facts.find(({ type }) => type === 'DealBooked') as Fact<BookDeal> | undefined;
  if (!booked) return undefined;
  const { cancelled, corrections, amendments, receipts } = afterwardsIn(facts);
  const booking = bookingOf(booked.data, corrections);
  const bookedOn = dayOf(booking.bookedOn);
  const bookedAt = [booked.position];
  const content = contentOf(
    booking,
    bookedOn,
    corrections.length === 0 ? bookedAt : [booked, ...corrections].map(({ position }) => position),
  );
  return {
    id: booking.id,
    account: booking.account,
    bookedOn,
    currency: booking.currency,
    type: booking.type ?? '',
    openedOn: booking.openedOn === undefined ? undefined : dayOf(booking.openedOn),
    team: booking.team && teamOf(booking.team, bookedAt),
    attributes: booking.attributes ?? NONE,
    contents: amendments.length === 0 ? [content] : [content, ...amendments],
    cancelled: cancelled && { on: dayOf(cancelled.data.on), position: cancelled.position },
    receipts,
    positions: facts.length === 1 ? bookedAt : facts.map(({ position }) => position),
  };
};
