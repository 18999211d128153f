import { Followers, PostgresEventStore, type Database, type NewEvent } from '#event-store';
import { freshDatabase } from '#testing';
import { FactsFollower } from './facts.follower.js';

let database: Database;
let store: PostgresEventStore;

beforeEach(async () => {
  database = await freshDatabase();
  store = new PostgresEventStore(database.pool);
});
afterEach(() => database.close());

const context = { recorded: '2026-01-31T09:00:00Z', by: 'admin' };
const record = async (stream: string, type: string, data: object): Promise<void> => {
  const event: NewEvent = { type, data };
  const there = await store.read(stream);
  await store.append(stream, [event], there.at(-1)?.revision ?? 'none', context);
};
const follow = async (): Promise<void> => {
  await new Followers(store, database.pool, [new FactsFollower(store)]).catchUp();
};
const all = async (text: string): Promise<unknown[]> =>
  (await database.pool.query({ text, rowMode: 'array' })).rows;
const credits = (): Promise<unknown[]> =>
  all(
    'select deal, payee, kind, line, credited_on::text, amount from credit order by 1, 2, 3, 4, 5',
  );

const company = async (): Promise<void> => {
  await record('calendar-company', 'CalendarDefined', { start: '2026-01-01' });
  for (const id of ['mia', 'ana', 'bob']) {
    const manager = id === 'mia' ? {} : { manager: 'mia' };
    await record(`payee-${id}`, 'PayeeAdded', {
      id,
      name: id,
      hiredOn: '2025-01-01',
      currency: 'USD',
      ...manager,
    });
  }
  await record('territory-west', 'TerritoryDefined', {
    id: 'west',
    name: 'West',
    rule: 'account.attributes.zone == "w"',
  });
  await record('territory-west', 'TerritoryAssigned', {
    territory: 'west',
    payee: 'ana',
    role: 'owner',
    from: '2026-01-01',
  });
  await record('account-acme', 'AccountRegistered', {
    id: 'acme',
    name: 'Acme',
    attributes: { zone: 'w' },
  });
};
const deal = { id: 'd1', account: 'acme', bookedOn: '2026-02-10', currency: 'USD', amount: '1000' };

