import { createHash } from 'node:crypto';
import { freshDatabase, ownDeal } from '#testing';
import { OpenCompany } from './company.js';
import { exportPayout, type ExportAsked, type PayoutFile } from './payout-export.js';

let company: OpenCompany;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });

const file = async (
  payout: string,
  format: ExportAsked['format'],
  more: Partial<ExportAsked> = {},
): Promise<PayoutFile> => {
  await company.catchUp();
  return exportPayout(company, { payout, format, ...more });
};

const lines = ({ csv }: PayoutFile): string[] => csv.trimEnd().split('\n').slice(1);

const run = async (id: string, through: string): Promise<void> => {
  await say('draft-payout', { id, through }, 'dora');
  await say('submit-payout', { payout: id }, 'dora');
  await say('approve-payout', { payout: id }, 'eva');
};

const deal = (id: string, bookedOn: string, payee: string, amount: string) =>
  say('book-deal', ownDeal(id, amount, bookedOn, payee));

beforeAll(async () => {
  company = new OpenCompany(await freshDatabase());
  await say('define-calendar', { start: '2026-01-01' });
  await say('add-payee', {
    id: 'ana',
    name: 'Ana Maria Ruiz',
    hiredOn: '2025-01-01',
    currency: 'USD',
    attributes: { employeeId: '00017', gustoEmployeeId: '5G9934' },
  });
  await say('add-payee', {
    id: 'ben',
    name: '=HYPERLINK("http://x","y")',
    hiredOn: '2025-01-01',
    currency: 'USD',
  });
  await say('add-payee', {
    id: 'cy',
    name: 'Cy, "the" Lee',
    hiredOn: '2025-01-01',
    currency: 'JPY',
  });
  await say('publish-fx-rate', { base: 'USD', quote: 'JPY', rate: '150', on: '2026-01-01' });
  await say('publish-plan', {
    id: 'ae',
    currency: 'USD',
    from: '2026-01-01',
    components: [{ id: 'c', type: 'commission', window: 'month', rate: '0.1' }],
    draw: {
      amount: '40',
      every: 'month',
      kind: 'recoverable',
      from: 'FY2026-M01',
      to: 'FY2026-M02',
    },
  });
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' });
  await say('publish-plan', {
    id: 'b',
    currency: 'USD',
    from: '2026-01-01',
    components: [{ id: 'd', type: 'commission', window: 'month', rate: '0.1' }],
  });
  for (const payee of ['ben', 'cy'])
    await say('assign-plan', { payee, plan: 'b', from: '2026-01-01' });
  await deal('d1', '2026-01-10', 'ana', '100');
  await deal('d2', '2026-01-10', 'ben', '2000');
  await deal('d3', '2026-01-10', 'cy', '100');
  await run('jan', 'FY2026-M01');
  await say('confirm-payout', { payout: 'jan' }, 'eva');
  await say('cancel-deal', { deal: 'd2', on: '2026-02-03' });
  await deal('d4', '2026-02-10', 'ana', '1000');
  await deal('d5', '2026-02-10', 'ben', '3000.55');
  await run('feb', 'FY2026-M02');
});
afterAll(() => company.close());

