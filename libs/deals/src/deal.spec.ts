import { command, company, given } from '#testing';
import { deal, type BookDeal, type DealEvent } from './index.js';

const booking: BookDeal = {
  id: 'd1',
  account: 'acme',
  bookedOn: '2026-02-10',
  currency: 'USD',
  amount: '1000',
};
const booked: DealEvent = { type: 'DealBooked', data: booking };
const amendment = { deal: 'd1', on: '2026-03-01', amount: '1200' };
const amended: DealEvent = { type: 'DealAmended', data: amendment };
const cancellation = { deal: 'd1', on: '2026-04-01' };
const cancelled: DealEvent = { type: 'DealCancelled', data: cancellation };
const correction = { deal: 'd1', reason: 'typing error' };
const invoice = { deal: 'd1', id: 'i1', on: '2026-02-20', amount: '400' };

const book = (data: BookDeal) => command('book-deal', data);
const amend = (on: string, amount = '1200') => command('amend-deal', { deal: 'd1', on, amount });
const cancel = (on: string) => command('cancel-deal', { deal: 'd1', on });
const correct = (fields: Partial<BookDeal>) =>
  command('correct-deal', { ...correction, ...fields });

describe('a deal', () => {
  it('is booked', () => given(deal)().when(book(booking)).then(booked));
  it('is booked once, however often it is sent', () =>
    given(deal)(booked).when(book(booking)).thenNothing());
  it('is not silently changed by a second booking', () =>
    given(deal)(booked)
      .when(book({ ...booking, amount: '1' }))
      .thenRefuses('DealBookedDifferently'));
  it('is known by what it was booked with, also after a correction', () =>
    given(deal)(booked, { type: 'DealCorrected', data: { ...correction, amount: '9' } })
      .when(book(booking))
      .thenNothing());
  it('that was cancelled is still the same deal', () =>
    given(deal)(booked, cancelled).when(book(booking)).thenNothing());

  it.each([
    ['whole', ['70%', '30%'], 'DealBooked'],
    ['whole, in thirds', ['1/3', '1/3', '1/3'], 'DealBooked'],
    ['too small', ['60%', '30%'], 'TeamNotWhole'],
    ['too large', ['60%', '41%'], 'TeamNotWhole'],
  ])('needs a team that is whole: %s', (_what, shares, outcome) => {
    const team = shares.map((share, i) => ({ payee: `p${i}`, share: share }));
    const when = given(deal)().when(book({ ...booking, team }));
    if (outcome === 'DealBooked') when.then({ type: 'DealBooked', data: { ...booking, team } });
    else when.thenRefuses('TeamNotWhole');
  });

  it.each([
    amend('2026-03-01'),
    cancel('2026-03-01'),
    correct({ amount: '1' }),
    command('record-invoice', invoice),
    command('record-payment', invoice),
  ])('must exist before anything happens to it: $type', (of) =>
    given(deal)().when(of).thenRefuses('DealNotFound'),
  );
});

describe('an amendment', () => {
  it('states the content from a day on', () =>
    given(deal)(booked).when(amend('2026-03-01')).then(amended));
  it('said again changes nothing', () =>
    given(deal)(booked, amended).when(amend('2026-03-01')).thenNothing());
  it('of the same day replaces the earlier one', () =>
    given(deal)(booked, amended)
      .when(amend('2026-03-01', '5'))
      .then({ type: 'DealAmended', data: { ...amendment, amount: '5' } }));
  it('may be recorded after a later one', () =>
    given(deal)(booked, amended)
      .when(amend('2026-02-20'))
      .then({ type: 'DealAmended', data: { ...amendment, on: '2026-02-20' } }));
  it('counts from the booking on', () =>
    given(deal)(booked).when(amend('2026-02-09')).thenRefuses('BeforeBooking'));
  it('may come before the cancellation', () =>
    given(deal)(booked, cancelled).when(amend('2026-03-01')).then(amended));
  it.each(['2026-04-01', '2026-04-02'])('on or after the cancellation is refused: %s', (on) =>
    given(deal)(booked, cancelled).when(amend(on)).thenRefuses('DealCancelled'),
  );
});

describe('a cancellation', () => {
  it('ends the deal', () => given(deal)(booked).when(cancel('2026-04-01')).then(cancelled));
  it('of the same day again changes nothing, whatever its reason', () =>
    given(deal)(booked, cancelled)
      .when(command('cancel-deal', { ...cancellation, reason: 'fraud' }))
      .thenNothing());
  it('on another day is refused', () =>
    given(deal)(booked, cancelled).when(cancel('2026-04-02')).thenRefuses('DealCancelled'));
  it('does not come before the booking', () =>
    given(deal)(booked).when(cancel('2026-02-09')).thenRefuses('BeforeBooking'));
  it('does not come before what was amended', () =>
    given(deal)(booked, amended).when(cancel('2026-02-28')).thenRefuses('PastAmendment'));
});

