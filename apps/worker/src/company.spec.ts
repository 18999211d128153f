import { freshDatabase, ownDeal, planOf } from '#testing';
import { TABLES, ledgerRows, type LedgerTable } from '#statements';
import { rebuild } from './rebuild.postgres.js';
import { Simulation } from './simulation.js';
import { OpenCompany } from './company.js';

let company: OpenCompany;

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
});
afterEach(() => company.close());

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });

const table = async (name: LedgerTable): Promise<string[]> => {
  await company.catchUp();
  const { calendar } = await company.book();
  const rows: string[] = [];
  for await (const months of company.ledger.current({})) {
    rows.push(...ledgerRows(name, months, calendar).map(({ cells }) => cells.join(' ')));
  }
  return rows;
};

const rules = {
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0', rate: '0.05' },
    { from: '1', rate: '0.1' },
  ],
};
const start = async (): Promise<void> => {
  await say('define-calendar', { start: '2026-01-01' });
  await say('add-payee', { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency: 'USD' });
  await say(
    'publish-plan',
    planOf({ id: 'bookings', type: 'commission', window: 'quarter', tiers: rules }),
  );
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01', to: '2026-06-30' });
  await say('assign-quota', {
    payee: 'ana',
    component: 'bookings',
    period: 'FY2026-Q1',
    amount: '500000',
  });
  await say('book-deal', ownDeal('d1', '600000', '2026-02-10'));
};

const differences = async (check: boolean): Promise<string[]> => {
  await company.catchUp();
  return (await rebuild(company, { check }))
    .filter(({ live, rebuilt }) => live + rebuilt > 0)
    .map((row) => row.table);
};

