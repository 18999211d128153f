import { createHash } from 'node:crypto';
import { ownDeal, planOf } from '#testing';
import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let ana: Login;
let boss: Login;

const person = { hiredOn: '2025-01-01', currency: 'USD' };
const plan = planOf({ id: 'c', type: 'commission', rate: '10%' });
const deal = (id: string) => ownDeal(id, '1000');
const WHERE = '/v1/statements/ana/FY2026-M01';

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  ana = await api.login({ user: 'ana.ruiz', role: 'rep', payee: 'ana' });
  boss = await api.login({ user: 'boss', role: 'manager', payee: 'boss' });
  await admin.record([
    ['/v1/calendar', { start: '2026-01-01' }],
    ['/v1/payees', { id: 'boss', name: 'Boss', ...person }],
    ['/v1/payees', { id: 'ana', name: 'Ana', manager: 'boss', ...person }],
    ['/v1/plans', plan],
    ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
    ['/v1/deals', deal('d1')],
  ]);
});
afterAll(() => api.close());

it('is issued, stays what it was, and is acknowledged by the payee alone', async () => {
  await ana.post(`${WHERE}/acknowledge`).expect(404);
  await ana.post(`${WHERE}/issue`).expect(403);
  await admin.post(`${WHERE}/issue`).expect(201);
  await admin.post(`${WHERE}/issue`).expect(200);
  const first = await ana.get(`${WHERE}/issued/latest`).expect(200);
  const sha256 = createHash('sha256').update(first.text).digest('hex');
  expect(first.headers['etag']).toBe(`"${sha256}"`);

  await admin.post('/v1/deals', deal('d2')).expect(201);
  const again = await ana.get(`${WHERE}/issued/${sha256}`).expect(200);
  expect(again.text).toBe(first.text);

  await boss.get(`${WHERE}/issued`).expect(200);
  await boss.post(`${WHERE}/acknowledge`).expect(404);
  await ana.post(`${WHERE}/acknowledge`, { sha256: 'f'.repeat(64) }).expect(409);
  await ana.post(`${WHERE}/acknowledge`, { sha256 }).expect(200);
  const { body } = await admin.get(`${WHERE}/issued`).expect(200);
  expect(body.data).toMatchObject([
    { sha256, issued: { by: 'dana' }, acknowledged: { by: 'ana.ruiz' } },
  ]);
  await ana.get(`${WHERE}/issued/${'f'.repeat(64)}`).expect(404);
});

it('comes as JSON, CSV and PDF', async () => {
  const json = await ana.get(WHERE).expect(200);
  const csv = await ana.get(`${WHERE}?format=csv`).expect(200);
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.text.split('\n')[0]).toContain('component,month,deal');
  const pdf = await ana.get(`${WHERE}?format=pdf`).expect(200);
  expect(pdf.headers['content-type']).toBe('application/pdf');
  expect(pdf.headers['etag']).toBe(json.headers['etag']);
  expect((pdf.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
  await ana.get(`${WHERE}?format=doc`).expect(422);
  const issued = await ana.get(`${WHERE}/issued/latest?format=pdf`).expect(200);
  expect(issued.headers['content-type']).toBe('application/pdf');
});
