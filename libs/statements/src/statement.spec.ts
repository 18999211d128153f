import { type Book } from '#crediting';
import { calculate } from '#ledger';
import { Company } from '#testing';
import { payeeMonths, statementContent, statementOf, type Statement } from './index.js';

const made = (...steps: readonly Record<string, unknown>[]): Company => {
  const company = new Company();
  company.record({ 'define-calendar': { start: '2026-01-01' } });
  company.record({
    'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' },
  });
  for (const step of steps) company.record(step);
  return company;
};

const statement = (book: Book, name: string): Statement => {
  const period = book.calendar.period(name);
  const months = payeeMonths(calculate(book, { payees: ['ana'], through: 11 }));
  return statementOf({ book, position: 99, payouts: [], months }, 'ana', period);
};

const plan = (component: object) => ({
  'publish-plan': {
    id: 'p',
    currency: 'USD',
    from: '2026-01-01',
    components: [{ id: 'c', window: 'quarter', ...component }],
  },
});
const assigned = {
  'assign-plan': { payee: 'ana', plan: 'p', from: '2026-01-01', targetIncentive: '4000' },
};
const quota = {
  'assign-quota': { payee: 'ana', component: 'c', period: 'FY2026-Q1', amount: '1000' },
};
const deal = (id: string, bookedOn: string, amount: string) => ({
  'book-deal': {
    id,
    account: 'a',
    bookedOn,
    amount,
    currency: 'USD',
    team: [{ payee: 'ana', share: '100%' }],
  },
});
const tiers = (by: string, ...steps: object[]) => ({
  type: 'commission',
  tiers: { by, apply: 'marginal', steps },
});

describe('what is to be reached next', () => {
  const byAttainment = tiers(
    'attainment',
    { from: '0%', rate: '5%' },
    { from: '100%', rate: '10%' },
    { from: '150%', amount: '500' },
  );
  const next = (...steps: readonly Record<string, unknown>[]) =>
    statement(made(...steps).book, 'FY2026-Q1').attainment.map((row) => row.next);

  it('is the next tier, and what is missing to it', () =>
    expect(next(plan(byAttainment), assigned, quota, deal('d1', '2026-02-01', '400.50'))).toEqual([
      { by: 'attainment', from: '1', missing: '599.50', rate: '0.1' },
    ]));
  it('is the tier after one that is reached exactly', () =>
    expect(next(plan(byAttainment), assigned, quota, deal('d1', '2026-02-01', '1000'))).toEqual([
      { by: 'attainment', from: '1.5', missing: '500.00', amount: '500' },
    ]));
  it('is nothing at the top', () =>
    expect(next(plan(byAttainment), assigned, quota, deal('d1', '2026-02-01', '1500'))).toEqual([
      undefined,
    ]));
  it('is nothing by attainment without a quota', () =>
    expect(next(plan(byAttainment), assigned, deal('d1', '2026-02-01', '1'))).toEqual([undefined]));
  it('is an amount where tiers go by value', () => {
    const byValue = tiers('value', { from: '0', rate: '5%' }, { from: '10000', multiplier: '2' });
    expect(next(plan(byValue), assigned, deal('d1', '2026-02-01', '1'))).toEqual([
      { by: 'value', from: '10000', missing: '9999.00', multiplier: '2' },
    ]);
  });
  it('is the next point of a curve', () => {
    const curve = {
      shape: 'linear',
      points: [
        { at: '50%', pays: '0%' },
        { at: '100%', pays: '100%' },
      ],
    };
    expect(
      next(plan({ type: 'bonus', curve }), assigned, quota, deal('d1', '2026-02-01', '600')),
    ).toEqual([{ by: 'attainment', from: '1', missing: '400.00', pays: '1' }]);
  });
});

describe('a statement', () => {
  const flat = plan({ type: 'commission', rate: '10%', window: 'month' });

  it('has adjustments beside what they adjust', () => {
    const { book } = made(
      flat,
      assigned,
      deal('d1', '2026-01-10', '1000'),
      { 'close-period': { period: 'FY2026-M01' } },
      { 'correct-deal': { deal: 'd1', amount: '1200', reason: 'typo' } },
    );
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    const adjustment = {
      component: 'c',
      origin: 'FY2026-M01',
      postedIn: 'FY2026-M02',
      adjusts: usd('100.00'),
      amount: usd('20.00'),
      deals: [{ deal: 'd1', amount: '20.00' }],
      causes: [7],
    };
    expect(statement(book, 'FY2026-M01').adjustedLater).toEqual([adjustment]);
    expect(statement(book, 'FY2026-M02').adjustments).toEqual([adjustment]);
  });

  it('has the disputes about it, and no others', () => {
    const about = (id: string, of: object, payee = 'ana') => ({
      'open-dispute': { id, payee, about: of, claim: 'x' },
    });
    const { book } = made(
      { 'add-payee': { id: 'ben', name: 'Ben', hiredOn: '2025-01-01', currency: 'USD' } },
      flat,
      assigned,
      deal('d1', '2026-01-10', '1000'),
      about('of-deal', { deal: 'd1' }),
      about('of-other-deal', { deal: 'd2' }),
      about('of-month', { period: 'FY2026-M01' }),
      about('of-quarter', { period: 'FY2026-Q1' }),
      about('of-april', { period: 'FY2026-M04' }),
      about('of-ben', { period: 'FY2026-M01' }, 'ben'),
      { 'withdraw-dispute': { dispute: 'of-month' }, by: 'ana' },
    );
    expect(
      statement(book, 'FY2026-M01').disputes.map(({ dispute, status }) => `${dispute} ${status}`),
    ).toEqual(['of-deal open', 'of-month withdrawn', 'of-quarter open']);
    expect(statement(book, 'FY2026-M04').disputes.map(({ dispute }) => dispute)).toEqual([
      'of-april',
    ]);
  });

  it('says the same wherever it is read', () => {
    const { book } = made(flat, assigned, deal('d1', '2026-01-10', '1000'));
    const found = statement(book, 'FY2026-M01');
    expect(statementContent({ ...found, position: 7 })).toBe(statementContent(found));
  });
});

it('says of an amount by hand why it is there', () => {
  const { book } = made(plan(tiers('attainment', { from: '0%', rate: '5%' })), assigned, quota, {
    'adjust-earnings': {
      id: 'm1',
      payee: 'ana',
      component: 'c',
      period: 'FY2026-M01',
      amount: '50',
      reason: 'Dispute q1',
    },
  });
  expect(statement(book, 'FY2026-M01').lines.map(({ reason }) => reason)).toEqual([
    'manual amount: Dispute q1',
  ]);
});