describe('the walk of a deal', () => {
  it('ends in rows that say what it earned', async () => {
    await start();
    expect(await table('earnings')).toEqual(['ana bookings FY2026-M02 d1 35000.00']);
    expect(await table('attainment')).toEqual([
      'ana bookings FY2026-Q1 600000 500000 1.200000',
      'ana bookings FY2026-Q2 0  ',
    ]);
    expect(await table('payable')).toEqual(['ana FY2026-M02 35000.00']);
  });

  it('goes on with what is said later, and posts it where a month is closed', async () => {
    await start();
    expect(await table('adjustments')).toEqual([]);
    await say('close-period', { period: 'FY2026-M01' });
    await say('close-period', { period: 'FY2026-M02' });
    await say('amend-deal', { deal: 'd1', on: '2026-02-20', amount: '500000' });
    expect(await table('earnings')).toEqual(['ana bookings FY2026-M02 d1 35000.00']);
    expect(await table('adjustments')).toEqual(['ana FY2026-M02 FY2026-M03 bookings -10000.00']);
    expect(Object.keys(TABLES)).toContain('balances');
  });

  it('answers as of any position as it did then', async () => {
    await start();
    const then = await company.catchUp();
    await say('cancel-deal', { deal: 'd1', on: '2026-03-05' });
    expect(await table('payable')).toEqual(['ana FY2026-M02 35000.00']);
    expect(await table('balances')).toEqual([
      ...[3, 4, 5, 6, 7, 8, 9].map((month) => `ana owed FY2026-M0${month} 35000.00`),
      ...[10, 11, 12].map((month) => `ana owed FY2026-M${month} 35000.00`),
    ]);
    const known = await company.knownAt(then);
    const balances: string[] = [];
    for await (const months of company.ledger.calculated({}, known)) {
      balances.push(
        ...ledgerRows('balances', months, known.book.calendar).map(({ cells }) => cells.join(' ')),
      );
    }
    expect(balances).toEqual([]);
  });

  it('lets a payout collect what is payable once, and be approved by somebody else', async () => {
    await start();
    await say('draft-payout', { id: 'p1', through: 'FY2026-M02' }, 'ben');
    await say('submit-payout', { payout: 'p1' }, 'ben');
    const again = await say('draft-payout', { id: 'p2', through: 'FY2026-M02' }, 'ben');
    expect(again.events.map(({ data }) => data)).toMatchObject([{ id: 'p2', totals: [] }]);
    await expect(say('approve-payout', { payout: 'p1' }, 'ben')).rejects.toMatchObject({
      code: 'MakerCannotCheck',
    });
    await expect(say('approve-payout', { payout: 'p1' }, 'admin')).rejects.toMatchObject({
      code: 'MakerCannotCheck',
    });
    await say('approve-payout', { payout: 'p1' }, 'eva');
    await company.catchUp();
    expect(
      (await company.payouts())
        .filter(({ id }) => id === 'p1')
        .map(({ id, status, amounts }) => ({ id, status, amounts })),
    ).toEqual([
      {
        id: 'p1',
        status: 'approved',
        amounts: [{ payee: 'ana', currency: 'USD', amount: 3500000n }],
      },
    ]);
    await say('confirm-payout', { payout: 'p1' }, 'eva');
    expect((await table('balances'))[0]).toBe('ana paid FY2026-M02 35000.00');
  });

  it('makes a draft stale when a later fact changes what it collects', async () => {
    await start();
    await say('draft-payout', { id: 'p1', through: 'FY2026-M02' }, 'ben');
    await say('submit-payout', { payout: 'p1' }, 'ben');
    await say('amend-deal', { deal: 'd1', on: '2026-02-20', amount: '500000' });
    await expect(say('approve-payout', { payout: 'p1' }, 'eva')).rejects.toMatchObject({
      code: 'PayoutStale',
    });
    await say('draft-payout', { id: 'p2', through: 'FY2026-M02' }, 'ben');
    await company.catchUp();
    expect((await company.payouts()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'p1 stale',
      'p2 draft',
    ]);
  });

  it('can be walked again from zero to the same rows, beside the live ones', async () => {
    await start();
    await company.catchUp();
    await say('close-period', { period: 'FY2026-M01' });
    await say('cancel-deal', { deal: 'd1', on: '2026-03-05' });
    const before = await table('payable');
    expect(await differences(true)).toEqual([]);
    await company.database.pool.query("update payee_month set hash = 'x' where month = 1");
    await say('draft-payout', { id: 'p1', through: 'FY2026-M02' }, 'ben');
    expect(await differences(true)).toEqual(['payee_month']);
    expect((await company.payouts()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'p1 draft',
    ]);
    expect(await differences(false)).toEqual(['payee_month']);
    expect(await differences(true)).toEqual([]);
    await say('book-deal', ownDeal('d2', '100', '2026-05-10'));
    expect(await table('payable')).toEqual(before);
    expect((await table('earnings')).at(-1)).toBe('ana bookings FY2026-M05 d2 5.00');
  });

  it('can be simulated: who gains and who loses if other facts were recorded', async () => {
    await start();
    const simulation = await Simulation.open(company);
    await simulation.add({
      type: 'amend-deal',
      data: { deal: 'd1', on: '2026-03-01', amount: '700000' },
      source: 'x:1',
    });
    await simulation.add({
      type: 'add-payee',
      data: { id: 'bob', name: 'Bob', hiredOn: '2026-01-01', currency: 'USD' },
      source: 'x:2',
    });
    await simulation.add({
      type: 'assign-plan',
      data: { payee: 'bob', plan: 'ae', from: '2026-01-01' },
      source: 'x:3',
    });
    await simulation.add({
      type: 'book-deal',
      source: 'x:4',
      data: ownDeal('d9', '100', '2026-04-10', 'bob'),
    });
    await expect(
      simulation.add({
        type: 'cancel-deal',
        data: { deal: 'none', on: '2026-03-01' },
        source: 'x:5',
      }),
    ).rejects.toThrow('x:5: There is no deal');
    const bookings = { component: 'bookings', currency: 'USD' };
    const { differences, summary } = await simulation.outcome();
    expect(differences).toEqual([
      { payee: 'ana', ...bookings, before: 3500000n, after: 4500000n },
      { payee: 'bob', ...bookings, before: 0n, after: 500n },
    ]);
    expect(summary).toMatchObject({
      payees: 2,
      winners: 2,
      losers: 0,
      cost: [{ currency: 'USD', before: 3500000n, after: 4500500n }],
    });
    expect((await simulation.outcome({ first: 0, last: 1 })).differences).toEqual([]);
    expect(await table('earnings')).toEqual(['ana bookings FY2026-M02 d1 35000.00']);
  });
});
