import { ownDeal, planOf } from '#testing';
import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let approver: Login;
let auditor: Login;

const person = { hiredOn: '2025-01-01', currency: 'USD' };
const deal = (id: string, bookedOn: string, amount: string) => ownDeal(id, amount, bookedOn);

const plan = planOf({ id: 'c', type: 'commission', rate: '10%' });

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  approver = await api.login({ user: 'eve', role: 'approver' });
  auditor = await api.login({ user: 'olga', role: 'auditor' });
  await admin.record([
    ['/v1/calendar', { start: '2026-01-01' }],
    ['/v1/payees', { id: 'ana', name: 'Ana', ...person }],
    ['/v1/payees', { id: 'ben', name: 'Ben', ...person }],
    ['/v1/plans', plan],
    ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
    ['/v1/deals', deal('d1', '2026-01-10', '1000')],
    ['/v1/deals', deal('d2', '2026-02-10', '9000')],
    [
      '/v1/policies',
      {
        approvals: [
          { above: '500', approvers: 2, roles: ['comp-admin', 'approver'], notes: ['unusual'] },
        ],
      },
    ],
  ]);
});
afterAll(() => api.close());

const etag = async (id: string): Promise<string> =>
  (await approver.get(`/v1/payouts/${id}/review`).expect(200)).headers['etag'] as string;

const approve = async (login: Login, id: string) =>
  login.post(`/v1/payouts/${id}/approve`).set('If-Match', await etag(id));

it('is reviewed beside the last run, noted, and approved by as many as the policy wants', async () => {
  await admin.post('/v1/payouts', { id: 'jan', through: 'FY2026-M01' }).expect(201);
  await admin.post('/v1/payouts/jan/submit').expect(200);
  expect((await approve(approver, 'jan')).status).toBe(200);
  await admin.post('/v1/payouts/jan/confirm').expect(200);

  const holds = [{ payee: 'ben', reason: 'New bank account' }];
  await admin.post('/v1/payouts', { id: 'feb', through: 'FY2026-M02', holds }).expect(201);
  const { body } = await admin.post('/v1/payouts/feb/submit').expect(200);
  const { body: review } = await auditor
    .get(`/v1/payouts/feb/review?after=${body.position}`)
    .expect(200);
  expect(review).toMatchObject({
    payout: 'feb',
    status: 'submitted',
    lastRun: 'jan',
    holds,
    approval: { approvers: 2, roles: ['comp-admin', 'approver'], notes: ['unusual'], given: [] },
    totals: [
      {
        currency: 'USD',
        amount: '900.00',
        last: '100.00',
        difference: '800.00',
        payees: 1,
        lastPayees: 1,
      },
    ],
    flags: [{ payee: 'ana', flag: 'unusual', needsNote: true, notes: [] }],
  });

  const refused = await approve(approver, 'feb');
  expect([refused.status, refused.body.code]).toEqual([409, 'PayoutNeedsNotes']);
  await auditor.post('/v1/payouts/feb/notes', { payee: 'ana', note: 'x' }).expect(403);
  await admin.post('/v1/payouts/feb/notes', { payee: 'ana', note: 'The big deal' }).expect(201);

  expect((await approve(approver, 'feb')).status).toBe(200);
  expect((await admin.get('/v1/payouts/feb')).body).toMatchObject({
    status: 'submitted',
    approvals: ['eve'],
    holds,
  });
  const own = await approve(admin, 'feb');
  expect([own.status, own.body.code]).toEqual([403, 'MakerCannotCheck']);
  const other = await api.login({ user: 'max', role: 'comp-admin' });
  expect((await approve(other, 'feb')).status).toBe(200);
  expect((await admin.get('/v1/payouts/feb')).body).toMatchObject({
    status: 'approved',
    approvals: ['eve', 'max'],
  });
});

it('is not approved by a comp-admin whom no policy names, whatever he saw', async () => {
  await admin.post('/v1/deals', deal('d3', '2026-03-10', '10')).expect(201);
  await admin.post('/v1/payouts', { id: 'mar', through: 'FY2026-M03' }).expect(201);
  await admin.post('/v1/payouts/mar/submit').expect(200);
  const other = await api.login({ user: 'max', role: 'comp-admin' });
  for (const refused of [
    await other.post('/v1/payouts/mar/approve'),
    await approve(other, 'mar'),
  ]) {
    expect([refused.status, refused.body.code]).toEqual([403, 'ApproverRoleNeeded']);
  }
});

it('is exported with its manifest', async () => {
  const { body } = await auditor
    .get('/v1/payouts/feb/export?format=workday&earning=BONUS')
    .expect(200);
  expect(body.content.split('\n')[1]).toBe('1,1,feb,2026-02-01,2026-02-28,ana,BONUS,900.00,USD');
  expect(body.manifest).toMatchObject({
    totals: [{ currency: 'USD', run: '900.00', payroll: '900.00', journal: '900.00' }],
  });
  await auditor.get('/v1/payouts/feb/export?format=pdf').expect(422);
  const early = await auditor.get('/v1/payouts/mar/export').expect(409);
  expect(early.body.code).toBe('PayoutStateForbids');
});

it('is reviewed by staff only, and where there is one', async () => {
  await approver.get('/v1/payouts/none/review').expect(404);
  const rep = await api.login({ user: 'ana', role: 'rep', payee: 'ana' });
  await rep.get('/v1/payouts/feb/review').expect(403);
});
