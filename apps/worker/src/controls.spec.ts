import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freshDatabase, ownDeal, planOf } from '#testing';
import { importFiles, planSteps } from '#imports';
import { OpenCompany } from './company.js';
import type { Given } from './execution.js';
import { controlOf, type ControlName, type ControlQuestion } from './controls.js';
import { exportPayout } from './payout-export.js';

let folder: string;
let company: OpenCompany;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'everycent-controls-'));
  company = new OpenCompany(await freshDatabase());
});
afterEach(async () => {
  await company.close();
  rmSync(folder, { recursive: true });
});

const say = (type: string, data: object, by = 'admin', more: Partial<Given> = {}) =>
  company.execute({ type, data, by, ...more });
const ask = async (name: ControlName, question?: ControlQuestion) =>
  (await controlOf(company, name, question)).findings;

const PLAN = planOf({ id: 'bookings', type: 'commission', rate: '0.1' });
const start = async (): Promise<void> => {
  await say('define-calendar', { start: '2026-01-01' });
  await say('publish-plan', PLAN, 'paula');
  for (const id of ['ana', 'bob']) {
    await say('add-payee', { id, name: id, hiredOn: '2025-01-01', currency: 'USD' });
    await say('assign-plan', { payee: id, plan: 'ae', from: '2026-01-01' });
  }
};
const DEALS = [
  { 'book-deal': ownDeal('d1', '1000') },
  { 'book-deal': ownDeal('d2', '500.50', '2026-01-20', 'bob') },
];
const load = async (name: string, steps: readonly object[]): Promise<string> => {
  const file = path.join(folder, name);
  writeFileSync(file, steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  await importFiles(planSteps([file]), {
    store: company.store,
    by: 'imp',
    mode: 'each',
    now: new Date().toISOString(),
    execute: async (command, source) => (await company.execute({ ...command, source })).events,
    refused: () => undefined,
    begin: () => undefined,
  });
  return file;
};
const pay = async (id: string, by: { drafts: string; approves: string }): Promise<void> => {
  await say('draft-payout', { id, through: 'FY2026-M01' }, by.drafts);
  await say('submit-payout', { payout: id }, by.drafts);
  await say('approve-payout', { payout: id }, by.approves);
};

describe('the controls', () => {
  it('show the completeness of imports: file hash, rows and sums', async () => {
    await start();
    const file = await load('deals.ndjson', DEALS);
    expect(await ask('imports', { files: [file] })).toMatchObject([
      {
        file: 'deals.ndjson',
        rowsInFile: '2',
        rows: '2',
        events: '2',
        sums: '1500.50 USD',
        by: 'imp',
        exception: '',
      },
    ]);
    writeFileSync(file, `${JSON.stringify(DEALS[0])}\n`);
    expect((await ask('imports', { files: [file] }))[1]).toMatchObject({
      rows: '0',
      exception: 'nothing of a file with this content was recorded',
    });
    const more = await load('more.ndjson', [
      ...DEALS,
      { 'book-deal': { ...DEALS[0]?.['book-deal'], id: 'd3' } },
    ]);
    expect((await ask('imports', { files: [more] }))[1]).toMatchObject({
      rowsInFile: '3',
      rows: '1',
      exception: '2 rows were not recorded from this file: known before, or refused',
    });
  });

  it('show manual adjustments with reason and approver', async () => {
    await start();
    await load('deals.ndjson', DEALS);
    await say(
      'adjust-earnings',
      { id: 'a1', payee: 'ana', period: 'FY2026-M01', amount: '25', reason: 'contest' },
      'cara',
    );
    await say(
      'adjust-credit',
      {
        id: 'c1',
        deal: 'd2',
        payee: 'bob',
        amount: '100',
        on: '2026-01-21',
        reason: 'split agreed',
      },
      'cara',
    );
    await pay('p1', { drafts: 'dora', approves: 'eva' });
    await say(
      'adjust-earnings',
      { id: 'a2', payee: 'ana', period: 'FY2026-M02', amount: '5', reason: 'late' },
      'ana',
    );
    const found = await ask('adjustments');
    expect(found).toMatchObject([
      {
        kind: 'earnings',
        id: 'a1',
        payee: 'ana',
        amount: '25',
        reason: 'contest',
        by: 'cara',
        payout: 'p1',
        approvedBy: 'eva',
        exception: '',
      },
      {
        kind: 'credit',
        id: 'c1',
        payee: 'bob',
        deal: 'd2',
        reason: 'split agreed',
        approvedBy: 'eva',
        exception: '',
      },
      { id: 'a2', exception: 'not yet approved in any payout; recorded by the payee himself' },
    ]);
    expect(await ask('adjustments', { to: BigInt(found[0]?.['position'] as string) })).toHaveLength(
      1,
    );
  });

  it('show who changed which plan, when and what', async () => {
    await start();
    await say(
      'publish-plan',
      {
        ...PLAN,
        from: '2026-02-01',
        components: [{ id: 'bookings', type: 'commission', rate: '0.12' }],
      },
      'otto',
    );
    expect(await ask('plans')).toMatchObject([
      {
        plan: 'ae',
        version: '1',
        by: 'paula',
        changed: '',
        exception: 'published without tests of its own',
      },
      {
        plan: 'ae',
        version: '2',
        by: 'otto',
        from: '2026-02-01',
        changed: 'components.bookings.rate: "0.1" -> "0.12"; from: "2026-01-01" -> "2026-02-01"',
      },
    ]);
  });

  it('show who acted in which roles as of a position', async () => {
    await start();
    const before = await company.store.head();
    const deal = DEALS[0]?.['book-deal'] as object;
    await say('book-deal', { ...deal, team: [{ payee: 'ana', share: '1' }] }, 'zoe', {
      role: 'integration',
    });
    await say('cancel-deal', { deal: 'd1', on: '2026-03-01' }, 'zoe', { role: 'comp-admin' });
    expect((await ask('access')).find(({ user }) => user === 'zoe')).toMatchObject({
      roles: 'comp-admin; integration',
      events: '2',
      did: 'DealBooked 1; DealCancelled 1',
      exception: 'acted in more than one role',
    });
    expect((await ask('access', { to: before })).map(({ user }) => user)).toEqual([
      'admin',
      'paula',
    ]);
  });

  it('show who has which role by whose word, as of a position', async () => {
    await start();
    const grant = (user: string, role: string) => say('grant-role', { user, role }, 'dana');
    await grant('zoe', 'comp-admin');
    await grant('zoe', 'approver');
    await grant('yan', 'auditor');
    const before = await company.store.head();
    await say('revoke-role', { user: 'zoe', role: 'approver' }, 'dana');
    await say('revoke-role', { user: 'yan', role: 'auditor' }, 'dana');
    await say(
      'add-payee',
      { id: 'new', name: 'N', hiredOn: '2026-01-01', currency: 'USD' },
      'yan',
      { role: 'integration' },
    );
    const of = async (user: string, question = {}) =>
      (await ask('access', question)).find((one) => one['user'] === user);
    expect(await of('zoe', { to: before })).toMatchObject({
      events: '0',
      granted: expect.stringMatching(/^approver by dana at .*; comp-admin by dana at /),
      exception: 'may prepare and approve',
    });
    expect(await of('zoe')).toMatchObject({
      granted: expect.stringMatching(/^comp-admin by dana at \S+$/),
      exception: '',
    });
    expect(await of('yan')).toMatchObject({
      granted: 'none',
      exception: 'acted in a role that was never granted',
    });
  });

  it('show who made and who checked each payout and dispute', async () => {
    await start();
    await load('deals.ndjson', DEALS);
    await pay('p1', { drafts: 'dora', approves: 'eva' });
    await say(
      'open-dispute',
      { id: 'x1', payee: 'ana', about: { deal: 'd1' }, claim: 'too little' },
      'ana',
    );
    await say('resolve-dispute', { dispute: 'x1', outcome: 'denied', text: 'no' }, 'cara');
    await say(
      'open-dispute',
      { id: 'x2', payee: 'ana', about: { deal: 'd1' }, claim: 'too little' },
      'cara',
    );
    await say('resolve-dispute', { dispute: 'x2', outcome: 'denied', text: 'no' }, 'cara');
    expect(await ask('duties')).toMatchObject([
      {
        kind: 'payout',
        id: 'p1',
        madeBy: 'dora',
        checkedBy: 'eva',
        status: 'approved',
        exception: '',
      },
      { kind: 'dispute', id: 'x1', madeBy: 'ana', checkedBy: 'cara', exception: '' },
      { kind: 'dispute', id: 'x2', exception: 'resolved by who opened it' },
    ]);
  });

  it('reconcile the approved run, the payroll file and the journal', async () => {
    await start();
    await load('deals.ndjson', DEALS);
    await pay('p1', { drafts: 'dora', approves: 'eva' });
    await company.catchUp();
    const { csv, manifest } = await exportPayout(company, { payout: 'p1', format: 'generic' });
    const sent = { payout: 'p1', bytes: Buffer.from(csv) };
    expect(await ask('reconcile', { payout: 'p1', sent })).toEqual([
      {
        payout: 'p1',
        status: 'approved',
        currency: 'USD',
        run: '150.05',
        payroll: '150.05',
        journal: '150.05',
        payrollSha256: manifest.sha256,
        exception: '',
      },
    ]);
    const other = { payout: 'p1', bytes: Buffer.from(csv.replace('100.00', '900.00')) };
    expect((await ask('reconcile', { sent: other }))[0]).toMatchObject({
      exception: 'the file that was sent is not the one that is written of this payout',
    });
  });
});
