import { ana, assign, calendar, close, deal, plan, run, setting } from './bookkeeping.fixtures.js';

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

  it('owes who was added only after it what it comes to as an adjustment', () => {
    const found = run([
      calendar,
      plan(),
      close(1),
      ana(),
      assign,
      deal('d1', '2026-01-10', '1000'),
    ]);
    expect(found.earnings).toEqual([]);
    expect(found.adjustments).toEqual(['M1 in M2 100.00 by 6']);
    expect(found.payable).toEqual(['M2 100.00 USD']);
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
