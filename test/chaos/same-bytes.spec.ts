import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freshDatabase } from '#testing';
import { OpenCompany } from '../../apps/worker/src/company.js';
import { CompanyAtWork } from './company-at-work.js';
import { figure, randomly, reach, SEED } from './figures.js';

const ZONES = [
  'Pacific/Kiritimati',
  'America/St_Johns',
  'UTC',
  'Asia/Kathmandu',
  'America/Los_Angeles',
  'Europe/Berlin',
].slice(0, figure(2, 6, 6));
const FACTS = figure(120, 600, 2000);

/** Copies a log in batches of any size into a database of its own, and makes rows of it meanwhile. */
const COPY = `
  import { openDatabase, PostgresEventStore } from '#event-store';
  import { OpenCompany } from './dist/apps/worker/src/company.js';
  const [from, to, seed] = process.argv.slice(1);
  const company = new OpenCompany(await openDatabase({ home: '', databaseUrl: to }));
  if (from !== '') {
    const source = await openDatabase({ home: '', databaseUrl: from });
    let state = Number(seed);
    const random = (below) => (state = (state * 48271) % 2147483647) % below;
    const store = new PostgresEventStore(source.pool);
    const head = await store.head();
    for (let at = 0n; at < head;) {
      const next = at + 1n + BigInt(random(60));
      for await (const page of store.readAll(at, { upTo: next })) {
        await company.store.appendMany(page.map((event) => ({
          stream: event.stream,
          events: [event],
          expectedRevision: event.revision === 0n ? 'none' : event.revision - 1n,
          context: event.meta,
        })));
      }
      at = next;
      if (random(3) === 0) await company.catchUp();
    }
    await source.close();
  }
  await company.catchUp();
  await company.close();`;

const run = async (zone: string, ...args: readonly string[]): Promise<void> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', COPY, ...args], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], TZ: zone },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`Under ${zone} it ended with ${code}.`);
};

/** One hash of all that was calculated, and of the log itself. */
const hashOf = async (company: OpenCompany): Promise<string> => {
  const { rows } = await company.database.pool.query<{ hash: string }>(`
    select md5(
      (select string_agg(payee || month || hash || md5(body::text), '|' order by payee, month) from payee_month)
      || (select string_agg(deal || payee || kind || coalesce(line, '') || credited_on || amount || currency, '|'
            order by deal, payee, kind, line, credited_on, amount) from credit)
      || (select string_agg(position || stream || type || data, '|' order by position) from event)) as hash`);
  return `${rows[0]?.hash}`;
};

describe('the same log', () => {
  it(`gives the same bytes in ${ZONES.length} time zones, in any batches, by 1 worker or 2 (seed ${SEED})`, async () => {
    const random = randomly();
    const source = new OpenCompany(await freshDatabase());
    try {
      const work = new CompanyAtWork(source, random);
      await work.found();
      while (Number(await source.store.head()) < FACTS) await work.goOn();
      await source.catchUp();
      const expected = await hashOf(source);
      for (const [i, zone] of ZONES.entries()) {
        const copy = new OpenCompany(await freshDatabase());
        try {
          const { url } = copy.database;
          const copying = run(zone, source.database.url, url, String(1 + random(1_000_000)));
          const other = i % 2 === 1 ? [run(zone, '', url), copy.catchUp()] : [];
          await Promise.all([copying, ...other]);
          expect([zone, await hashOf(copy)]).toEqual([zone, expected]);
        } finally {
          await copy.close();
        }
      }
      reach(`${FACTS} facts, ${ZONES.length} time zones, any batches, 1 or 2 workers: one hash`);
    } finally {
      await source.close();
    }
  }, 3_600_000);
});
