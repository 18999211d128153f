import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;
let auditor: Login;

beforeAll(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  auditor = await api.login({ user: 'olga', role: 'auditor' });
});
afterAll(() => api.close());

const url = 'https://example.com/hooks';

it('is added, listed without its secret, and disabled', async () => {
  await auditor.post('/v1/webhooks', { url }).expect(403);
  const { body: made } = await admin
    .post('/v1/webhooks', { url, types: ['payout.paid'] })
    .expect(201);
  expect(made).toMatchObject({ url, types: ['payout.paid'], madeBy: 'dana' });
  expect(made.secret).toMatch(/^whsec_[\w+/]{43}=$/);
  const { body: listed } = await auditor.get('/v1/webhooks').expect(200);
  expect(listed.data).toHaveLength(1);
  expect(JSON.stringify(listed)).not.toContain('whsec_');
  const { body: sent } = await auditor.get(`/v1/webhooks/${made.id}/deliveries`).expect(200);
  expect(sent.data).toEqual([]);
  await admin.post(`/v1/webhooks/${made.id}/deliveries/none/redeliver`).expect(404);
  await auditor.post(`/v1/webhooks/${made.id}/rotate`).expect(403);
  await admin.post('/v1/webhooks/none/rotate').expect(404);
  const { body: rotated } = await admin.post(`/v1/webhooks/${made.id}/rotate`).expect(200);
  expect(rotated).toMatchObject({ id: made.id, url });
  expect(rotated.secret).not.toBe(made.secret);
  const { body: disabled } = await admin.post(`/v1/webhooks/${made.id}/disable`).expect(200);
  expect(disabled.disabled.why).toBe('Disabled by dana.');
});

it.each([
  [{}, '/url'],
  [{ url: 7 }, '/url'],
  [{ url: 'http://example.com' }, '/url'],
  [{ url: 'https://169.254.169.254/latest/meta-data' }, '/url'],
  [{ url: 'https://localhost:5432/' }, '/url'],
  [{ url, types: ['payout.payd'] }, '/types/0'],
  [{ url, types: ['payout.paid', 'payout.paid'] }, '/types/1'],
  [{ url, types: 'payout.paid' }, '/types/0'],
  [{ url, secret: 'mine' }, '/secret'],
])('is refused: %j', async (given, pointer) => {
  const { body } = await admin.post('/v1/webhooks', given).expect(422);
  expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
});

it('is one of twenty at most', async () => {
  for (let i = 0; i < 20; i += 1) await admin.post('/v1/webhooks', { url }).expect(201);
  const { body } = await admin.post('/v1/webhooks', { url }).expect(409);
  expect(body.code).toBe('WebhooksTooMany');
});
