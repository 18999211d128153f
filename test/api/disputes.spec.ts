import { ownDeal, planOf } from '#testing';
import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let ana: Login;

const person = { hiredOn: '2025-01-01', currency: 'USD' };
const plan = planOf({ id: 'c', type: 'commission', rate: '10%' });
const deal = ownDeal('d1', '1000');
const usd = (amount: string) => ({ amount, currency: 'USD' });
const remedy = {
  'adjust-credit': {
    id: 'r1',
    deal: 'd1',
    payee: 'ana',
    amount: '300',
    on: '2026-01-20',
    reason: 'q1',
  },
};
const effect = [
  {
    payee: 'ana',
    component: 'c',
    before: usd('100.00'),
    after: usd('130.00'),
    difference: usd('30.00'),
  },
];

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  ana = await api.login({ user: 'ana.ruiz', role: 'rep', payee: 'ana' });
  const position = await admin.record([
    ['/v1/calendar', { start: '2026-01-01' }],
    ['/v1/payees', { id: 'ana', name: 'Ana', ...person }],
    ['/v1/plans', plan],
    ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
    ['/v1/deals', deal],
  ]);
  await admin.get(`/v1/credits?after=${position}`).expect(200);
});
afterAll(() => api.close());

it('pins the statement that it talks about', async () => {
  const claim = {
    id: 'q1',
    payee: 'ana',
    about: { deal: 'd1' },
    claim: 'I sold 1,300',
    expected: '130',
  };
  await ana.post('/v1/disputes', claim).expect(201);
  const { body } = await ana.get('/v1/disputes/q1').expect(200);
  expect(body).toMatchObject({ ...claim, status: 'open', overdue: false });
  const { period, position, sha256 } = body.statement;
  expect(period).toBe('FY2026-M01');
  const { headers } = await ana.get(`/v1/statements/ana/${period}?asOf=${position}`).expect(200);
  expect(headers['etag']).toBe(`"${sha256}"`);
});

it('is assigned by who decides, and waits for whom it goes to when it is overdue', async () => {
  const task = { to: 'max', due: '2020-01-31', escalateTo: 'cfo' };
  await ana.post('/v1/disputes/q1/assign', task).expect(403);
  await admin.post('/v1/disputes/q1/assign', { to: 'max', escalateTo: 'cfo' }).expect(422);
  await admin.post('/v1/disputes/q1/assign', { to: 'ana' }).expect(403);
  await admin.post('/v1/disputes/q1/assign', task).expect(200);
  const { body } = await ana.get('/v1/disputes/q1').expect(200);
  expect(body).toMatchObject({ due: '2020-01-31', overdue: true, responsible: 'cfo' });
  for (const filter of ['responsible=cfo', 'overdue=true']) {
    const waiting = await admin.get(`/v1/disputes?${filter}`).expect(200);
    expect(waiting.body.data).toHaveLength(1);
  }
  expect((await admin.get('/v1/disputes?overdue=false').expect(200)).body.data).toEqual([]);
  await admin.get('/v1/disputes?overdue=yes').expect(422);
  await ana.post('/v1/disputes/q1/escalate').expect(403);
  await admin.post('/v1/disputes/q1/escalate').expect(200);
  const escalated = await ana.get('/v1/disputes/q1').expect(200);
  expect(escalated.body.thread.at(-1)).toMatchObject({
    type: 'DisputeEscalated',
    by: 'dana',
    to: 'cfo',
  });
});

it('shows what its remedy would change, and then what it changed', async () => {
  await ana.post('/v1/disputes/q1/preview', { outcome: 'upheld', remedy }).expect(403);
  const seen = await admin
    .post('/v1/disputes/q1/preview', { outcome: 'upheld', remedy })
    .expect(200);
  expect(seen.body).toEqual({ differences: effect });
  await admin.post('/v1/disputes/none/preview', { outcome: 'upheld', remedy }).expect(404);
  await admin.post('/v1/disputes/q1/preview', { outcome: 'upheld', remedy: {} }).expect(422);
  const malformed = await admin
    .post('/v1/disputes/q1/preview', { outcome: 'upheld', remedy: { 'adjust-credit': { '': 1 } } })
    .expect(422);
  expect(malformed.body.detail).toContain('remedy.adjust-credit.payee: is missing');
  const nowhere = { 'adjust-credit': { ...remedy['adjust-credit'], deal: 'none' } };
  await admin.post('/v1/disputes/q1/preview', { outcome: 'upheld', remedy: nowhere }).expect(404);
  expect((await admin.get('/v1/earnings?payee=ana')).body.data).toHaveLength(1);

  await admin
    .post('/v1/disputes/q1/resolve', { outcome: 'upheld', text: 'Right', remedy })
    .expect(200);
  const { body } = await ana.get('/v1/disputes/q1').expect(200);
  expect(body).toMatchObject({
    status: 'upheld',
    resolution: { outcome: 'upheld', text: 'Right', remedy },
    changed: effect,
  });
  expect(body).not.toHaveProperty('responsible');
});
