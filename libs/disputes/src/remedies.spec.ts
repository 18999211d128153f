import { company } from '#testing';
import { claim } from './dispute.fixtures.js';

describe('disputes among the other facts', () => {
  const credit = {
    id: 'fix',
    deal: 'd1',
    payee: 'ana',
    amount: '500.00',
    on: '2026-02-01',
    reason: 'x1',
  };
  const start = () =>
    company(
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
      {
        'book-deal': {
          id: 'd1',
          account: 'a',
          bookedOn: '2026-02-01',
          amount: '1',
          currency: 'USD',
        },
      },
    );
  const resolve = (fields: object) => ({
    'resolve-dispute': { dispute: 'x1', outcome: 'upheld', ...fields },
    by: 'max',
  });

  it.each([
    ['recorded', claim],
    ['recorded', { ...claim, about: { period: 'FY2026-Q1' } }],
    ['recorded', { ...claim, about: { deal: 'never-recorded' } }],
    ['PayeeNotFound', { ...claim, payee: 'bob' }],
    ['ComponentNotFound', { ...claim, about: { component: 'c' } }],
    ['Malformed', { ...claim, about: {} }],
  ])('are about what exists: %s %j', (outcome, of) =>
    expect(start().outcome({ 'open-dispute': of })).toBe(outcome),
  );

  it('record their remedy', () => {
    const made = start();
    made.record({ 'open-dispute': claim, by: 'ana' });
    expect(made.outcome(resolve({ remedy: { 'adjust-credit': credit } }))).toBe('recorded');
    expect(made.book.manualCredits('d1').map(({ data }) => data)).toEqual([
      { ...credit, amount: '500' },
    ]);
    expect(made.outcome(resolve({ remedy: { 'adjust-credit': credit } }))).toBe('nothing');
  });
  it.each([
    ['Malformed', { remedy: { 'adjust-credit': { ...credit, amount: 1.5 } } }],
    ['Malformed', { remedy: { 'cancel-deal': { deal: 'd1', on: '2026-03-01' } } }],
    ['Malformed', { outcome: 'denied', remedy: { 'adjust-credit': credit } }],
    ['DealNotFound', { remedy: { 'adjust-credit': { ...credit, deal: 'd2' } } }],
  ])('have a remedy that can be recorded: %s %j', (outcome, fields) => {
    const made = start();
    made.record({ 'open-dispute': claim, by: 'ana' });
    expect(made.outcome(resolve(fields))).toBe(outcome);
  });
  it('say where a remedy is malformed', () => {
    const made = start();
    made.record({ 'open-dispute': claim, by: 'ana' });
    const remedy = { 'adjust-credit': { ...credit, amount: 1.5 } };
    expect(made.words(resolve({ remedy }))).toContain('remedy.adjust-credit.amount: found 1.5');
  });
});
