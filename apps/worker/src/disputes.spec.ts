import { freshDatabase, ownDeal, planOf } from '#testing';
import { OpenCompany } from './company.js';
import { effectOf, previewRemedy } from './disputes.js';
import { disputeNamed } from './known-disputes.js';
import { statementAt, statementHash } from './statements.js';

let company: OpenCompany;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });
const deal = (id: string, amount: string) => say('book-deal', ownDeal(id, amount));

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
  await say('define-calendar', { start: '2026-01-01' });
  await say('add-payee', { id: 'boss', name: 'Boss', hiredOn: '2025-01-01', currency: 'USD' });
  await say('add-payee', {
    id: 'ana',
    name: 'Ana',
    hiredOn: '2025-01-01',
    currency: 'USD',
    manager: 'boss',
  });
  const steps = [
    { from: '0', rate: '0.1' },
    { from: '1', rate: '0.2' },
  ];
  await say(
    'publish-plan',
    planOf({
      id: 'c',
      type: 'commission',
      window: 'quarter',
      tiers: { by: 'attainment', apply: 'retroactive', steps },
    }),
  );
  await say('publish-plan', {
    id: 'lead',
    currency: 'USD',
    from: '2026-01-01',
    components: [
      {
        id: 'o',
        type: 'override',
        measure: { value: 'earnings', of: ['c'] },
        window: 'month',
        rate: '0.5',
      },
    ],
  });
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' });
  await say('assign-plan', { payee: 'boss', plan: 'lead', from: '2026-01-01' });
  await say('assign-quota', { payee: 'ana', component: 'c', period: 'FY2026-Q1', amount: '1200' });
  await deal('d1', '1000');
});
afterEach(() => company.close());

const dispute = async () => disputeNamed(await company.book(), 'q1');

describe('a dispute', () => {
  it.each([
    ['the period that it is about', { period: 'FY2026-Q1' }, 'FY2026-Q1'],
    ['the month of the deal', { deal: 'd1' }, 'FY2026-M01'],
  ])('pins the statement of %s, which stays what it was', async (_, about, period) => {
    await say('open-dispute', { id: 'q1', payee: 'ana', about, claim: 'More' }, 'ana');
    const { statement } = await dispute();
    expect(statement).toMatchObject({ period, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await deal('d2', '500');
    await company.catchUp();
    const then = await statementAt(company, {
      payee: 'ana',
      period,
      asOf: BigInt(statement?.position ?? 0),
    });
    expect(statementHash(then)).toBe(statement?.sha256);
    expect(statementHash(await statementAt(company, { payee: 'ana', period }))).not.toBe(
      statement?.sha256,
    );
  });

  it('pins none of a period that nothing was calculated for', async () => {
    await say(
      'open-dispute',
      { id: 'q1', payee: 'ana', about: { period: 'FY2999' }, claim: 'More' },
      'ana',
    );
    expect((await dispute()).statement).toBeUndefined();
  });

  it('has one opening, however often it is sent', async () => {
    const open = { id: 'q1', payee: 'ana', about: { deal: 'd1' }, claim: 'More' };
    await say('open-dispute', open, 'ana');
    await deal('d2', '500');
    expect((await say('open-dispute', open, 'ana')).events).toEqual([]);
  });
});

describe('the effect of a remedy', () => {
  const remedies = {
    credit: {
      'adjust-credit': {
        id: 'r1',
        deal: 'd1',
        payee: 'ana',
        amount: '300',
        on: '2026-01-20',
        reason: 'q1',
      },
    },
    earnings: {
      'adjust-earnings': {
        id: 'r1',
        payee: 'ana',
        component: 'c',
        period: 'FY2026-M01',
        amount: '25',
        reason: 'q1',
      },
    },
  };

  it.each([
    // 1,300 at 20% instead of 1,000 at 10%; half of that for the manager, who has no part in what is given by hand.
    ['credit', ['ana c 10000 26000', 'boss o 5000 13000']],
    ['earnings', ['ana c 10000 12500']],
  ] as const)(
    'of %s is seen before it is decided, and is what then happens',
    async (kind, expected) => {
      await say(
        'open-dispute',
        { id: 'q1', payee: 'ana', about: { deal: 'd1' }, claim: 'More' },
        'ana',
      );
      const remedy = remedies[kind];
      const preview = await previewRemedy(company, remedy, 'max');
      const words = preview.map(
        ({ payee, component, before, after }) => `${payee} ${component} ${before} ${after}`,
      );
      expect(words).toEqual(expected);
      expect((await company.book()).manualEarnings('ana')).toEqual([]);
      await say('resolve-dispute', { dispute: 'q1', outcome: 'upheld', remedy }, 'max');
      await company.catchUp();
      const effect = await effectOf(company, (await dispute()).resolved?.remedy);
      expect(effect).toEqual(preview.filter(({ payee }) => payee === 'ana'));
      await deal('d2', '5000');
      await company.catchUp();
      expect(await effectOf(company, (await dispute()).resolved?.remedy)).toEqual(effect);
    },
  );

  it('is an adjustment where the month is closed', async () => {
    await say('close-period', { period: 'FY2026-M01' });
    const preview = await previewRemedy(company, remedies.credit, 'max');
    expect(preview[0]).toMatchObject({ payee: 'ana', before: 10000n, after: 26000n });
  });

  it('of what no rule allows is refused', async () => {
    const nowhere = { 'adjust-credit': { ...remedies.credit['adjust-credit'], deal: 'none' } };
    await expect(previewRemedy(company, nowhere, 'max')).rejects.toMatchObject({
      code: 'DealNotFound',
    });
  });

  it('is nothing without a remedy', async () => {
    await say(
      'open-dispute',
      { id: 'q1', payee: 'ana', about: { deal: 'd1' }, claim: 'More' },
      'ana',
    );
    await say('resolve-dispute', { dispute: 'q1', outcome: 'denied' }, 'max');
    expect(await effectOf(company, (await dispute()).resolved?.remedy)).toEqual([]);
  });
});

it('goes to whom it goes once it is overdue, which the service records once', async () => {
  const { escalateOverdue } = await import('./escalations.js');
  await say('open-dispute', { id: 'o1', payee: 'ana', about: { deal: 'd1' }, claim: 'more' });
  await say('open-dispute', { id: 'o2', payee: 'ana', about: { deal: 'd1' }, claim: 'more' });
  await say('assign-dispute', { dispute: 'o2', to: 'dana', due: '2020-01-01', escalateTo: 'cfo' });
  expect(await escalateOverdue(company)).toEqual(['o2']);
  expect(await escalateOverdue(company)).toEqual([]);
  const [last] = (await company.store.read('dispute-o2')).slice(-1);
  expect(last).toMatchObject({
    type: 'DisputeEscalated',
    data: { dispute: 'o2', to: 'cfo', due: '2020-01-01', by: 'everycent' },
  });
});