describe('the facts follower', () => {
  it('writes a deal, its credits, and marks its payees', async () => {
    await company();
    await record('deal-d1', 'DealBooked', deal);
    await follow();
    expect(await credits()).toEqual([
      ['d1', 'ana', 'direct', '', '2026-02-10', '1000'],
      ['d1', 'mia', 'rollup', '', '2026-02-10', '1000'],
    ]);
    expect(await all('select deal, account, booked_on::text, territory, payees from deal')).toEqual(
      [['d1', 'acme', '2026-02-10', 'west', ['ana', 'mia']]],
    );
    expect(await all('select payee from stale_payee order by 1')).toEqual([
      ['ana'],
      ['bob'],
      ['mia'],
    ]);
  });

  it('dates differences and cancellations, in whatever pages they come', async () => {
    await company();
    await record('deal-d1', 'DealBooked', deal);
    await follow();
    await record('deal-d1', 'DealAmended', { deal: 'd1', on: '2026-03-01', amount: '1500' });
    await record('deal-d1', 'DealCancelled', { deal: 'd1', on: '2026-04-01' });
    await follow();
    expect((await credits()).filter((row) => (row as string[])[1] === 'ana')).toEqual([
      ['d1', 'ana', 'direct', '', '2026-02-10', '1000'],
      ['d1', 'ana', 'direct', '', '2026-03-01', '500'],
      ['d1', 'ana', 'direct', '', '2026-04-01', '-1500'],
    ]);
    expect(await all('select jsonb_array_length(facts::jsonb) from deal')).toEqual([[3]]);
  });

  it('comes to the same for a deal that is changed while its row is being written', async () => {
    await company();
    await record('deal-d1', 'DealBooked', deal);
    const others = Array.from({ length: 1300 }, (_, n) => ({
      stream: `deal-o${n}`,
      events: [{ type: 'DealBooked', data: { ...deal, id: `o${n}` } }],
      expectedRevision: 'none' as const,
      context,
    }));
    await store.appendMany(others.slice(0, 600));
    await record('deal-d1', 'DealAmended', { deal: 'd1', on: '2026-03-01', amount: '1500' });
    await store.appendMany(others.slice(600));
    await record('deal-d1', 'DealCancelled', { deal: 'd1', on: '2026-04-01' });
    await follow();
    expect(
      await all(
        "select credited_on::text, amount from credit where deal = 'd1' and payee = 'ana' order by 1",
      ),
    ).toEqual([
      ['2026-02-10', '1000'],
      ['2026-03-01', '500'],
      ['2026-04-01', '-1500'],
    ]);
    expect(await all("select facts::jsonb #>> '{2,type}' from deal where deal = 'd1'")).toEqual([
      ['DealCancelled'],
    ]);
    expect(await all('select count(*) from deal')).toEqual([['1301']]);
    expect(await all('select day::text from horizon order by position')).toEqual([
      ['2026-02-10'],
      ['2026-03-01'],
      ['2026-04-01'],
    ]);
  });

  it('lists what nobody has credit for', async () => {
    await company();
    await record('deal-d2', 'DealBooked', { ...deal, id: 'd2', account: 'unknown' });
    await follow();
    expect(await all('select deal, reason from uncredited')).toEqual([['d2', 'no-territory']]);
  });

  it('remembers who had credit once', async () => {
    await company();
    await record('deal-d1', 'DealBooked', { ...deal, team: [{ payee: 'ana', share: '1' }] });
    await record('deal-d1', 'DealCorrected', {
      deal: 'd1',
      team: [{ payee: 'bob', share: '1' }],
      reason: 'wrong',
    });
    await follow();
    expect(await all('select payee, deal from former_credit')).toEqual([['ana', 'd1']]);
    await record('deal-d1', 'DealCorrected', {
      deal: 'd1',
      team: [{ payee: 'ana', share: '1' }],
      reason: 'wrong',
    });
    await follow();
    expect(await all('select payee, deal from former_credit order by 1')).toEqual([
      ['ana', 'd1'],
      ['bob', 'd1'],
    ]);
    expect(await credits()).toEqual([
      ['d1', 'ana', 'direct', '', '2026-02-10', '1000'],
      ['d1', 'mia', 'rollup', '', '2026-02-10', '1000'],
    ]);
  });

  it('marks the deals that a fact about territories, accounts or managers may share out otherwise', async () => {
    await company();
    await record('deal-d1', 'DealBooked', deal);
    await record('deal-d0', 'DealBooked', { ...deal, id: 'd0', bookedOn: '2026-01-10' });
    await follow();
    const marked = async (): Promise<unknown[]> => {
      await follow();
      const found = await all('select distinct deal from stale_deal order by 1');
      await database.pool.query('delete from stale_deal');
      return found.flat();
    };
    const assignment = { territory: 'west', payee: 'bob', role: 'overlay', from: '2026-02-01' };
    await record('territory-west', 'TerritoryAssigned', assignment);
    expect(await marked()).toEqual(['d1']);
    await record('account-acme', 'AccountRegistered', {
      id: 'acme',
      name: 'Acme',
      attributes: { zone: 'e' },
    });
    expect(await marked()).toEqual(['d0', 'd1']);
    await record('payee-ana', 'PayeeChanged', { payee: 'ana', on: '2026-02-01', manager: 'bob' });
    expect(await marked()).toEqual(['d1']);
    await record('territory-east', 'TerritoryDefined', {
      id: 'east',
      name: 'E',
      rule: 'account.attributes.zone == "e"',
    });
    expect(await marked()).toEqual(['d0', 'd1']);
    await record('fx-EUR-USD', 'FxRatePublished', {
      base: 'EUR',
      quote: 'USD',
      rate: '1.1',
      on: '2026-01-01',
    });
    expect(await marked()).toEqual([]);
  });
});
