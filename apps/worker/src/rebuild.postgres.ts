import pg from 'pg';
import { Followers, type EventStore } from '#event-store';
import { CALCULATION, FACTS } from '#statements';
import type { OpenCompany } from './company.js';
import { followersOf } from './followers.js';

/** The tables that followers of facts write, each with what must be equal in a rebuild from zero. */
const ROWS: Readonly<Record<string, string>> = {
  deal: 'deal, position, account, booked_on, currency, territory, facts',
  credit: 'payee, deal, kind, line, credited_on, amount, currency',
  uncredited: 'deal, reason, payee',
  payee_month: 'payee, month, hash',
  horizon: 'position, day',
  calculated: 'month',
  maker: 'payee, maker',
  // Who had credit once depends on the pages in which facts came; more of them does no harm.
  former_credit: '',
  credit_currency: '',
  stale_deal: '',
  stale_payee: '',
  unchecked_payout: '',
};

const NAMES = [FACTS, CALCULATION];
const SCHEMA = 'rebuild';

/** How the live rows compare with those made again from zero. */
export interface Comparison {
  readonly table: string;
  /** Rows that only one side has, or that differ: those of the live side, and those of the new one. */
  readonly live: number;
  readonly rebuilt: number;
}

/** Connections that find rows in a schema of their own, and the log where it is. */
export const openBeside = (url: string, schema: string): pg.Pool => {
  const options = `-c search_path=${schema},public`;
  const pool = new pg.Pool({ connectionString: url, max: 4, options });
  // The server may go away under an idle connection; whoever asks next gets another one.
  pool.on('error', () => undefined);
  return pool;
};

/** Makes a schema with empty tables for all rows, and some besides. */
export const makeBeside = async (
  client: pg.Client,
  schema: string,
  others: readonly string[] = [],
): Promise<void> => {
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.query(`create schema ${schema}`);
  for (const table of [...Object.keys(ROWS), 'checkpoint', ...others]) {
    await client.query(`create table ${schema}.${table} (like public.${table} including all)`);
  }
};

const compare = async (client: pg.Client): Promise<Comparison[]> => {
  const found: Comparison[] = [];
  for (const [table, columns] of Object.entries(ROWS)) {
    if (columns === '') continue;
    const only = (a: string, b: string): string =>
      `(select count(*) from (select ${columns} from ${a}.${table} except all select ${columns} from ${b}.${table}) d)`;
    const { rows } = await client.query<{ live: string; rebuilt: string }>(
      `select ${only('public', SCHEMA)} as live, ${only(SCHEMA, 'public')} as rebuilt`,
    );
    const [row] = rows;
    found.push({ table, live: Number(row?.live), rebuilt: Number(row?.rebuilt) });
  }
  return found;
};

interface Index {
  readonly name: string;
  readonly definition: string;
}

const indexesOf = async (client: pg.Client, schema: string, table: string): Promise<Index[]> => {
  const { rows } = await client.query<Index>(
    `select indexname as name, regexp_replace(indexdef, '^.* USING ', '') as definition
     from pg_indexes where schemaname = $1 and tablename = $2`,
    [schema, table],
  );
  return rows;
};

// The new tables take the place of the old ones, under the old names, indexes included.
const swap = async (client: pg.Client): Promise<void> => {
  for (const table of Object.keys(ROWS)) {
    const old = await indexesOf(client, 'public', table);
    for (const { name, definition } of await indexesOf(client, SCHEMA, table)) {
      const wanted = old.find((index) => index.definition === definition)?.name;
      if (wanted && wanted !== name) {
        await client.query(
          `alter index ${SCHEMA}.${pg.escapeIdentifier(name)} rename to ${pg.escapeIdentifier(wanted)}`,
        );
      }
    }
    await client.query(`drop table public.${table}`);
    await client.query(`alter table ${SCHEMA}.${table} set schema public`);
  }
  await client.query(`
    insert into public.checkpoint select * from ${SCHEMA}.checkpoint where true
    on conflict (follower) do update set position = excluded.position, reached_at = excluded.reached_at`);
};

const grant = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query("select from pg_roles where rolname = 'everycent_app'");
  if (rows.length === 0) return;
  for (const table of Object.keys(ROWS)) {
    await client.query(
      `grant select, insert, update, delete, truncate on ${SCHEMA}.${table} to everycent_app`,
    );
  }
};

/** What a rebuild says of its progress: which follower has come how far. */
export type Progress = (follower: string, position: bigint, head: bigint) => void;

/** The same log, as if it ended at a position. */
export const endingAt = (store: EventStore, position: bigint): EventStore =>
  Object.create(store, { head: { value: () => Promise.resolve(position) } }) as EventStore;

const ATTEMPTS = 10;

// Nobody moves the live rows any further while both are compared at the same position.
const lockLive = async (client: pg.Client, live: Followers): Promise<bigint> => {
  for (let attempt = 1; ; attempt += 1) {
    await live.catchUp();
    await client.query('begin');
    const { rows } = await client.query<{ position: string }>(
      'select position from public.checkpoint where follower = any($1) for update',
      [NAMES],
    );
    const [first] = rows;
    if (
      first &&
      rows.length === NAMES.length &&
      rows.every(({ position }) => position === first.position)
    ) {
      return BigInt(first.position);
    }
    await client.query('rollback');
    if (attempt === ATTEMPTS)
      throw new Error('The live rows do not come to rest; try again when less is recorded.');
  }
};

/**
 * Makes all rows again from zero, beside the live ones, which serve everybody meanwhile; compares
 * them, and unless `check` puts the new ones in their place.
 */
export const rebuild = async (
  { database, store, followers: live }: OpenCompany,
  { check, progress }: { readonly check: boolean; readonly progress?: Progress },
): Promise<Comparison[]> => {
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const beside = openBeside(database.url, SCHEMA);
  try {
    await makeBeside(owner, SCHEMA);
    await new Followers(store, beside, followersOf(store, beside)).catchUp(progress);
    const log = endingAt(store, await lockLive(owner, live));
    await new Followers(log, beside, followersOf(log, beside)).catchUp();
    const found = await compare(owner);
    if (!check) {
      await grant(owner);
      await swap(owner);
    }
    await owner.query('commit');
    return found;
  } finally {
    await beside.end();
    await owner.query('rollback').catch(() => undefined);
    await owner.query(`drop schema if exists ${SCHEMA} cascade`).catch(() => undefined);
    await owner.end();
  }
};