describe('a correction', () => {
  it('restates any field', () =>
    given(deal)(booked)
      .when(correct({ account: 'globex', amount: '900' }))
      .then({ type: 'DealCorrected', data: { ...correction, account: 'globex', amount: '900' } }));
  it('that says what is known changes nothing', () =>
    given(deal)(booked)
      .when(correct({ amount: '1000' }))
      .thenNothing());
  it('of a cancelled deal is allowed', () =>
    given(deal)(booked, cancelled)
      .when(correct({ amount: '900' }))
      .then({ type: 'DealCorrected', data: { ...correction, amount: '900' } }));
  it('of the booking date past an amendment is refused', () =>
    given(deal)(booked, amended)
      .when(correct({ bookedOn: '2026-03-02' }))
      .thenRefuses('PastAmendment'));
  it('of the booking date up to an amendment is allowed', () =>
    given(deal)(booked, amended)
      .when(correct({ bookedOn: '2026-03-01' }))
      .then({ type: 'DealCorrected', data: { ...correction, bookedOn: '2026-03-01' } }));
  it('of the booking date past the cancellation is refused', () =>
    given(deal)(booked, cancelled)
      .when(correct({ bookedOn: '2026-05-01' }))
      .thenRefuses('DealCancelled'));
  it('needs a team that is whole', () =>
    given(deal)(booked)
      .when(correct({ team: [{ payee: 'ana', share: '0.5' }] }))
      .thenRefuses('TeamNotWhole'));
  it('puts lines in the place of the amount', () => {
    const lines = [{ id: 'l1', amount: '1000' }];
    const state = deal.evolve(deal.evolve(undefined, booked), {
      type: 'DealCorrected',
      data: { ...correction, lines },
    });
    const { amount: _amount, ...rest } = booking;
    expect(state?.booking).toEqual({ ...rest, lines });
  });
});

describe('an invoice or payment', () => {
  const invoiced: DealEvent = { type: 'InvoiceRecorded', data: invoice };
  const paid: DealEvent = { type: 'PaymentRecorded', data: invoice };

  it('is recorded', () => {
    given(deal)(booked).when(command('record-invoice', invoice)).then(invoiced);
    given(deal)(booked).when(command('record-payment', invoice)).then(paid);
  });
  it('is recorded once', () => {
    given(deal)(booked, invoiced).when(command('record-invoice', invoice)).thenNothing();
    given(deal)(booked, paid).when(command('record-payment', invoice)).thenNothing();
  });
  it('is not silently changed', () => {
    const other = { ...invoice, amount: '1' };
    given(deal)(booked, invoiced)
      .when(command('record-invoice', other))
      .thenRefuses('InvoiceRecordedDifferently');
    given(deal)(booked, paid)
      .when(command('record-payment', other))
      .thenRefuses('PaymentRecordedDifferently');
  });
  it('of one id may be both', () =>
    given(deal)(booked, invoiced).when(command('record-payment', invoice)).then(paid));
  it('may be named as anything', () =>
    given(deal)(booked)
      .when(command('record-invoice', { ...invoice, id: 'constructor' }))
      .then({ type: 'InvoiceRecorded', data: { ...invoice, id: 'constructor' } }));
  it('does not come before the booking', () =>
    given(deal)(booked)
      .when(command('record-payment', { ...invoice, on: '2026-01-01' }))
      .thenRefuses('BeforeBooking'));
  it('may come after the cancellation', () =>
    given(deal)(booked, cancelled).when(command('record-payment', invoice)).then(paid));
});

describe('deals among the other facts', () => {
  const ana = { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' };
  const start = () =>
    company(
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': ana },
      { 'book-deal': booking },
    );
  const credit = {
    id: 'c1',
    deal: 'd1',
    payee: 'ana',
    amount: '5',
    on: '2026-02-11',
    reason: 'helped',
  };

  it('need a calendar', () =>
    expect(company().outcome({ 'book-deal': booking })).toBe('CalendarNotDefined'));
  it('have teams of payees who exist', () => {
    const step = {
      'book-deal': { ...booking, id: 'd2', team: [{ payee: 'anna', share: '100%' }] },
    };
    expect(start().outcome(step)).toBe('PayeeNotFound');
    expect(start().words(step)).toBe('There is no payee "anna" (did you mean "ana"?).');
  });
  it('may name an account that nobody registered', () =>
    expect(start().outcome({ 'book-deal': { ...booking, id: 'd2', account: 'new' } })).toBe(
      'recorded',
    ));
  it('need an amount or lines', () => {
    expect(start().outcome({ 'book-deal': { ...booking, amount: undefined } })).toBe('Malformed');
    const both = { ...booking, lines: [{ id: 'l1', amount: '1' }] };
    expect(start().outcome({ 'book-deal': both })).toBe('Malformed');
  });
  it.each([
    ['recorded', credit],
    ['PayeeNotFound', { ...credit, payee: 'bob' }],
    ['DealNotFound', { ...credit, deal: 'd9' }],
    ['Malformed', { ...credit, reason: undefined }],
  ])('get manual credits: %s', (outcome, of) =>
    expect(start().outcome({ 'adjust-credit': of })).toBe(outcome),
  );
  it('get a manual credit once', () => {
    const made = start();
    made.record({ 'adjust-credit': credit });
    expect(made.outcome({ 'adjust-credit': { ...credit, amount: '5.00' } })).toBe('nothing');
    expect(made.outcome({ 'adjust-credit': { ...credit, amount: '6' } })).toBe(
      'CreditAdjustedDifferently',
    );
  });
});