describe('a payroll file', () => {
  it('is in the generic layout, with a manifest', async () => {
    const { csv, manifest } = await file('jan', 'generic');
    expect(csv).toBe(
      [
        'payout,payee,name,through,amount,currency',
        'jan,ana,Ana Maria Ruiz,FY2026-M01,40.00,USD',
        `jan,ben,"'=HYPERLINK(""http://x"",""y"")",FY2026-M01,200.00,USD`,
        'jan,cy,"Cy, ""the"" Lee",FY2026-M01,1500,JPY',
        '',
      ].join('\n'),
    );
    expect(manifest).toMatchObject({
      payout: 'jan',
      through: 'FY2026-M01',
      format: 'generic',
      parameters: {},
      file: 'payroll-jan.csv',
      rows: 3,
      sums: { JPY: '1500', USD: '240.00' },
      totals: [
        { currency: 'JPY', run: '1500', payroll: '1500', journal: '1500' },
        { currency: 'USD', run: '240.00', payroll: '240.00', journal: '240.00' },
      ],
      sha256: createHash('sha256').update(csv).digest('hex'),
    });
    await say('change-payee', { payee: 'ana', on: '2026-01-01', attributes: { employeeId: '99' } });
    expect(await file('jan', 'generic')).toEqual({ csv, manifest });
  });

  it('is in the layout of ADP, in one currency', async () => {
    await expect(file('jan', 'adp', { company: 'ABC' })).rejects.toThrow(
      'the run pays in JPY, USD: ask for one of them',
    );
    await expect(file('jan', 'adp', { currency: 'USD' })).rejects.toThrow(
      'ADP needs the company code',
    );
    const found = await file('jan', 'adp', { company: 'ABC', currency: 'USD' });
    expect(found.csv).toBe(
      'Co Code,Batch ID,File #,Earnings 3 Code,Earnings 3 Amount\nABC,jan,00017,COM,40.00\nABC,jan,ben,COM,200.00\n',
    );
    expect(found.manifest).toMatchObject({
      file: 'PRABCEPI.csv',
      parameters: { currency: 'USD', company: 'ABC', earning: 'COM' },
      sums: { USD: '240.00' },
      totals: [{ currency: 'USD', run: '240.00', payroll: '240.00', journal: '240.00' }],
    });
  });

  it('is in the layout of Workday', async () => {
    const found = await file('jan', 'workday', { earning: 'Commission' });
    expect(lines(found)).toEqual([
      '1,1,jan,2026-01-01,2026-01-31,00017,Commission,40.00,USD',
      '2,1,jan,2026-01-01,2026-01-31,ben,Commission,200.00,USD',
      '3,1,jan,2026-01-01,2026-01-31,cy,Commission,1500,JPY',
    ]);
  });

  it('is in the layout of Gusto, which pays in USD', async () => {
    await expect(file('jan', 'gusto', { currency: 'JPY' })).rejects.toThrow(
      'Gusto pays in USD; "cy" is paid in JPY.',
    );
    await expect(file('jan', 'gusto', { currency: 'EUR' })).rejects.toThrow('pays nothing in EUR');
    expect(lines(await file('jan', 'gusto', { currency: 'USD' }))).toEqual([
      'Ruiz,Ana Maria,5G9934,40.00',
      `,"'=HYPERLINK(""http://x"",""y"")",,200.00`,
    ]);
  });

  it('needs an approved payout', async () => {
    await deal('d9', '2026-03-01', 'ben', '5000');
    await say('draft-payout', { id: 'mar', through: 'FY2026-M03' }, 'dora');
    await expect(file('mar', 'generic')).rejects.toMatchObject({ code: 'PayoutStateForbids' });
    await expect(file('none', 'journal')).rejects.toMatchObject({ code: 'PayoutNotFound' });
  });
});

const USD = (row: string): boolean => row.endsWith(',USD');

