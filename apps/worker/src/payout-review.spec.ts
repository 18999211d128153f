import { freshDatabase, ownDeal, planOf } from '#testing';
import { OpenCompany } from './company.js';
import { reviewOf } from './payout-review.js';

let company: OpenCompany;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });

const deal = (id: string, on: string, payee: string, amount: string) =>
  say('book-deal', ownDeal(id, amount, on, payee));

const draft = async (id: string, through: string, more: object = {}): Promise<void> => {
  await say('draft-payout', { id, through, ...more }, 'dora');
  await say('submit-payout', { payout: id }, 'dora');
};

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
  await say('define-calendar', { start: '2026-01-01' });
  for (const id of ['ana', 'ben', 'cy']) {
    await say('add-payee', { id, name: id, hiredOn: '2025-01-01', currency: 'USD' });
  }
  await say(
    'publish-plan',
    planOf(
      { id: 'base', type: 'commission', window: 'month', rate: '0.1' },
      { id: 'extra', type: 'commission', window: 'month', rate: '0.01' },
    ),
  );
  for (const payee of ['ana', 'ben', 'cy'])
    await say('assign-plan', { payee, plan: 'ae', from: '2026-01-01' });
  await deal('d1', '2026-01-10', 'ana', '1000');
  await deal('d2', '2026-01-10', 'ben', '1000');
  await draft('jan', 'FY2026-M01');
  await say('approve-payout', { payout: 'jan' }, 'eva');
  await say('confirm-payout', { payout: 'jan' }, 'eva');
  await deal('d3', '2026-02-10', 'ana', '5000');
  await deal('d4', '2026-02-10', 'cy', '100');
  await say('adjust-earnings', {
    id: 'a1',
    payee: 'cy',
    component: 'base',
    period: 'FY2026-M02',
    amount: '2',
    reason: 'prize',
  });
  await say(
    'open-dispute',
    { id: 'q1', payee: 'ana', about: { deal: 'd3' }, claim: 'More' },
    'ana',
  );
  await say('cancel-deal', { deal: 'd2', on: '2026-02-20' });
});
afterEach(() => company.close());

const review = async (id: string) => {
  await company.catchUp();
  return reviewOf(company, id);
};

describe('the review of a run', () => {
  it('holds it against the last one, by payee and component', async () => {
    await draft('feb', 'FY2026-M02');
    const { totals, lastRun, payees } = await review('feb');
    expect(lastRun).toBe('jan');
    // 5,000 and 100 at 11%, and 2 by hand; before, twice 1,000 at 11%.
    expect(totals).toEqual([
      {
        currency: 'USD',
        amount: '563.00',
        last: '220.00',
        difference: '343.00',
        payees: 2,
        lastPayees: 2,
      },
    ]);
    expect(
      payees.map(
        ({ payee, amounts: [of] }) => `${payee} ${of?.amount} ${of?.last} ${of?.difference}`,
      ),
    ).toEqual(['ana 550.00 110.00 440.00', 'ben 0.00 110.00 -110.00', 'cy 13.00 0.00 13.00']);
    const parts = payees.map(({ payee, components }) =>
      [
        payee,
        ...components.map(({ component, amount, last }) => `${component} ${amount} ${last}`),
      ].join(', '),
    );
    expect(parts).toEqual([
      'ana, base 500.00 100.00, extra 50.00 10.00',
      'ben, base -100.00 100.00, extra -10.00 10.00, shortfall 110.00 0.00',
      'cy, base 12.00 0.00, extra 1.00 0.00',
    ]);
  });

  it('names what is unusual in it', async () => {
    await say('terminate-payee', { payee: 'ana', on: '2026-02-15' });
    await draft('feb', 'FY2026-M02');
    const { flags } = await review('feb');
    expect(flags.map(({ payee, flag }) => `${payee} ${flag}`)).toEqual([
      'ana unusual',
      'ana disputed',
      'ana terminated',
      'ben left',
      'ben negative',
      'cy new',
      'cy manual',
    ]);
    expect(flags.every(({ needsNote }) => !needsNote)).toBe(true);
  });

  it('is not approved without the notes that the policy wants', async () => {
    await say('set-policy', {
      approvals: [{ above: '0', approvers: 1, notes: ['left', 'disputed'] }],
    });
    await draft('feb', 'FY2026-M02');
    const approve = () => say('approve-payout', { payout: 'feb' }, 'eva');
    await expect(approve()).rejects.toMatchObject({
      code: 'PayoutNeedsNotes',
      details: {
        flags: [
          'ana has an open dispute, q1',
          'ben gets nothing, and got 110.00 USD the last time',
        ],
      },
    });
    await say(
      'note-payout',
      { payout: 'feb', payee: 'ben', note: 'His deal was cancelled' },
      'dora',
    );
    await expect(approve()).rejects.toThrow(
      'Unusual, and without a note (note-payout): ana has an open dispute, q1.',
    );
    await say('note-payout', { payout: 'feb', payee: 'ana', note: 'Decided next week' }, 'eva');
    const left = (await review('feb')).flags.find(({ flag }) => flag === 'left');
    expect(left).toMatchObject({
      notes: [{ by: 'dora', note: 'His deal was cancelled' }],
      needsNote: false,
    });
    await approve();
    expect((await review('feb')).status).toBe('approved');
  });

  it('says who is held, and leaves him out', async () => {
    await draft('feb', 'FY2026-M02', { holds: [{ payee: 'ana', reason: 'Her dispute is open' }] });
    const { holds, payees, totals } = await review('feb');
    expect(holds).toEqual([{ payee: 'ana', reason: 'Her dispute is open' }]);
    expect(payees.map(({ payee }) => payee)).toEqual(['ben', 'cy']);
    expect(totals.map(({ amount }) => amount)).toEqual(['13.00']);
  });

  it('stays as it was drafted, whatever is learned later', async () => {
    await draft('feb', 'FY2026-M02');
    const before = await review('feb');
    await deal('d9', '2026-02-11', 'cy', '100');
    expect(await review('feb')).toEqual({ ...before, status: 'stale' });
  });
});
