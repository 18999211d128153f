import { ownDeal, planOf } from '#testing';
import { TriedApi, type Login } from './harness.js';

let api: TriedApi;
let admin: Login;

// ana reports to north, who reports to head; ben to south.
const LINE = {
  head: undefined,
  top: undefined,
  north: 'head',
  south: 'head',
  ana: 'north',
  ben: 'south',
};
const plan = planOf({ id: 'bookings', type: 'commission', rate: '8%' });

const today = (days = 0): string =>
  new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

/** The position of the log after a command, which rows have reached. */
const say = async (where: string, body: object): Promise<number> => {
  const { position } = (await admin.post(where, body)).body as { position: number };
  await admin.get(`/v1/earnings?after=${position}`).expect(200);
  return position;
};

beforeEach(async () => {
  api = await TriedApi.start();
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  await say('/v1/calendar', { start: '2026-01-01' });
  await say('/v1/plans', plan);
  for (const [id, manager] of Object.entries(LINE)) {
    const person = { id, name: id, hiredOn: '2025-01-01', currency: 'USD' };
    await say('/v1/payees', { ...person, ...(manager !== undefined && { manager }) });
    await say('/v1/plan-assignments', { payee: id, plan: 'ae', from: '2026-01-01' });
  }
});
afterEach(() => api.close());

/** Whether a manager sees the statement of a payee, each table's rows of his, and his particulars; now or as of then. */
const sees = async (manager: string, payee: string, asOf?: number | string): Promise<boolean> => {
  const login = await api.login({ user: `m-${manager}`, role: 'manager', payee: manager });
  const when = asOf === undefined ? '' : `asOf=${asOf}`;
  const answers = [
    (await login.get(`/v1/statements/${payee}/FY2026-M02?${when}`)).status,
    (await login.get(`/v1/earnings?payee=${payee}&${when}`)).status,
    (await login.get(`/v1/quotas?payee=${payee}&${when}`)).status,
    (await login.get(`/v1/payees/${payee}?${when}`)).status,
    (await login.get(`/v1/payees?limit=200&${when}`)).body.data.some(
      ({ id }: { id: string }) => id === payee,
    )
      ? 200
      : 404,
  ];
  expect([manager, payee, asOf, new Set(answers).size]).toEqual([manager, payee, asOf, 1]);
  return answers[0] === 200;
};

describe('a payee who moved', () => {
  it('is seen by who manages him now, with all his past, and as of then by who managed him then', async () => {
    const before = await say('/v1/deals', ownDeal('d1', '100', '2026-02-10'));
    const instant = new Date().toISOString();
    expect([await sees('north', 'ana'), await sees('south', 'ana')]).toEqual([true, false]);
    const after = await say('/v1/payees/ana/change', { on: today(), manager: 'south' });
    // Now.
    expect([await sees('north', 'ana'), await sees('south', 'ana')]).toEqual([false, true]);
    expect(await sees('head', 'ana')).toBe(true);
    // Then.
    expect([await sees('north', 'ana', before), await sees('south', 'ana', before)]).toEqual([
      true,
      true,
    ]);
    expect(await sees('north', 'ana', instant)).toBe(true);
    expect(await sees('north', 'ana', after)).toBe(false);
    // What he can still read he cannot act upon.
    const north = await api.login({ user: 'm-north', role: 'manager', payee: 'north' });
    const about = { id: 'x', payee: 'ana', about: { deal: 'd1' }, claim: 'More' };
    await north.post(`/v1/disputes?asOf=${before}`, about).expect(404);
    // Somebody who never managed him sees him at no time.
    expect([await sees('ben', 'ana'), await sees('ben', 'ana', before)]).toEqual([false, false]);
  });

  it('is seen by his next manager from the day on which he is that, and not by naming a later one', async () => {
    const head = await say('/v1/payees/ana/change', { on: today(40), manager: 'south' });
    expect([await sees('north', 'ana'), await sees('south', 'ana')]).toEqual([true, false]);
    expect(await sees('south', 'ana', `${today(60)}T00:00:00Z`)).toBe(false);
    expect(await sees('south', 'ana', head)).toBe(false);
  });

  it('long ago, as is learned now, was seen by his manager as long as that was not known', async () => {
    const before = await say('/v1/accounts', { id: 'acme', name: 'Acme' });
    const after = await say('/v1/payees/ana/change', { on: '2026-01-15', manager: 'south' });
    expect([await sees('north', 'ana'), await sees('south', 'ana')]).toEqual([false, true]);
    expect([await sees('north', 'ana', before), await sees('north', 'ana', after)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a manager who moved', () => {
  it('takes those below him along, for who is above him now and who was above him then', async () => {
    const before = await say('/v1/accounts', { id: 'acme', name: 'Acme' });
    await say('/v1/payees/north/change', { on: today(), manager: 'south' });
    expect([await sees('south', 'ana'), await sees('south', 'north')]).toEqual([true, true]);
    expect([await sees('north', 'ana'), await sees('head', 'ana')]).toEqual([true, true]);
    // Whoever manages somebody now reads all his past.
    expect(await sees('south', 'ana', before)).toBe(true);
    await say('/v1/payees/south/change', { on: today(), manager: 'top' });
    expect([await sees('head', 'ana'), await sees('head', 'ana', before)]).toEqual([false, true]);
  });

  it('and does not manage any more sees nobody now, and those of his then as of then', async () => {
    const before = await say('/v1/accounts', { id: 'acme', name: 'Acme' });
    await say('/v1/payees/ana/change', { on: today(), manager: 'head' });
    expect([await sees('north', 'ana'), await sees('north', 'ana', before)]).toEqual([false, true]);
    // Nor that, once he is a manager no more.
    await admin.post('/v1/roles/m-north/revoke', { role: 'manager' }).expect(200);
    const north = await api.login({ user: 'm-north', role: 'manager', payee: 'north' });
    await north.get(`/v1/statements/ana/FY2026-M02?asOf=${before}`).expect(403);
  });
});
