import { freshDatabase, ONE_REP, ownDeal } from '#testing';
import { statementContent } from '#statements';
import { OpenCompany } from './company.js';
import { issuedStatement, issuedStatementsOf } from './issued-statements.js';
import { statementAt } from './statements.js';

let company: OpenCompany;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });
const deal = (id: string, amount: string) => say('book-deal', ownDeal(id, amount));
const of = { payee: 'ana', period: 'FY2026-M01' };
const issue = () => say('issue-statement', of, 'dana');
const list = () => issuedStatementsOf(company.store, of.payee, of.period);

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
  for (const [type, data] of ONE_REP) await say(type, data);
  await deal('d1', '1000');
});
afterEach(() => company.close());

describe('an issued statement', () => {
  it('stays retrievable byte for byte, whatever is learned later', async () => {
    await issue();
    expect((await issue()).events).toEqual([]);
    const before = await issuedStatement(company.store, of.payee, of.period);
    expect(before.statement.earned).toEqual([{ amount: '100.00', currency: 'USD' }]);
    expect(before.content).toBe(statementContent(await statementAt(company, of)));
    await deal('d2', '500');
    await issue();
    const [first, second] = await list();
    expect([first?.sha256 === second?.sha256, (await list()).length]).toEqual([false, 2]);
    expect(await issuedStatement(company.store, of.payee, of.period, before.sha256)).toEqual(
      before,
    );
    expect(
      (await issuedStatement(company.store, of.payee, of.period)).statement.earned[0]?.amount,
    ).toBe('150.00');
    const then = await statementAt(company, { ...of, asOf: BigInt(before.position) });
    expect(statementContent(then)).toBe(before.content);
  });

  it('is acknowledged by the payee', async () => {
    await expect(say('acknowledge-statement', of, 'ana')).rejects.toMatchObject({
      code: 'StatementNotIssued',
    });
    await issue();
    await expect(say('acknowledge-statement', of, 'dana')).rejects.toMatchObject({
      code: 'NotYourStatement',
    });
    await say('acknowledge-statement', { ...of, text: 'Fine with me' }, 'ana');
    expect((await list())[0]).toMatchObject({
      issued: { by: 'dana' },
      acknowledged: { by: 'ana', text: 'Fine with me' },
    });
  });

  it('is refused where nothing was calculated, and where there is nobody', async () => {
    await expect(say('issue-statement', { payee: 'ana', period: 'FY2030' })).rejects.toMatchObject({
      code: 'PeriodNotCalculated',
    });
    await expect(say('issue-statement', { ...of, payee: 'bob' })).rejects.toMatchObject({
      code: 'PayeeNotFound',
    });
    await expect(issuedStatement(company.store, 'ana', of.period)).rejects.toMatchObject({
      code: 'StatementNotIssued',
    });
  });

  it('makes no payout stale', async () => {
    await say('draft-payout', { id: 'jan', through: 'FY2026-M01' });
    await issue();
    await company.catchUp();
    expect((await company.payouts())[0]?.status).toBe('draft');
  });
});
