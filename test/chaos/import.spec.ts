import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#event-store';
import { freshDatabase } from '#testing';
import { figure, randomly, reach, reachSoFar, SEED } from './figures.js';
import { everycent } from './service.js';

const KILLS = figure(1, 5, 25);
const ROWS = figure(2_000, 20_000, 100_000);

const folder = mkdtempSync(path.join(tmpdir(), 'everycent-import-'));
const file = path.join(folder, 'facts.ndjson');
const opened: Database[] = [];
beforeAll(() => {
  const steps: object[] = [
    { 'define-calendar': { start: '2026-01-01' } },
    { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
  ];
  for (let n = 0; steps.length < ROWS; n += 1) {
    steps.push({
      'book-deal': {
        id: `d${n}`,
        account: 'acme',
        bookedOn: `2026-01-${10 + (n % 20)}`,
        amount: `${n}.25`,
        currency: 'USD',
        team: [{ payee: 'ana', share: '1' }],
        // So large that another thread reads it, from twenty thousand rows on.
        attributes: { note: 'x'.repeat(300) },
      },
    });
    if (n % 10 === 0)
      steps.push({
        'record-payment': { deal: `d${n}`, id: `p${n}`, on: '2026-02-10', amount: '1' },
      });
  }
  writeFileSync(
    file,
    steps
      .slice(0, ROWS)
      .map((step) => JSON.stringify(step))
      .join('\n'),
  );
});
afterAll(async () => {
  for (const database of opened) await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const fresh = async (): Promise<Database> => {
  const database = await freshDatabase();
  opened.push(database);
  return database;
};

interface Ended {
  readonly totals: Readonly<Record<string, unknown>>;
  readonly ms: number;
}

/** Imports the file, or dies after so many milliseconds; undefined where it was killed in time. */
const importInto = async (database: Database, killAfter?: number): Promise<Ended | undefined> => {
  const began = performance.now();
  const child = everycent(['import', '--json', file], {
    DATABASE_URL: database.url,
    EVERYCENT_HOME: folder,
  });
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text));
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => (complaint += text));
  if (killAfter !== undefined) void sleep(killAfter).then(() => child.kill('SIGKILL'));
  await once(child, 'close');
  if (child.signalCode === 'SIGKILL') return undefined;
  if (child.exitCode !== 0)
    throw new Error(`The import ended with ${child.exitCode}: ${complaint}`);
  return { totals: JSON.parse(said) as Ended['totals'], ms: performance.now() - began };
};

/** What is recorded, whatever its order between streams; each database seals what is personal by keys of its own. */
const contentOf = async ({ pool }: Database): Promise<unknown> => {
  const { rows } = await pool.query(
    `select count(*)::int as events, max(position)::int as head,
       md5(string_agg(stream || revision || type || data::text, '|' order by stream, revision)
         filter (where category <> 'payee')) as content from event`,
  );
  return rows[0];
};

const sumsOf = ({ read, recorded, duplicate, refused, sums }: Ended['totals']): object => ({
  read,
  known: Number(recorded) + Number(duplicate),
  refused,
  sums,
});

describe('an import', () => {
  it(`that is killed at a random point ends as one that was not (${KILLS} times, ${ROWS} rows, seed ${SEED})`, async () => {
    const random = randomly();
    const whole = await fresh();
    const { totals, ms } = (await importInto(whole)) as Ended;
    const content = await contentOf(whole);
    const again = (await importInto(whole)) as Ended;
    expect([again.totals['recorded'], await contentOf(whole)]).toEqual([0, content]);
    let shortest = ms;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      let database = await fresh();
      for (;;) {
        const ended = await importInto(database, random(Math.ceil(shortest)));
        if (!ended) break;
        // It was quicker than those before, and is not one of those that were killed.
        shortest = Math.min(shortest, ended.ms) * 0.9;
        database = await fresh();
      }
      const resumed = (await importInto(database)) as Ended;
      expect(sumsOf(resumed.totals)).toEqual(sumsOf(totals));
      expect(await contentOf(database)).toEqual(content);
      reachSoFar(kill, KILLS, 'imports');
    }
    reach(
      `${KILLS} imports of ${ROWS} rows killed before their end: ${KILLS} with the same totals and events`,
    );
  }, 3_600_000);
});
