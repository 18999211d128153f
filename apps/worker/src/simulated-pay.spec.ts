import { freshDatabase, ownDeal, planOf } from '#testing';
import { OpenCompany } from './company.js';
import { lotsOf, SimulatedPay, type Lot, type Simulated } from './simulated-pay.js';

let company: OpenCompany;

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
});
afterEach(() => company.close());

const say = (type: string, data: object) => company.execute({ type, data, by: 'admin' });
const ids = Array.from({ length: 60 }, (_, n) => `p${String(n).padStart(2, '0')}`);
const flat = (rate: string) => planOf({ id: 'bookings', type: 'commission', rate });

const start = async (): Promise<void> => {
  await say('define-calendar', { start: '2026-01-01' });
  await say('publish-plan', flat('0.05'));
  for (const [n, id] of ids.entries()) {
    await say('add-payee', { id, name: id, hiredOn: '2025-01-01', currency: 'USD' });
    await say('assign-plan', { payee: id, plan: 'ae', from: '2026-01-01' });
    await say('book-deal', ownDeal(`d${id}`, String(1000 + n), '2026-02-10', id));
  }
};

const collected = async (pay: SimulatedPay): Promise<Lot[]> => {
  const lots: Lot[] = [];
  for await (const lot of pay.lots()) lots.push(lot);
  return lots;
};

describe('the payees of a simulation', () => {
  it('are shared by those who calculate them, each lot once, and earn the same whoever does', async () => {
    await start();
    const position = await company.catchUp();
    const [plan] = await company.store.read('plan-ae');
    const simulated: Simulated = {
      payees: ids,
      position,
      rowsAt: position,
      gained: new Map(),
      through: 11,
      begun: new Int32Array(new SharedArrayBuffer(4)),
      facts: [
        {
          position: Number(position) + 1,
          stream: 'plan-ae',
          type: 'PlanPublished',
          data: { ...plan?.data, ...flat('0.1') },
          recorded: '2026-06-01T00:00:00Z',
          by: 'admin',
        },
      ],
    };
    const book = await company.book();
    for (const fact of simulated.facts) book.record(fact);
    const pay = (): SimulatedPay => new SimulatedPay(company, book, simulated);
    const found = await Promise.all([collected(pay()), collected(pay())]);
    const lots = found.flat().sort((a, b) => a.lot - b.lot);
    expect(lots.map(({ lot }) => lot)).toEqual([0, 1, 2]);
    expect(lotsOf(simulated)).toBe(3);
    const again = pay();
    for (const lot of lots) expect(await again.lot(lot.lot)).toEqual(lot);
    const sums = lots.flatMap(({ before, after }) => [
      [...before.values()].map(({ amount }) => amount),
      [...after.values()].map(({ amount }) => amount),
    ]);
    expect(sums[0]?.slice(0, 2)).toEqual([5000n, 5005n]);
    expect(sums[1]?.slice(0, 2)).toEqual([10000n, 10010n]);
    expect(sums.flat()).toHaveLength(2 * ids.length);
  });
});
