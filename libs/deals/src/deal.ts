import { Exact, refuse, same, type Command, type Decider } from '#kernel';
import type {
  AmendDeal,
  BookDeal,
  CancelDeal,
  CorrectDeal,
  RecordInvoice,
  RecordPayment,
  TeamMember,
} from './deal.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** What happens to a deal; all of it in the stream `deal-<id>`. */
export type DealEvent =
  | { readonly type: 'DealBooked'; readonly data: BookDeal }
  | { readonly type: 'DealAmended'; readonly data: AmendDeal }
  | { readonly type: 'DealCorrected'; readonly data: CorrectDeal }
  | { readonly type: 'DealCancelled'; readonly data: CancelDeal }
  | { readonly type: 'InvoiceRecorded'; readonly data: RecordInvoice }
  | { readonly type: 'PaymentRecorded'; readonly data: RecordPayment };

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a deal. */
export type DealCommand =
  | Command<'book-deal', BookDeal>
  | Command<'amend-deal', AmendDeal>
  | Command<'correct-deal', CorrectDeal>
  | Command<'cancel-deal', CancelDeal>
  | Command<'record-invoice', RecordInvoice>
  | Command<'record-payment', RecordPayment>;

// ---- State -----------------------------------------------------------------------------

type Receipts = ReadonlyMap<string, RecordInvoice | RecordPayment>;

/** A deal as far as its rules ask: what was booked, what it says now, and what happened since. */
export interface Deal {
  readonly booked: BookDeal;
  readonly booking: BookDeal;
  /** By the day from which they count. */
  readonly amendments: ReadonlyMap<string, AmendDeal>;
  readonly cancelled?: CancelDeal;
  readonly invoices: Receipts;
  readonly payments: Receipts;
}

// ---- Rules -----------------------------------------------------------------------------

const refuseUnlessWhole = (team: readonly TeamMember[] | undefined): void => {
  if (!team) return;
  const total = Exact.sum(team.map(({ share }) => Exact.from(share)));
  if (total.equals(Exact.ONE)) return;
  const percent = total.times(Exact.of(100)).toText();
  refuse('TeamNotWhole', `The shares of the team total ${percent}%; they must total 100%.`);
};

/** The booking that a correction leads to: amount and lines stand for each other. */
export const correctedBooking = (booking: BookDeal, correction: CorrectDeal): BookDeal => {
  const { deal: _deal, reason: _reason, ...fields } = correction;
  const { amount, lines, ...others } = booking;
  const isRestated = fields.amount !== undefined || fields.lines !== undefined;
  const content = { ...(amount !== undefined && { amount }), ...(lines && { lines }) };
  return { ...others, ...(isRestated ? {} : content), ...fields };
};

const daysAmended = ({ amendments }: Deal): string[] => [...amendments.keys()].sort();

const including = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  new Map(map).set(key, value);

const book = (data: BookDeal, state: Deal | undefined): readonly DealEvent[] => {
  if (state) {
    // A retry says the same again; the same id with other content is a mistake.
    if (same(state.booked, data)) return [];
    const message = `Deal "${data.id}" was booked with other content; correct it or amend it.`;
    return refuse('DealBookedDifferently', message, { deal: data.id });
  }
  refuseUnlessWhole(data.team);
  return [{ type: 'DealBooked', data }];
};

const notBefore = (on: string, { booking }: Deal): void => {
  if (on >= booking.bookedOn) return;
  const message = `The deal was booked on ${booking.bookedOn}; nothing can happen to it on ${on}.`;
  refuse('BeforeBooking', message);
};

const amend = (data: AmendDeal, state: Deal): readonly DealEvent[] => {
  if (same(state.amendments.get(data.on), data)) return [];
  notBefore(data.on, state);
  const { cancelled } = state;
  if (cancelled && data.on >= cancelled.on) {
    const message = `The deal is cancelled from ${cancelled.on} on; amend it for an earlier day.`;
    return refuse('DealCancelled', message);
  }
  return [{ type: 'DealAmended', data }];
};

