import { company } from '#testing';

const start = () => company({ 'define-calendar': { start: '2026-01-01' } });
const close = (period: string) => ({ 'close-period': { period } });
const policy = (from?: string) => ({
  'set-policy': { rounding: 'half-even', ...(from && { from }) },
});
const months = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `20${26 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`,
  );

describe('the calendar', () => {
  it('comes first', () =>
    expect(company().outcome(close('FY2026-M01'))).toBe('CalendarNotDefined'));
  it('is defined once', () => {
    expect(start().outcome({ 'define-calendar': { start: '2026-01-01' } })).toBe('nothing');
    const said = { start: '2026-01-01', pattern: 'monthly' };
    expect(start().outcome({ 'define-calendar': said })).toBe('nothing');
  });
  it('does not change', () =>
    expect(start().outcome({ 'define-calendar': { start: '2026-02-01' } })).toBe(
      'CalendarDefinedDifferently',
    ));
  it.each([
    ['recorded', { months: months(13) }],
    ['recorded', { months: months(25) }],
    ['Malformed', { months: months(12) }],
    ['Malformed', { months: months(1) }],
    ['Malformed', { months: [...months(12), '2026-12-01'] }],
    ['Malformed', { months: months(13), start: '2026-01-01' }],
    ['Malformed', { months: months(13), pattern: '4-4-5' }],
    ['Malformed', {}],
    ['Malformed', { start: '2026-01-01', pattern: '4-5-5' }],
  ])('%s: %j', (outcome, of) => expect(company().outcome({ 'define-calendar': of })).toBe(outcome));
});

describe('closing', () => {
  it('begins with the first month of the calendar and goes in order', () => {
    const made = start();
    expect(made.words(close('FY2026-M02'))).toBe(
      'Months are closed in order: the next one to close is FY2026-M01.',
    );
    expect(made.outcome(close('FY2026-M01'))).toBe('recorded');
    expect(made.outcome(close('FY2026-M03'))).toBe('PeriodNotNext');
    expect(made.outcome(close('FY2025-M12'))).toBe('PeriodNotNext');
    expect(made.outcome(close('FY2026-M02'))).toBe('recorded');
  });
  it('again is accepted', () => {
    const made = start();
    made.record(close('FY2026-M01'));
    expect(made.outcome(close('FY2026-M01'))).toBe('nothing');
  });
  it('is for fiscal months', () => expect(start().outcome(close('FY2026-Q1'))).toBe('Malformed'));
});

describe('a policy', () => {
  it('may begin in a closed month: what it changes there shows as adjustments', () => {
    const made = start();
    made.record(close('FY2026-M01'));
    expect(made.outcome(policy('FY2026-M01'))).toBe('recorded');
    expect(made.outcome(policy('FY2026-M02'))).toBe('recorded');
  });
  it('said again changes nothing, also when its month is closed by then', () => {
    const made = start();
    made.record(policy('FY2026-M01'));
    made.record(close('FY2026-M01'));
    expect(made.outcome(policy('FY2026-M01'))).toBe('nothing');
  });
  it('says something', () => expect(start().outcome({ 'set-policy': {} })).toBe('Malformed'));
});