describe('the journal of a payout', () => {
  it('has the accrual, the draw and the payment of a first run', async () => {
    expect(lines(await file('jan', 'journal')).filter(USD)).toEqual([
      'jan,1,FY2026-M01,accrual,commission-expense,ana,c,FY2026-M01,10.00,,USD',
      'jan,1,FY2026-M01,accrual,payable,ana,c,FY2026-M01,,10.00,USD',
      'jan,2,FY2026-M01,draw,draw,ana,,,30.00,,USD',
      'jan,2,FY2026-M01,draw,payable,ana,,,,30.00,USD',
      'jan,3,FY2026-M01,payment,payable,ana,,,40.00,,USD',
      'jan,3,FY2026-M01,payment,paid,ana,,,,40.00,USD',
      'jan,4,FY2026-M01,accrual,commission-expense,ben,d,FY2026-M01,200.00,,USD',
      'jan,4,FY2026-M01,accrual,payable,ben,d,FY2026-M01,,200.00,USD',
      'jan,5,FY2026-M01,payment,payable,ben,,,200.00,,USD',
      'jan,5,FY2026-M01,payment,paid,ben,,,,200.00,USD',
      'jan,6,FY2026-M01,accrual,commission-expense,cy,d,FY2026-M01,10.00,,USD',
      'jan,6,FY2026-M01,accrual,conversion,cy,d,FY2026-M01,,10.00,USD',
    ]);
  });

  it('has of a later run only what is new, with clawbacks shown apart', async () => {
    const found = await file('feb', 'journal');
    expect(lines(found)).toEqual([
      // 100.00 earned; 30.00 of the draw come back.
      'feb,1,FY2026-M02,accrual,commission-expense,ana,c,FY2026-M02,100.00,,USD',
      'feb,1,FY2026-M02,accrual,payable,ana,c,FY2026-M02,,100.00,USD',
      'feb,2,FY2026-M02,draw,draw,ana,,,,30.00,USD',
      'feb,2,FY2026-M02,draw,payable,ana,,,30.00,,USD',
      'feb,3,FY2026-M02,payment,payable,ana,,,70.00,,USD',
      'feb,3,FY2026-M02,payment,paid,ana,,,,70.00,USD',
      // 300.06 earned, 200.00 taken back.
      'feb,4,FY2026-M02,accrual,commission-expense,ben,d,FY2026-M02,300.06,,USD',
      'feb,4,FY2026-M02,accrual,payable,ben,d,FY2026-M02,,100.06,USD',
      'feb,4,FY2026-M02,clawback,commission-expense,ben,d,FY2026-M02,,200.00,USD',
      'feb,5,FY2026-M02,payment,payable,ben,,,100.06,,USD',
      'feb,5,FY2026-M02,payment,paid,ben,,,,100.06,USD',
    ]);
    expect(found.manifest).toMatchObject({
      file: 'journal-feb.csv',
      rows: 11,
      sums: { USD: '170.06' },
    });
  });

  it('follows the order of approval: nothing is left out, nothing is in it twice', async () => {
    const feb = await file('feb', 'journal');
    await say('confirm-payout', { payout: 'feb' }, 'eva');
    await deal('e1', '2026-03-10', 'ana', '100');
    await say('draft-payout', { id: 'mar-1', through: 'FY2026-M03', payees: ['ana'] }, 'dora');
    await deal('e2', '2026-04-10', 'ana', '200');
    await say('draft-payout', { id: 'apr', through: 'FY2026-M04', payees: ['ana'] }, 'dora');
    for (const id of ['apr', 'mar-1']) {
      await say('submit-payout', { payout: id }, 'dora');
      await say('approve-payout', { payout: id }, 'eva');
    }
    expect(
      lines(await file('apr', 'journal')).map((line) =>
        line.split(',').slice(2, 10).join(' ').trim(),
      ),
    ).toEqual([
      'FY2026-M03 accrual commission-expense ana c FY2026-M03 10.00',
      'FY2026-M03 accrual payable ana c FY2026-M03  10.00',
      'FY2026-M04 accrual commission-expense ana c FY2026-M04 20.00',
      'FY2026-M04 accrual payable ana c FY2026-M04  20.00',
      'FY2026-M04 payment payable ana   20.00',
      'FY2026-M04 payment paid ana    20.00',
    ]);
    expect(lines(await file('mar-1', 'journal'))).toEqual([
      'mar-1,1,FY2026-M03,payment,payable,ana,,,10.00,,USD',
      'mar-1,1,FY2026-M03,payment,paid,ana,,,,10.00,USD',
    ]);
    await say('reverse-payout', { payout: 'jan', reason: 'The bank sent it back' }, 'eva');
    const reversed = lines(await file('jan', 'journal')).filter((line) =>
      line.includes(',reversal,'),
    );
    expect(reversed[0]).toBe('jan,4,FY2026-M01,reversal,payable,ana,,,,40.00,USD');
    expect(await file('feb', 'journal')).toEqual(feb);
  });
});
