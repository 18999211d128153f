import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import type { Configuration } from '#event-store';

/** One thing that was looked at, and what to do where it is not as it should be. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice?: string;
}

const OLDEST = 15;
const FREE_BYTES = 1024 ** 3;
/** Files of the home folder that nobody else may read. */
const SECRETS = ['audit-key.pem', 'development-issuer.jwk', 'postgres.password'];

const check = (name: string, ok: boolean, found: string, advice: string): Check =>
  ok ? { check: name, ok, found } : { check: name, ok, found, advice };

interface Settings {
  readonly version: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly data_checksums: string;
  readonly may_change: boolean;
  readonly reached: string;
}

const SETTINGS = `
  select current_setting('server_version_num')::int / 10000 as version,
    current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('data_checksums') as data_checksums,
    has_table_privilege(current_user, 'event', 'update, delete, truncate') as may_change,
    (select coalesce(min(position), 0) from checkpoint) as reached`;

/**
 * What the database is set to where it matters to what was recorded, and how far its rows are in a log of so many events.
 * Throws where it does not answer.
 */
export const checkDatabase = async (pool: Pool, events: bigint): Promise<Check[]> => {
  const { rows } = await pool.query<Settings>(SETTINGS);
  const found = rows[0] as Settings;
  const on = (name: 'fsync' | 'full_page_writes' | 'data_checksums', why: string): Check =>
    check(name, found[name] === 'on', found[name], why);
  return [
    check(
      'version',
      Number(found.version) >= OLDEST,
      `PostgreSQL ${found.version}`,
      `use PostgreSQL ${OLDEST} or later`,
    ),
    on('fsync', 'set it on: without it a power cut loses what was acknowledged'),
    on('full_page_writes', 'set it on: without it a power cut can tear pages'),
    check(
      'synchronous_commit',
      found.synchronous_commit !== 'off',
      found.synchronous_commit,
      'set it to on: otherwise a crash loses what was acknowledged',
    ),
    on(
      'data_checksums',
      'run pg_checksums --enable while the server is stopped: then a failing disk is noticed',
    ),
    check(
      'append_only',
      !found.may_change,
      found.may_change
        ? 'this login could change the log but for its trigger'
        : 'the application can only add to the log',
      'let the login create roles once (CREATEROLE), or grant it everycent_app',
    ),
    check('rows', true, `reached position ${found.reached} of ${events}`, ''),
  ];
};

/** Where the log is, and how long; without the login that may stand in its address. */
export const checkLog = (
  { eventStoreUrl }: Pick<Configuration, 'eventStoreUrl'>,
  events: bigint,
): Check => {
  const where = eventStoreUrl?.replace(/\/\/[^/?]*@/, '//') ?? 'PostgreSQL';
  return check('log', true, `${where}: ${events} events`, '');
};

/** What the home folder is like. */
export const checkHome = (home: string): Check[] => {
  if (!existsSync(home)) return [check('home', true, `${home} will be made on first use`, '')];
  const checks: Check[] = [];
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    checks.push(check('home', true, home, ''));
  } catch {
    checks.push(
      check(
        'home',
        false,
        `${home} cannot be written`,
        'give this user the folder, or set EVERYCENT_HOME',
      ),
    );
  }
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  checks.push(
    check(
      'disk',
      free >= FREE_BYTES,
      `${Math.floor(free / 1024 ** 2)} MB free`,
      'make room: at least 1 GB',
    ),
  );
  for (const name of SECRETS) {
    const file = path.join(home, name);
    if (!existsSync(file)) continue;
    const isPrivate = (statSync(file).mode & 0o077) === 0;
    checks.push(
      check(
        name,
        isPrivate,
        isPrivate ? 'only its owner reads it' : 'others can read it',
        `chmod 600 ${file}`,
      ),
    );
  }
  return checks;
};

/** Whose tokens are accepted. */
export const checkAuth = ({ auth, admin, production }: Configuration): Check =>
  check(
    'auth',
    auth !== undefined || !production,
    `${auth ? `tokens of ${auth.issuer} for ${auth.audience}` : 'the development issuer'}; ${admin === undefined ? 'what a token says of a role counts until facts speak of its user' : `roles are facts, and ${admin} is comp-admin until they speak of him`}`,
    'with NODE_ENV=production set AUTH_ISSUER and AUTH_AUDIENCE',
  );
