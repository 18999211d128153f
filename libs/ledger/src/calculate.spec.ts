import { formatUnits, minorUnits } from '#kernel';
import { company, type StepOf } from '#testing';
import { calculate, type CalculateOptions } from './calculate.js';
import type { Ledger } from './rows.js';

const sales = { id: 'sales', type: 'commission', window: 'month', rate: '10%' };

const plan = (terms: object = {}, component: object = {}, currency = 'USD') => ({
  'publish-plan': {
    id: 'ae',
    currency,
    from: '2026-01-01',
    components: [{ ...sales, ...component }],
    ...terms,
  },
});
const assign = { 'assign-plan': { payee: 'ana', plan: 'ae', from: '2026-01-01' } };
const ana = (currency = 'USD') => ({
  'add-payee': { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency },
});
const calendar = { 'define-calendar': { start: '2026-01-01' } };

const deal = (id: string, bookedOn: string, amount: string, currency = 'USD'): StepOf => ({
  'book-deal': {
    id,
    account: 'acme',
    bookedOn,
    currency,
    amount,
    team: [{ payee: 'ana', share: '100%' }],
  },
});
const close = (month: number): StepOf => ({
  'close-period': { period: `FY2026-M${String(month).padStart(2, '0')}` },
});

const setting = (terms: object = {}, component: object = {}): StepOf[] => [
  calendar,
  ana(),
  plan(terms, component),
  assign,
];

const text = (amount: bigint, currency: string): string =>
  formatUnits(amount, minorUnits(currency));

const M = (month: number): string => `M${month + 1}`;

/** The tables of a ledger as a bookkeeper would note them. */
const tables = (ledger: Ledger) => ({
  earnings: ledger.earnings.map((row) => `${M(row.month)} ${text(row.amount, row.currency)}`),
  adjustments: ledger.adjustments.map(
    (row) =>
      `${M(row.origin)} in ${M(row.month)} ${text(row.amount, row.currency)} by ${row.causes.join(',')}`,
  ),
  payable: ledger.payable.map(
    (row) => `${M(row.month)} ${text(row.amount, row.currency)} ${row.currency}`,
  ),
  balances: (account: string) =>
    ledger.balances
      .filter((row) => row.account === account)
      .map((row) => `${M(row.month)} ${text(row.amount, row.currency)} ${row.currency}`),
});

const sumsOf = (ledger: Ledger): string[] =>
  ledger.postings.flatMap(({ entries }) => {
    const sums = new Map<string, bigint>();
    for (const { currency, amount } of entries)
      sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    return [...sums.values()].map(String);
  });

const run = (steps: readonly StepOf[], options: CalculateOptions = {}) => {
  const ledger = calculate(company(...steps).book, { through: 5, ...options });
  expect(new Set(sumsOf(ledger))).toEqual(new Set(ledger.postings.length > 0 ? ['0'] : []));
  return tables(ledger);
};

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

describe('a closed month', () => {
  const booked = [...setting(), deal('d1', '2026-01-10', '1000'), deal('d2', '2026-01-11', '500')];

  it('keeps its earnings; what came late is an adjustment that names its cause', () => {
    const found = run([
      ...booked,
      close(1),
      deal('d3', '2026-01-20', '2000'),
      deal('d4', '2026-02-20', '70'),
    ]);
    expect(found.earnings).toEqual(['M1 150.00', 'M2 7.00']);
    expect(found.adjustments).toEqual(['M1 in M2 200.00 by 8']);
    expect(found.payable).toEqual(['M1 150.00 USD', 'M2 207.00 USD']);
  });

  it('takes its adjustment with it when it is closed itself', () => {
    const found = run([
      ...booked,
      close(1),
      deal('d3', '2026-01-20', '2000'),
      close(2),
      deal('d4', '2026-01-21', '10'),
    ]);
    expect(found.adjustments).toEqual(['M1 in M2 200.00 by 8', 'M1 in M3 1.00 by 10']);
    expect(found.payable).toEqual(['M1 150.00 USD', 'M2 200.00 USD', 'M3 1.00 USD']);
  });

  it('posts nothing where what came late comes to nothing', () => {
    const late = { 'correct-deal': { deal: 'd1', type: 'new', reason: 'was empty' } };
    const found = run([...booked, close(1), late]);
    expect(found.adjustments).toEqual([]);
    expect(found.payable).toEqual(['M1 150.00 USD']);
  });

  it('is undone in the first open month, as a shortfall where that is negative', () => {
    const late = { 'correct-deal': { deal: 'd1', amount: '0', reason: 'test order' } };
    const found = run([...booked, close(1), late]);
    expect(found.adjustments).toEqual(['M1 in M2 -100.00 by 8']);
    expect(found.payable).toEqual(['M1 150.00 USD']);
    expect(found.balances('owed')).toEqual(
      ['M2', 'M3', 'M4', 'M5', 'M6'].map((m) => `${m} 100.00 USD`),
    );
  });

  it('names a late quota, plan or assignment as the cause', () => {
    const tiers = {
      by: 'attainment',
      apply: 'retroactive',
      steps: [
        { from: '0%', rate: '10%' },
        { from: '100%', rate: '20%' },
      ],
    };
    const quota = (amount: string) => ({
      'assign-quota': { payee: 'ana', component: 'sales', period: 'FY2026-M01', amount },
    });
    const found = run([
      ...setting({}, { rate: undefined, tiers }),
      quota('2000'),
      deal('d1', '2026-01-10', '1000'),
      close(1),
      quota('1000'),
    ]);
    expect(found.adjustments).toEqual(['M1 in M2 100.00 by 8']);
  });

  it('names the deal that left a payee as the cause', () => {
    const late = {
      'correct-deal': { deal: 'd1', team: [{ payee: 'ben', share: '100%' }], reason: 'his' },
    };
    const ben = { 'add-payee': { id: 'ben', name: 'Ben', hiredOn: '2025-01-01', currency: 'USD' } };
    const found = run([...booked, ben, close(1), late]);
    expect(found.adjustments).toEqual(['M1 in M2 -100.00 by 9']);
  });

  it('keeps what was drawn in it', () => {
    const draw = { amount: '500', kind: 'recoverable', to: 'FY2026-M02' };
    const found = run([
      ...setting({ draw }),
      deal('d1', '2026-01-10', '1000'),
      close(1),
      deal('d2', '2026-01-20', '2000'),
    ]);
    expect(found.payable).toEqual(['M1 500.00 USD', 'M2 500.00 USD']);
    expect(found.balances('draw')).toEqual(
      ['M1 400.00', 'M2 700.00', 'M3 700.00', 'M4 700.00', 'M5 700.00', 'M6 700.00'].map(
        (s) => `${s} USD`,
      ),
    );
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
