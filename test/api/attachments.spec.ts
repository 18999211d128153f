import { createHash } from 'node:crypto';
import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let ana: Login;
let cy: Login;
let head = 0;

const person = { hiredOn: '2025-01-01', currency: 'USD' };
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const pdf = Buffer.from('%PDF-1.7\nThe order says 50%.\n');

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  ana = await api.login({ user: 'ana.ruiz', role: 'rep', payee: 'ana' });
  cy = await api.login({ user: 'cy.lee', role: 'rep', payee: 'cy' });
  head = await admin.record([
    ['/v1/calendar', { start: '2026-01-01' }],
    ['/v1/payees', { id: 'ana', name: 'Ana', ...person }],
    ['/v1/payees', { id: 'cy', name: 'Cy', ...person }],
    ['/v1/disputes', { id: 'q1', payee: 'ana', about: { deal: 'd1' }, claim: 'mine' }],
    ['/v1/disputes', { id: 'q2', payee: 'cy', about: { deal: 'd1' }, claim: 'mine' }],
  ]);
  await admin.get(`/v1/payees?after=${head}`).expect(200);
});
afterAll(() => api.close());

const send = (login: Login, name: string, content: Buffer, dispute = 'q1') =>
  login
    .send('post', `/v1/disputes/${dispute}/attachments?name=${encodeURIComponent(name)}`)
    .set('Content-Type', 'application/octet-stream')
    .send(content);

it('is kept as it is, named by its hash, and shown to be saved', async () => {
  const { body } = await send(ana, 'Заказ "5".pdf'.replaceAll('"', '’'), pdf).expect(201);
  expect(body.events).toEqual(['DisputeEvidenceAttached']);
  const { body: shown } = await admin.get('/v1/disputes/q1').expect(200);
  expect(shown.attachments).toEqual([
    { name: 'Заказ ’5’.pdf', mediaType: 'application/pdf', bytes: pdf.length, sha256: sha256(pdf) },
  ]);
  const where = `/v1/disputes/q1/attachments/${sha256(pdf)}`;
  const { headers, body: content } = await ana.get(where).buffer(true).expect(200);
  expect(Buffer.from(content)).toEqual(pdf);
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    etag: `"${sha256(pdf)}"`,
  });
  expect(headers['content-disposition']).toBe(
    `attachment; filename="_____ _5_.pdf"; filename*=UTF-8''%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%80%995%E2%80%99.pdf`,
  );
  await cy.get(where).expect(404);
  await cy.get(`/v1/disputes/q2/attachments/${sha256(pdf)}`).expect(404);
});

it('is the same when it is sent again, and the same content is kept once', async () => {
  await send(ana, 'again.pdf', pdf).expect(200);
  await send(cy, 'order.pdf', pdf, 'q2').expect(201);
  const { rows } = await api.company.database.pool.query('select sha256 from attachment');
  expect(rows).toEqual([{ sha256: sha256(pdf) }]);
});

it('is not taken from who may not see the dispute', async () => {
  const { body } = await send(cy, 'order.pdf', pdf).expect(404);
  expect(body.code).toBe('NotFound');
  const none = await send(cy, 'order.pdf', pdf, 'none').expect(404);
  expect(none.body.code).toBe('NotFound');
});

it.each([
  ['run.exe', Buffer.from('MZ\u0000'), 415],
  ['run.pdf', Buffer.from('MZ\u0000'), 415],
  ['order.html', Buffer.from('<script>alert(1)</script>'), 415],
  ['order.pdf', Buffer.from('just text'), 415],
  ['order.pdf', Buffer.alloc(0), 415],
  ['../order.pdf', pdf, 422],
  ['order.pdf', Buffer.concat([pdf, Buffer.alloc(10 * 1024 * 1024)]), 413],
])('refuses %s', async (name, content, status) => {
  await send(ana, name, content).expect(status);
});

it('wants to be sent as bytes, with a name', async () => {
  await ana.post('/v1/disputes/q1/attachments?name=a.txt', { a: 1 }).expect(415);
  await ana
    .send('post', '/v1/disputes/q1/attachments')
    .set('Content-Type', 'application/octet-stream')
    .send(pdf)
    .expect(422);
});

it('is not given where it is not what was attached', async () => {
  await api.company.database.pool.query(`update attachment set content = 'other'`);
  await ana.get(`/v1/disputes/q1/attachments/${sha256(pdf)}`).expect(500);
  await api.company.database.pool.query('delete from attachment');
  const { body } = await ana.get(`/v1/disputes/q1/attachments/${sha256(pdf)}`).expect(404);
  expect(body.code).toBe('AttachmentNotFound');
});

it('belongs to open disputes only', async () => {
  await ana.post('/v1/disputes/q1/withdraw').expect(200);
  const { body } = await send(ana, 'late.pdf', Buffer.from('%PDF-late')).expect(409);
  expect(body.code).toBe('DisputeClosed');
  const { rows } = await api.company.database.pool.query('select sha256 from attachment');
  expect(rows).toEqual([]);
});