const correct = (data: CorrectDeal, state: Deal): readonly DealEvent[] => {
  const corrected = correctedBooking(state.booking, data);
  if (same(corrected, state.booking)) return [];
  refuseUnlessWhole(data.team);
  const first = daysAmended(state)[0];
  if (first !== undefined && corrected.bookedOn > first) {
    const message = `The deal was amended on ${first}; its booking cannot be moved past that.`;
    return refuse('PastAmendment', message);
  }
  if (state.cancelled && corrected.bookedOn > state.cancelled.on) {
    const message = `The deal is cancelled from ${state.cancelled.on} on; book it no later.`;
    return refuse('DealCancelled', message);
  }
  return [{ type: 'DealCorrected', data }];
};

const cancel = (data: CancelDeal, state: Deal): readonly DealEvent[] => {
  const { cancelled } = state;
  if (cancelled?.on === data.on) return [];
  if (cancelled) {
    const message = `The deal is cancelled already, from ${cancelled.on} on.`;
    return refuse('DealCancelled', message);
  }
  notBefore(data.on, state);
  const last = daysAmended(state).at(-1);
  if (last !== undefined && data.on < last) {
    const message = `The deal was amended on ${last}; cancel it for that day or a later one.`;
    return refuse('PastAmendment', message);
  }
  return [{ type: 'DealCancelled', data }];
};

const invoice = (data: RecordInvoice, state: Deal): readonly DealEvent[] => {
  const known = state.invoices.get(data.id);
  if (same(known, data)) return [];
  const message = `Invoice "${data.id}" of the deal is known with other content.`;
  if (known) return refuse('InvoiceRecordedDifferently', message);
  notBefore(data.on, state);
  return [{ type: 'InvoiceRecorded', data }];
};

const pay = (data: RecordPayment, state: Deal): readonly DealEvent[] => {
  const known = state.payments.get(data.id);
  if (same(known, data)) return [];
  const message = `Payment "${data.id}" of the deal is known with other content.`;
  if (known) return refuse('PaymentRecordedDifferently', message);
  notBefore(data.on, state);
  return [{ type: 'PaymentRecorded', data }];
};

const existing = (state: Deal | undefined, id: string): Deal =>
  state ?? refuse('DealNotFound', `There is no deal "${id}".`, { deal: id });

/** The rules of a deal. */
export const deal: Decider<DealCommand, DealEvent, Deal | undefined> = {
  initial: undefined,

  decide(command, state) {
    switch (command.type) {
      case 'book-deal':
        return book(command.data, state);
      case 'amend-deal':
        return amend(command.data, existing(state, command.data.deal));
      case 'correct-deal':
        return correct(command.data, existing(state, command.data.deal));
      case 'cancel-deal':
        return cancel(command.data, existing(state, command.data.deal));
      case 'record-invoice':
        return invoice(command.data, existing(state, command.data.deal));
      case 'record-payment':
        return pay(command.data, existing(state, command.data.deal));
    }
  },

  evolve(state, event) {
    if (event.type === 'DealBooked') {
      const [booked, nothing] = [event.data, new Map<string, never>()];
      return { booked, booking: booked, amendments: nothing, invoices: nothing, payments: nothing };
    }
    const before = existing(state, event.data.deal);
    switch (event.type) {
      case 'DealAmended':
        return { ...before, amendments: including(before.amendments, event.data.on, event.data) };
      case 'DealCorrected':
        return { ...before, booking: correctedBooking(before.booking, event.data) };
      case 'DealCancelled':
        return { ...before, cancelled: event.data };
      case 'InvoiceRecorded':
        return { ...before, invoices: including(before.invoices, event.data.id, event.data) };
      case 'PaymentRecorded':
        return { ...before, payments: including(before.payments, event.data.id, event.data) };
    }
  },
};
