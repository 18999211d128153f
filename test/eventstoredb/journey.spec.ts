import { setTimeout } from 'node:timers/promises';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EventStoreServer,
  freshDatabase,
  namedEventStoreServer,
  ownDeal,
  planOf,
  startEventStoreServer,
} from '#testing';
import { readConfiguration, type Database } from '#event-store';
import { openCompany, type OpenCompany } from '../../apps/worker/src/company.js';
import { rebuild } from '../../apps/worker/src/rebuild.postgres.js';
import { statementAt } from '../../apps/worker/src/statements.js';

const home = mkdtempSync(path.join(tmpdir(), 'everycent-journey-'));
let database: Database;
let server: EventStoreServer;
let env: Record<string, string>;
let company: OpenCompany;

beforeAll(async () => {
  database = await freshDatabase();
  server = namedEventStoreServer() ?? (await startEventStoreServer());
  env = { EVERYCENT_HOME: home, DATABASE_URL: database.url, EVENT_STORE: server.url };
  company = await openCompany(readConfiguration(env));
});
afterAll(async () => {
  await company.close();
  await server.close();
  await database.close();
  rmSync(home, { recursive: true, force: true });
});

const say = (type: string, data: object, by = 'admin', commandId?: string) =>
  company.execute({ type, data, by, ...(commandId !== undefined && { commandId }) });

const everycent = (args: readonly string[], over: Record<string, string> = {}) => {
  const { PATH = '' } = process.env;
  const program = ['scripts/everycent.mjs', ...args];
  return spawnSync(process.execPath, program, { encoding: 'utf8', env: { PATH, ...env, ...over } });
};

const eventsInPostgres = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ count: string }>('select count(*) from event');
  return Number(rows[0]?.count);
};

describe('the walk of a deal with the log in EventStoreDB and rows in PostgreSQL', () => {
  it('goes from command to statement', async () => {
    await say('define-calendar', { start: '2026-01-01' });
    await say('add-payee', { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency: 'USD' });
    await say(
      'publish-plan',
      planOf({ id: 'bookings', type: 'commission', window: 'quarter', rate: '0.05' }),
    );
    await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' });
    const deal = ownDeal('d1', '600000', '2026-02-10');
    const booked = await say('book-deal', deal, 'admin', 'book-d1');
    expect(booked).toMatchObject({ position: 5n, events: [{ type: 'DealBooked' }] });
    expect(await say('book-deal', deal, 'admin', 'book-d1')).toMatchObject({ position: 5n });
    expect(await company.catchUp()).toBe(5n);
    const statement = await statementAt(company, { payee: 'ana', period: 'FY2026-M02' });
    expect(statement.position).toBe(5);
    expect(statement.lines.map(({ amount, events }) => [amount.amount, events])).toEqual([
      ['30000.00', [5]],
    ]);
    expect(await eventsInPostgres()).toBe(0);
  });

  it('answers as of a position and an instant, and closes, corrects and pays', async () => {
    const before = new Date().toISOString();
    // What is recorded within the same millisecond would be known then.
    while (new Date().toISOString() === before) await setTimeout(1);
    await say('close-period', { period: 'FY2026-M01' });
    await say('close-period', { period: 'FY2026-M02' });
    await say('amend-deal', { deal: 'd1', on: '2026-02-20', amount: '500000' });
    await company.catchUp();
    for (const asOf of ['5', before]) {
      const then = await statementAt(company, { payee: 'ana', period: 'FY2026-M02', asOf });
      expect([then.position, then.lines.map(({ amount }) => amount.amount)]).toEqual([
        5,
        ['30000.00'],
      ]);
    }
    await say('draft-payout', { id: 'p1', through: 'FY2026-M02' }, 'ben');
    await say('submit-payout', { payout: 'p1' }, 'ben');
    await company.catchUp();
    expect((await company.payouts()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'p1 submitted',
    ]);
  });

  it('gives the same rows from zero', async () => {
    await company.catchUp();
    const found = await rebuild(company, { check: true });
    expect(found.filter(({ live, rebuilt }) => live + rebuilt > 0)).toEqual([]);
  });

  it('is the same by command line, in a process of its own', async () => {
    const { status, stdout, stderr } = everycent([
      'statement',
      '--payee',
      'ana',
      '--period',
      'FY2026-M02',
      '--json',
    ]);
    expect([status, stderr]).toEqual([0, expect.stringContaining('at position 10')]);
    expect(JSON.parse(stdout)).toMatchObject({ payee: 'ana', position: 10 });
  });

  it('seals and verifies what is in EventStoreDB', async () => {
    await company.sealer?.seal();
    const { status, stderr, stdout } = everycent(['audit', 'verify']);
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('10')]);
  });

  it('refuses to go on with rows of another log', async () => {
    const other = await startEventStoreServer();
    const elsewhere = everycent(['statement', '--payee', 'ana', '--period', 'FY2026-M02'], {
      EVENT_STORE: other.url,
    });
    const forgotten = everycent(['statement', '--payee', 'ana', '--period', 'FY2026-M02'], {
      EVENT_STORE: 'postgres',
    });
    await other.close();
    expect([elsewhere.status, elsewhere.stderr]).toEqual([
      1,
      expect.stringContaining('rows were made of 10 events, and it has 0'),
    ]);
    expect([forgotten.status, forgotten.stderr]).toEqual([
      1,
      expect.stringContaining('EVENT_STORE is not set'),
    ]);
  });

  it('goes on when the server comes back', async () => {
    await server.restart();
    const { position } = await say('cancel-deal', { deal: 'd1', on: '2026-03-05' });
    expect(position).toBe(11n);
    expect(await company.catchUp()).toBe(11n);
  });
});
