import type { PayoutAmount } from '#ledger';
import { controlTotals, reviewPayee, type Part, type PayeeInRun } from './index.js';

const usd = (amount: number, currency = 'USD'): PayoutAmount => ({
  payee: 'ana',
  currency,
  amount: BigInt(amount),
});
const part = (component: string, amount: number): Part => ({
  component,
  currency: 'USD',
  amount: BigInt(amount),
});

const payee = (fields: Partial<PayeeInRun>): PayeeInRun => ({
  payee: 'ana',
  name: 'Ana',
  amounts: [],
  last: [],
  parts: [],
  lastParts: [],
  earlier: [],
  owes: [],
  hasPlan: true,
  manual: [],
  disputes: [],
  ...fields,
});

const flags = (fields: Partial<PayeeInRun>): string[] =>
  reviewPayee(payee(fields)).flags.map(({ flag, says }) => `${flag}: ${says}`);

const gets = (amount: number, ...earlier: number[]): Partial<PayeeInRun> => ({
  amounts: [usd(amount)],
  last: earlier
    .slice(0, 1)
    .filter(Boolean)
    .map((before) => usd(before)),
  earlier: earlier.map((before) => (before === 0 ? [] : [usd(before)])),
});

describe('what is unusual', () => {
  it.each([
    ['is nothing in the usual', gets(100, 100), []],
    ['is who is paid for the first time', gets(100), ['new: is paid for the first time']],
    [
      'is who was asked about before and paid never',
      gets(100, 0, 0),
      ['new: is paid for the first time'],
    ],
    [
      'is who left',
      { last: [usd(100)], earlier: [[usd(100)]] },
      ['left: gets nothing, and got 1.00 USD the last time'],
    ],
    [
      'is who gets nothing twice',
      { earlier: [[], [usd(5)]] },
      ['zero: has a plan and gets nothing'],
    ],
    ['is not who has no plan', { hasPlan: false }, []],
    ['is who owes', { ...gets(100, 100), owes: [usd(250)] }, ['negative: owes 2.50 USD']],
    ['is three times the usual only above it', gets(300, 100), []],
    [
      'is more than three times the usual',
      gets(301, 100, 0, 100),
      ['unusual: gets 3.01 USD, more than three times the usual 1.00 USD'],
    ],
    [
      'looks at six runs',
      gets(301, 100, 100, 100, 100, 100, 100, 10_000),
      ['unusual: gets 3.01 USD, more than three times the usual 1.00 USD'],
    ],
    ['is what was adjusted by hand', { ...gets(1, 1), manual: ['by hand'] }, ['manual: by hand']],
    [
      'is what is disputed',
      { ...gets(1, 1), disputes: ['q1'] },
      ['disputed: has an open dispute, q1'],
    ],
    [
      'is who is paid after the end',
      { ...gets(1, 1), terminatedOn: '2026-01-31' },
      ['terminated: is paid, and not active since 2026-01-31'],
    ],
    ['is not who ended and gets nothing', { hasPlan: false, terminatedOn: '2026-01-31' }, []],
  ])('%s', (_, fields, expected) => expect(flags(fields)).toEqual(expected));
});

describe('the difference from the last run', () => {
  it('is by component, and sums to that of the payee', () => {
    const { amounts, components } = reviewPayee(
      payee({
        amounts: [usd(1500)],
        last: [usd(1000)],
        parts: [part('a', 1200), part('b', 300)],
        lastParts: [part('a', 1000), part('c', 50), part('c', -50)],
      }),
    );
    expect(amounts).toEqual([
      { currency: 'USD', amount: '15.00', last: '10.00', difference: '5.00' },
    ]);
    expect(components).toEqual([
      { component: 'a', currency: 'USD', amount: '12.00', last: '10.00', difference: '2.00' },
      { component: 'b', currency: 'USD', amount: '3.00', last: '0.00', difference: '3.00' },
    ]);
  });
  it('names what earlier runs left over or paid too much', () => {
    const { components } = reviewPayee(payee({ amounts: [usd(700)], parts: [part('a', 1000)] }));
    expect(components.map(({ component, amount }) => `${component} ${amount}`)).toEqual([
      'a 10.00',
      'carried -3.00',
    ]);
  });
});

describe('control totals', () => {
  it('are by currency, beside those of the last run', () =>
    expect(controlTotals([usd(100), usd(50), usd(7, 'JPY')], [usd(120)])).toEqual([
      { currency: 'JPY', amount: '7', last: '0', difference: '7', payees: 1, lastPayees: 0 },
      {
        currency: 'USD',
        amount: '1.50',
        last: '1.20',
        difference: '0.30',
        payees: 2,
        lastPayees: 1,
      },
    ]));
});
