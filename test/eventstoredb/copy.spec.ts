import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EventStoreServer,
  freshDatabase,
  ownDeal,
  planOf,
  startEventStoreServer,
} from '#testing';
import { readConfiguration, type Database } from '#event-store';
import { openCompany } from '../../apps/worker/src/company.js';
import { statementAt } from '../../apps/worker/src/statements.js';

const home = mkdtempSync(path.join(tmpdir(), 'everycent-copy-'));
let database: Database;
let server: EventStoreServer;
let env: Record<string, string>;
beforeAll(async () => {
  database = await freshDatabase();
  server = await startEventStoreServer();
  env = { EVERYCENT_HOME: home, DATABASE_URL: database.url };
});
afterAll(async () => {
  await server.close();
  await database.close();
  rmSync(home, { recursive: true, force: true });
});

const everycent = (...args: string[]) => {
  const { PATH = '' } = process.env;
  const program = ['scripts/everycent.mjs', ...args];
  return spawnSync(process.execPath, program, { encoding: 'utf8', env: { PATH, ...env } });
};

const FACTS: [string, object][] = [
  ['define-calendar', { start: '2026-01-01' }],
  ['add-payee', { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency: 'USD' }],
  ['publish-plan', planOf({ id: 'bookings', type: 'commission', window: 'quarter', rate: '0.05' })],
  ['assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
];
const deal = (id: string): [string, object] => ['book-deal', ownDeal(id, '600000', '2026-02-10')];

/** Records facts where the log is now, and gives the statement and how far rows had come before. */
const work = async (facts: readonly [string, object][]) => {
  const company = await openCompany(readConfiguration(env));
  try {
    const rowsBefore = await company.followers.position();
    for (const [type, data] of facts) await company.execute({ type, data, by: 'admin' });
    await company.catchUp();
    const statement = await statementAt(company, { payee: 'ana', period: 'FY2026-M02' });
    return { rowsBefore, statement };
  } finally {
    await company.close();
  }
};

describe('a company that moves its log to EventStoreDB', () => {
  it('copies it, compares it, and goes on there: same positions, same rows, same seal', async () => {
    const before = await work([...FACTS, deal('d1')]);
    const { status, stdout } = everycent('log', 'copy', '--to', server.url);
    expect([status, stdout]).toEqual([0, expect.stringContaining('5 events are equal')]);
    const after = await work([deal('d2')]);
    expect(after.statement.lines).toHaveLength(2);

    env = { ...env, EVENT_STORE: server.url };
    await expect(openCompany(readConfiguration(env))).rejects.toThrow(
      'rows were made of 6 events, and it has 5',
    );
    delete env['EVENT_STORE'];
    const unfinished = everycent('log', 'copy', '--to', server.url, '--check');
    expect([unfinished.status, unfinished.stderr]).toEqual([
      4,
      expect.stringContaining('at position 6: the copy ends before it'),
    ]);
    const rest = everycent('log', 'copy', '--to', server.url, '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({ events: 6, copied: 1 });

    env = { ...env, EVENT_STORE: server.url };
    const moved = await work([]);
    expect(moved).toEqual({ rowsBefore: 6n, statement: after.statement });
    const verified = everycent('audit', 'verify');
    expect([verified.status, verified.stderr]).toEqual([0, expect.anything()]);
    expect((await work([deal('d3')])).statement.lines).toHaveLength(3);
    expect(before.statement.lines).toEqual(after.statement.lines.slice(0, 1));

    delete env['EVENT_STORE'];
    await expect(work([])).rejects.toThrow('EVENT_STORE is not set');
  });

  it('says what is wrong with where it should go', () => {
    expect(everycent('log', 'copy').status).toBe(2);
    expect(everycent('log', 'copy', '--to', 'mysql://x').stderr).toContain('--to is not usable');
    expect(everycent('log', 'copy', '--to', 'esdb://node?trust=all').stderr).toContain(
      '--to is not usable: there is no option "trust"; valid: ',
    );
    expect(everycent('log', 'move').status).toBe(2);
  });

  it('does not take the log for a copy of itself', () => {
    env = { ...env, EVENT_STORE: server.url };
    const { status, stderr } = everycent('log', 'copy', '--check', '--to', server.url);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('--to names the log that is to be copied'),
    ]);
    delete env['EVENT_STORE'];
  });
});
