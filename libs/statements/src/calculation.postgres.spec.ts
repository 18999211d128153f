import { inTransaction, type Database } from '#event-store';
import { freshDatabase } from '#testing';
import { markedPayees } from './calculation.postgres.js';

let database: Database;

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const marked = async (deals: Readonly<Record<string, number>>): Promise<void> => {
  await database.pool.query(
    `with p as (select * from unnest($1::text[], $2::int[]) as p(payee, deals)), s as (
       insert into stale_payee select payee from p)
     insert into credit (payee, deal, kind, line, credited_on, amount, currency)
     select payee, 'd' || n, 'direct', '', '2026-01-31', 1, 'USD' from p, generate_series(1, deals) n`,
    [Object.keys(deals), Object.values(deals)],
  );
};

const chosen = (teams: Readonly<Record<string, readonly string[]>> = {}) =>
  inTransaction(database.pool, (client) =>
    markedPayees(client, 'await', (payee) => teams[payee] ?? [payee]),
  );

describe('the payees who are calculated together', () => {
  it('begin with who has the fewest deals, since a rep does not wait for his chief', async () => {
    await marked({ chief: 30, ana: 10, bob: 10, zoe: 2 });
    expect(await chosen()).toEqual({ payees: ['zoe', 'ana', 'bob', 'chief'], more: false });
  });

  it('leave out who has so many that he is calculated by himself', async () => {
    await marked({ chief: 3001, zoe: 2 });
    expect(await chosen()).toEqual({ payees: ['zoe'], more: true });
    await database.pool.query(`delete from stale_payee where payee = 'zoe'`);
    expect(await chosen()).toEqual({ payees: ['chief'], more: false });
  });

  it('are with all of a team that is marked', async () => {
    await marked({ chief: 3001, ana: 10, bob: 20 });
    const team = ['chief', 'ana', 'cid'];
    expect(await chosen({ chief: team, ana: team })).toEqual({
      payees: ['ana', 'chief'],
      more: true,
    });
  });
});
