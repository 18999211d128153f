import { TriedApi } from './harness.js';

let api: TriedApi;

beforeAll(async () => {
  api = await TriedApi.start();
});
afterAll(() => api.close());

describe('a request with several faults', () => {
  it('is told all of them, a badly written amount among others', async () => {
    const admin = await api.login({ user: 'dana', role: 'comp-admin' });
    const { status, body } = await admin.post('/v1/deals', {
      id: 'd1',
      amount: 1000,
      booked: 'yesterday',
      nonsense: true,
    });
    const errors = body['errors'] as readonly { pointer: string }[];
    expect([status, body.code]).toEqual([422, 'Malformed']);
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/amount',
      '/account',
      '/bookedOn',
      '/currency',
      '/booked',
      '/nonsense',
    ]);
  });
});
