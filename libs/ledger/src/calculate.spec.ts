import { company } from '#testing';
import {
  ana,
  assign,
  calendar,
  close,
  deal,
  plan,
  run,
  setting,
  tables,
} from './bookkeeping.fixtures.js';
import { calculate } from './calculate.js';

describe('what is earned is payable', () => {
  it('in its month, if nothing else is said', () =>
    expect(run([...setting(), deal('d1', '2026-02-10', '1000')]).payable).toEqual([
      'M2 100.00 USD',
    ]));

  it('held until it is released', () => {
    const found = run([
      ...setting({}, { spread: { months: 3 } }),
      deal('d1', '2026-02-10', '1000'),
    ]);
    expect(found.payable).toEqual(['M2 33.33 USD', 'M3 33.34 USD', 'M4 33.33 USD']);
    expect(found.balances('held')).toEqual(['M2 66.67 USD', 'M3 33.33 USD']);
  });

  it('where adjusted by hand, at once', () => {
    const adjust = (id: string, more: object) => ({
      'adjust-earnings': { id, payee: 'ana', period: 'FY2026-M03', reason: 'agreed', ...more },
    });
    const found = run([
      ...setting({}, { spread: { months: 3 } }),
      deal('d1', '2026-03-10', '900'),
      adjust('a1', { component: 'sales', amount: '10' }),
      adjust('a2', { amount: '5' }),
    ]);
    expect(found.earnings).toEqual(['M3 100.00', 'M3 5.00']);
    expect(found.payable).toEqual(['M3 45.00 USD', 'M4 30.00 USD', 'M5 30.00 USD']);
  });

  it('as a shortfall that the next months make good, where it is negative', () => {
    const found = run([
      ...setting(),
      deal('d1', '2026-01-10', '1000'),
      { 'cancel-deal': { deal: 'd1', on: '2026-02-10' } },
      deal('d2', '2026-03-10', '3000'),
    ]);
    expect(found.payable).toEqual(['M1 100.00 USD', 'M3 200.00 USD']);
    expect(found.balances('owed')).toEqual(['M2 100.00 USD']);
  });
});

describe('draws', () => {
  it('are given in months that they touch and in which the payee is active, in part pro rata', () => {
    const draw = { amount: '3100', kind: 'stipend', from: '2026-01-20', to: 'FY2026-M04' };
    const found = run([
      ...setting({ draw }),
      { 'record-leave': { payee: 'ana', from: '2026-01-11', to: '2026-01-31' } },
      { 'terminate-payee': { payee: 'ana', on: '2026-03-11' } },
    ]);
    expect(found.payable).toEqual(['M1 1000.00 USD', 'M2 3100.00 USD', 'M3 1000.00 USD']);
  });

  it('are given whole where they are not prorated', () => {
    const draw = { amount: '3100', kind: 'stipend', prorate: 'none', to: 'FY2026-M02' };
    const found = run([
      ...setting({ draw }),
      { 'record-leave': { payee: 'ana', from: '2026-01-02', to: '2026-02-28' } },
    ]);
    expect(found.payable).toEqual(['M1 3100.00 USD']);
  });

  it('are recovered by the terms of their own plan after its end', () => {
    const draw = { amount: '1000', kind: 'recoverable', recoverAtMost: '50%', to: 'FY2026-M01' };
    const found = run([
      ...setting({ draw }),
      deal('d1', '2026-02-10', '10000'),
      deal('d2', '2026-03-10', '20000'),
    ]);
    expect(found.payable).toEqual(['M1 1000.00 USD', 'M2 500.00 USD', 'M3 1500.00 USD']);
    expect(found.balances('draw')).toEqual(['M1 1000.00 USD', 'M2 500.00 USD']);
  });

  it('are converted at the rate of their month', () => {
    const draw = { amount: '100', kind: 'guarantee', to: 'FY2026-M02' };
    const rate = (on: string, value: string) => ({
      'publish-fx-rate': { base: 'GBP', quote: 'USD', on, rate: value },
    });
    const found = run([
      calendar,
      ana(),
      plan({ draw }, {}, 'GBP'),
      assign,
      rate('2026-01-31', '1.25'),
      rate('2026-02-28', '1.5'),
    ]);
    expect(found.payable).toEqual(['M1 125.00 USD', 'M2 150.00 USD']);
  });
});

describe('what is asked for', () => {
  const steps = [
    ...setting({ draw: { amount: '50', kind: 'guarantee' } }),
    deal('d1', '2026-01-10', '1000'),
    close(1),
    deal('d2', '2026-01-12', '70'),
    deal('d3', '2026-04-10', '100'),
  ];

  it('does not change the months before the last one asked for', () => {
    const { book } = company(...steps);
    const long = calculate(book, { through: 8 });
    for (let through = 0; through < 8; through += 1) {
      const short = calculate(book, { through });
      expect(short.payable).toEqual(long.payable.filter(({ month }) => month <= through));
      expect(short.balances).toEqual(long.balances.filter(({ month }) => month <= through));
      expect(short.adjustments).toEqual(long.adjustments.filter(({ month }) => month <= through));
      expect(short.postings).toEqual(long.postings.filter(({ month }) => month <= through));
    }
  });

  it('goes to the end of the fiscal year of the latest activity, if nothing else is said', () =>
    expect(calculate(company(...steps).book).through).toBe(11));
});

describe('what was paid', () => {
  it('is in the balance of the month through which the payout collects; a reversal leaves both', () => {
    const { book } = company(...setting(), deal('d1', '2026-01-10', '1000'));
    const amounts = [{ payee: 'ana', currency: 'USD', amount: 10000n }];
    const payout = { id: 'p1', through: 1, amounts } as const;
    const paid = calculate(book, { through: 2, payouts: [{ ...payout, status: 'paid' }] });
    expect(tables(paid).balances('paid')).toEqual(['M2 100.00 USD', 'M3 100.00 USD']);
    const reversed = calculate(book, {
      through: 2,
      payouts: [{ ...payout, status: 'reversed', wasPaid: true }],
    });
    expect(tables(reversed).balances('paid')).toEqual([]);
    expect(reversed.postings.map(({ cause }) => cause)).toEqual(['earned', 'paid', 'reversed']);
  });
});
