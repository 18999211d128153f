import { freshDatabase, ownDeal } from '#testing';
import { OpenCompany } from './company.js';
import type { Given } from './execution.js';

let company: OpenCompany;

const say = (type: string, data: object, by = 'admin', login: Partial<Given> = {}) =>
  company.execute({ type, data, by, ...login });
const grant = (user: string, role: string, payee?: string) =>
  say('grant-role', { user, role, ...(payee !== undefined && { payee }) }, 'hr');

const deal = ownDeal('d1', '1000');

beforeAll(async () => {
  company = new OpenCompany(await freshDatabase());
  await say('define-calendar', { start: '2026-01-01' });
  for (const id of ['ana', 'ben', 'cy']) {
    await say('add-payee', {
      id,
      name: id,
      email: `${id}@example.com`,
      hiredOn: '2025-01-01',
      currency: 'USD',
    });
  }
  const components = [{ id: 'c', type: 'commission', window: 'month', rate: '0.1' }];
  await say('publish-plan', { id: 'ae', currency: 'USD', from: '2026-01-01', components });
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' }, 'kay', {
    role: 'comp-admin',
  });
  // Brought in with a key of lou's.
  await say('book-deal', deal, 'lou', { role: 'integration', key: 'crm' });
  // ben has two accounts, of which one drafts; the facts say so, no token does.
  await grant('ben.work', 'comp-admin', 'ben');
  await grant('ben.home', 'approver', 'ben');
  // cy acted once with a token that says who he is, and submits with one that does not.
  await say('open-dispute', { id: 'x0', payee: 'cy', about: { deal: 'd1' }, claim: 'me' }, 'u-77', {
    payee: 'cy',
  });
  await grant('ana.home', 'approver', 'ana');
  await grant('eva', 'approver');
  await say('draft-payout', { id: 'jan', through: 'FY2026-M01' }, 'ben.work');
  await say('submit-payout', { payout: 'jan' }, 'u-77');
});
afterAll(() => company.close());

describe('a payout is not approved by', () => {
  it.each([
    ['the user who drafted it, in another role', 'ben.work', { role: 'approver' }],
    ['the second account of the payee whose first one drafted it', 'ben.home', {}],
    ['that payee by his own name', 'ben', {}],
    ['that payee by his address', 'BEN@Example.com', {}],
    ['a third account whose token says that it is his', 'ben.3', { payee: 'ben' }],
    ['who submitted it', 'u-77', {}],
    ['the payee as whom the submitter once acted', 'cy', {}],
    ['his address', 'cy@example.com', {}],
    ['the owner of the key that brought in its facts', 'lou', {}],
    ['that owner with another key', 'lou', { key: 'other', role: 'approver' }],
    ['who assigned the plan', 'kay', { role: 'approver' }],
    ['the payee whom it pays', 'ana', {}],
    ['a second account of that payee', 'ana.home', {}],
    ['that payee by his address', 'ana@example.com', {}],
  ] as const)('%s', async (_, by, login) => {
    await expect(
      say('approve-payout', { payout: 'jan' }, by, { role: 'approver', ...login }),
    ).rejects.toMatchObject({ code: 'MakerCannotCheck' });
  });

  it('him after the fact that says who he is was revoked either', async () => {
    await say('revoke-role', { user: 'ben.home', role: 'approver' }, 'hr');
    await expect(
      say('approve-payout', { payout: 'jan' }, 'ben.home', { role: 'approver' }),
    ).rejects.toMatchObject({ code: 'MakerCannotCheck' });
  });
});

describe('a dispute', () => {
  it.each(['ana', 'ana.home', 'Ana@Example.com'])(
    'about ana is neither assigned to %s nor resolved under that name',
    async (name) => {
      const about = { id: 'x1', payee: 'ana', about: { deal: 'd1' }, claim: 'More' };
      await say('open-dispute', about, 'eva');
      await expect(say('assign-dispute', { dispute: 'x1', to: name })).rejects.toMatchObject({
        code: 'OwnDispute',
      });
      await expect(
        say('resolve-dispute', { dispute: 'x1', outcome: 'denied', text: 'no' }, name),
      ).rejects.toMatchObject({ code: 'OwnDispute' });
    },
  );
});

describe('somebody else', () => {
  it('approves and resolves', async () => {
    await say('approve-payout', { payout: 'jan' }, 'eva', { role: 'approver' });
    await say('resolve-dispute', { dispute: 'x1', outcome: 'denied', text: 'no' }, 'eva');
  });
});
