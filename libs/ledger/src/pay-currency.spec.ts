import { company, type StepOf } from '#testing';
import { ana, assign, calendar, close, deal, plan, run, tables } from './bookkeeping.fixtures.js';
import { calculate } from './calculate.js';

describe('pay in another currency', () => {
  const steps = [calendar, ana('JPY'), plan(), assign];
  const rate = (on: string, value: string, more: object = {}): StepOf => ({
    'publish-fx-rate': { base: 'USD', quote: 'JPY', on, rate: value, ...more },
  });

  it('goes at the last spot rate of the month in which it was earned', () => {
    const found = run([
      ...steps,
      rate('2026-01-05', '150'),
      rate('2026-02-01', '160'),
      deal('d1', '2026-01-10', '1.05'),
      deal('d2', '2026-02-10', '10'),
    ]);
    expect(found.earnings).toEqual(['M1 0.11', 'M2 1.00']);
    expect(found.payable).toEqual(['M1 17 JPY', 'M2 160 JPY']);
  });

  it('is cumulatively rounded over its tranches', () => {
    const found = run([
      calendar,
      ana('JPY'),
      plan({}, { spread: { months: 3 } }),
      assign,
      rate('2026-01-05', '150'),
      deal('d1', '2026-01-10', '0.50'),
    ]);
    expect(found.payable).toEqual(['M1 3 JPY', 'M2 2 JPY', 'M3 3 JPY']);
  });

  it('is held in the plan currency, and its deals listed, where there is no rate', () => {
    const known = company(...steps, deal('d1', '2026-01-10', '1000'), rate('2026-02-01', '160'));
    const ledger = calculate(known.book, { through: 2 });
    expect(tables(ledger).payable).toEqual([]);
    expect(tables(ledger).balances('held')).toEqual([
      'M1 100.00 USD',
      'M2 100.00 USD',
      'M3 100.00 USD',
    ]);
    expect(ledger.uncredited).toEqual([{ deal: 'd1', reason: 'no-fx-rate' }]);
  });

  it('is paid when the rate becomes known', () => {
    const found = run([
      ...steps,
      deal('d1', '2026-01-10', '1000'),
      close(1),
      rate('2026-01-31', '150'),
    ]);
    expect(found.payable).toEqual(['M2 15000 JPY']);
    expect(found.balances('held')).toEqual(['M1 100.00 USD']);
    expect(found.adjustments).toEqual([]);
  });

  it('goes at the plan rate of the fiscal year where the policy says so', () => {
    const found = run([
      calendar,
      { 'set-policy': { fx: { pay: 'plan' } } },
      ...steps.slice(1),
      rate('2026-01-01', '140', { type: 'plan' }),
      rate('2026-01-05', '150'),
      deal('d1', '2026-03-10', '10'),
    ]);
    expect(found.payable).toEqual(['M3 140 JPY']);
  });

  it('follows the payee into a new currency, with what is held, drawn and owed', () => {
    const found = run([
      calendar,
      ana('USD'),
      plan({}, { spread: { months: 4 } }),
      assign,
      rate('2026-01-05', '100'),
      rate('2026-03-05', '200'),
      { 'change-payee': { payee: 'ana', on: '2026-03-01', currency: 'JPY' } },
      deal('d1', '2026-01-10', '400'),
    ]);
    expect(found.payable).toEqual(['M1 10.00 USD', 'M2 10.00 USD', 'M3 1000 JPY', 'M4 1000 JPY']);
    expect(found.balances('held')).toEqual(['M1 30.00 USD', 'M2 20.00 USD', 'M3 1000 JPY']);
  });
});
