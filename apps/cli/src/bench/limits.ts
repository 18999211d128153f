import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { OpenCompany } from '../../../worker/src/company.js';
import type { Ground } from './ground.js';
import { seconds } from './measure.js';

const asOwner = async <T>(
  company: OpenCompany,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({ connectionString: company.database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const COLUMNS = 'position, revision, id, schema_version, stream, type, data, meta';

/** What PostgreSQL takes to COPY the very events of the log into an empty table like the log's, indexes and all. */
export const copyLimit = (
  company: OpenCompany,
  ground: Ground,
): Promise<{ readonly events: number; readonly seconds: number }> =>
  asOwner(company, async (client) => {
    const file = ground.file('events.copy');
    await pipeline(
      client.query(
        copyTo(
          `copy (select ${COLUMNS} from event where category = 'deal' order by position) to stdout`,
        ),
      ),
      createWriteStream(file),
    );
    await client.query('create table limit_event (like event including all)');
    const copy = client.query(copyFrom(`copy limit_event (${COLUMNS}) from stdin`));
    const taken = await seconds(() =>
      pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), copy),
    );
    await client.query('drop table limit_event');
    return { events: copy.rowCount, seconds: taken };
  });

const TABLE = `create table limit_insert (
  position bigint generated always as identity primary key, revision bigint not null, id uuid not null,
  stream text not null, type text not null, data text not null, meta text not null, unique (stream, revision))`;
const INSERT = `insert into limit_insert (revision, id, stream, type, data, meta)
  values (0, gen_random_uuid(), 'deal-' || gen_random_uuid(), 'DealBooked', repeat('x', 260), repeat('y', 60))`;
const byPgbench = async (
  company: OpenCompany,
  ground: Ground,
  duration: number,
): Promise<number> => {
  const script = ground.file('insert.sql');
  writeFileSync(script, `${INSERT.replaceAll('\n', ' ')};\n`);
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    '8',
    '-j',
    '2',
    '-T',
    String(duration),
    '-f',
    script,
    company.database.url,
  ];
  const { stdout } = await promisify(execFile)('pgbench', args);
  const found = /tps = ([\d.]+)/.exec(stdout);
  if (!found) throw new Error(stdout);
  return Number(found[1]);
};

const byNode = async (company: OpenCompany, duration: number): Promise<number> => {
  const pool = new pg.Pool({ connectionString: company.database.url, max: 8 });
  let done = 0;
  const until = performance.now() + duration * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      await pool.query({ name: 'limit_insert', text: INSERT });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  await pool.end();
  return done / duration;
};

/** Single-row INSERTs a second, each committed by itself, with 8 clients: by pgbench, or without it by Node. */
export const insertLimit = (
  company: OpenCompany,
  ground: Ground,
  duration: number,
): Promise<{ perSecond: number; by: string }> =>
  asOwner(company, async (client) => {
    await client.query(TABLE);
    try {
      return { perSecond: await byPgbench(company, ground, duration), by: 'pgbench' };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { perSecond: await byNode(company, duration), by: 'Node' };
    } finally {
      await client.query('drop table limit_insert');
    }
  });

/** Seconds that reading the whole log in pages takes, each event parsed, nothing done with it. */
export const readLimit = (company: OpenCompany): Promise<number> =>
  seconds(async () => {
    let count = 0;
    for await (const page of company.store.readAll(0n, { pageSize: 5000 })) count += page.length;
    return count;
  });
