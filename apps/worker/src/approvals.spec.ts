import { freshDatabase, ownDeal, planOf } from '#testing';
import { OpenCompany } from './company.js';

let company: OpenCompany;

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
  await say('define-calendar', { start: '2026-01-01' });
  for (const id of ['ana', 'ben'])
    await say('add-payee', { id, name: id, hiredOn: '2025-01-01', currency: 'USD' });
  await say('publish-plan', planOf({ id: 'c', type: 'commission', window: 'month', rate: '0.1' }));
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' });
  await say('book-deal', deal('d1', '1000'));
});
afterEach(() => company.close());

const say = (
  type: string,
  data: object,
  by = 'admin',
  login: { payee?: string; role?: string } = {},
) => company.execute({ type, data, by, ...login });

const deal = (id: string, amount: string) => ownDeal(id, amount);

const run = async (id: string): Promise<void> => {
  await say('draft-payout', { id, through: 'FY2026-M01' }, 'dora');
  await say('submit-payout', { payout: id }, 'dora');
};

const status = async (id: string): Promise<string | undefined> => {
  await company.catchUp();
  return (await company.payouts()).find((payout) => payout.id === id)?.status;
};

const paid = async (payee: string): Promise<string[]> => {
  await company.catchUp();
  const found: string[] = [];
  for await (const months of company.ledger.current({ payees: [payee] })) {
    for (const { postings } of months) {
      for (const { cause, entries } of postings.filter(({ payout }) => payout !== undefined)) {
        found.push(
          `${cause} ${entries.map(({ account, amount }) => `${account} ${amount}`).join(' ')}`,
        );
      }
    }
  }
  return found;
};

describe('a payout above the amount of a policy', () => {
  beforeEach(async () => {
    await say('set-policy', { approvals: [{ above: '99', approvers: 2, roles: ['approver'] }] });
    await run('jan');
  });
  const approver = { role: 'approver' };

  it('is approved by the second of two people in the role that is named', async () => {
    await expect(say('approve-payout', { payout: 'jan' }, 'eva')).rejects.toMatchObject({
      code: 'ApproverRoleNeeded',
    });
    await say('approve-payout', { payout: 'jan' }, 'eva', approver);
    await say('approve-payout', { payout: 'jan' }, 'eva', approver);
    expect(await status('jan')).toBe('submitted');
    await expect(say('confirm-payout', { payout: 'jan' })).rejects.toMatchObject({
      code: 'PayoutStateForbids',
    });
    await say('approve-payout', { payout: 'jan' }, 'zoe', approver);
    expect(await status('jan')).toBe('approved');
    const [payout] = await company.payouts();
    expect(payout?.approvals).toEqual([{ by: 'eva' }, { by: 'zoe' }]);
  });

  it('loses its first approval with its freshness', async () => {
    await say('approve-payout', { payout: 'jan' }, 'eva', approver);
    await say('book-deal', deal('d2', '50'));
    await expect(say('approve-payout', { payout: 'jan' }, 'zoe', approver)).rejects.toMatchObject({
      code: 'PayoutStale',
    });
    expect(await status('jan')).toBe('stale');
  });
});

describe('who has a part in a payout does not approve it', () => {
  const cases = [
    ['is paid by it', 'ana', {}],
    ['is paid by it, under another login', 'ana@home', { payee: 'ana' }],
    ['brought in a fact', 'max', {}],
    ['brought in a fact, under another login of the same payee', 'ben@home', { payee: 'ben' }],
    ['brought in a fact, by the name of the payee', 'ben', {}],
    ['drafted it, in another role', 'dora', { role: 'approver' }],
  ] as const;
  it.each(cases)('%s', async (_, by, login) => {
    await say('amend-deal', { deal: 'd1', on: '2026-01-11', amount: '1100' }, 'max');
    await say('amend-deal', { deal: 'd1', on: '2026-01-12', amount: '1200' }, 'ben@work', {
      payee: 'ben',
    });
    await run('jan');
    await expect(say('approve-payout', { payout: 'jan' }, by, login)).rejects.toMatchObject({
      code: 'MakerCannotCheck',
    });
    await say('approve-payout', { payout: 'jan' }, 'eva');
  });
});

describe('a payout that is reversed', () => {
  it('leaves both entries standing where it was paid, and none where it was not', async () => {
    await run('jan');
    await say('approve-payout', { payout: 'jan' }, 'eva');
    await say('confirm-payout', { payout: 'jan' }, 'eva');
    expect(await paid('ana')).toEqual(['paid payable 10000 paid -10000']);
    await say('reverse-payout', { payout: 'jan', reason: 'It came back' }, 'eva');
    expect(await paid('ana')).toEqual([
      'paid payable 10000 paid -10000',
      'reversed payable -10000 paid 10000',
    ]);
    await run('again');
    await say('approve-payout', { payout: 'again' }, 'eva');
    await say('reverse-payout', { payout: 'again', reason: 'Not to be paid yet' }, 'eva');
    expect(await paid('ana')).toEqual([
      'paid payable 10000 paid -10000',
      'reversed payable -10000 paid 10000',
    ]);
  });
});

describe('the remedy of a dispute', () => {
  const remedy = {
    'adjust-earnings': { id: 'fix', payee: 'ana', period: 'FY2026-M01', amount: '5', reason: 'x1' },
  };
  const resolve = { dispute: 'x1', outcome: 'upheld', remedy };

  it('is not recorded where the decision is refused', async () => {
    await say(
      'open-dispute',
      { id: 'x1', payee: 'ana', about: { deal: 'd1' }, claim: 'More' },
      'ana',
    );
    await expect(say('resolve-dispute', resolve, 'ana')).rejects.toMatchObject({
      code: 'OwnDispute',
    });
    expect((await company.book()).manualEarnings('ana')).toEqual([]);
    await say('resolve-dispute', resolve, 'max');
    expect((await company.book()).manualEarnings('ana')).toHaveLength(1);
    const [event] = await company.store.read('earningsadjustment-fix');
    expect(event?.meta.source).toBe('dispute-x1');
  });
});
