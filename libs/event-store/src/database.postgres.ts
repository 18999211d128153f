import { readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Configuration } from './configuration.js';
import { applicationName, startServer, stopServerIfIdle } from './embedded.postgres.js';
import { isAlive } from './file-lock.js';
import { migrate } from './migrate.postgres.js';

const ROLE = 'everycent_app';

/** The company's database: its log, its rows. */
export interface Database {
  /** The owner's login; `pool` works as a role that can only add to the log. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** A TypeORM connection for row classes and queries, ended by `close`. */
  dataSource(entities: DataSourceOptions['entities']): Promise<DataSource>;
  /** Ends all connections, and the embedded server if nobody else uses it. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Connections at most; 10 unless said otherwise. */
  readonly connections?: number;
  /** `close` (the default): SIGINT, SIGTERM and SIGHUP close the database and end the process; `leave`: the caller does. */
  readonly signals?: 'close' | 'leave';
}

// Numbers with more digits than a double has, dates and instants stay text; nothing is read in a time zone.
const AS_TEXT = new Set([20, 1700, 1082, 1114, 1184]);
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    AS_TEXT.has(oid)
      ? (text: string) => text
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * Opens the database that the configuration names and brings its tables up to date. Without a `databaseUrl` that is the
 * embedded PostgreSQL in the home folder, which is started if need be, kept alive while open, and stopped by the last
 * process that closes it.
 */
export const openDatabase = async (
  { home, databaseUrl }: Pick<Configuration, 'home' | 'databaseUrl'>,
  { connections = 10, signals = 'close' }: OpenOptions = {},
): Promise<Database> => {
  const embedded =
    databaseUrl === undefined ? await embeddedServer(home, signals === 'close') : undefined;
  const url = databaseUrl ?? (embedded as Embedded).url;
  try {
    await migrate(url);
    return await connect(url, connections, async () => embedded?.close());
  } catch (error) {
    await embedded?.close();
    throw error;
  }
};

const connect = async (
  url: string,
  max: number,
  closeServer: () => Promise<void>,
): Promise<Database> => {
  const settings = {
    application_name: applicationName(),
    types,
    ...((await hasRole(url)) ? { options: `-c role=${ROLE}` } : {}),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    ...settings,
  });
  // The server may go away under an idle connection; whoever asks next gets another one.
  pool.on('error', () => undefined);
  const sources: DataSource[] = [];
  let closing: Promise<void> | undefined;
  return {
    url,
    pool,
    async dataSource(entities) {
      await import('reflect-metadata');
      const { DataSource: Source } = await import('typeorm');
      const source = new Source({
        type: 'postgres',
        url,
        entities: entities ?? [],
        poolSize: 4,
        extra: settings,
      });
      sources.push(await source.initialize());
      return source;
    },
    close: () =>
      (closing ??= (async () => {
        await Promise.all(sources.map((source) => source.destroy()));
        await pool.end();
        await closeServer();
      })()),
  };
};

/** Where the login could not make the role, the application works as the login itself. */
const hasRole = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ member: boolean }>(
      "select coalesce(pg_has_role(oid, 'member'), false) as member from pg_roles where rolname = $1",
      [ROLE],
    );
    return rows[0]?.member ?? false;
  } finally {
    await client.end();
  }
};

interface Embedded {
  readonly url: string;
  close(): Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Says in the home folder that this process uses the server there: at its exit, nobody can ask the server any more. */
const inUse = async (home: string): Promise<{ leave(): void; others(): boolean }> => {
  const folder = path.join(home, 'in-use');
  await mkdir(folder, { recursive: true });
  const own = path.join(folder, String(process.pid));
  await writeFile(own, '');
  return {
    leave: () => rmSync(own, { force: true }),
    // What a process that was killed has left there is void.
    others: () => readdirSync(folder).some((pid) => isAlive(Number(pid))),
  };
};

/** One connection stays open all the time: it shows other processes that the server is in use, and us when it dies. */
const embeddedServer = async (home: string, onSignals: boolean): Promise<Embedded> => {
  const users = await inUse(home);
  const server = await startServer(home);
  let presence: pg.Client | undefined;
  let closed = false;
  let serverPid = server.pid;

  const appear = async (): Promise<void> => {
    const client = new pg.Client({
      connectionString: server.url,
      application_name: applicationName(),
    });
    client.on('error', () => undefined);
    await client.connect();
    client.on('end', () => void (closed ? undefined : revive()));
    presence = client;
  };
  const revive = async (): Promise<void> => {
    while (!closed) {
      try {
        serverPid = (await startServer(home)).pid;
        return await appear();
      } catch {
        await sleep(500);
      }
    }
  };
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    process.off('exit', atExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    await presence?.end().catch(() => undefined);
    users.leave();
    await stopServerIfIdle(home, server.url);
  };
  // Without `close`, on an exit in the middle: the server stops by itself once its last connection is gone. It takes no
  // new ones from then on, so nobody else may be using it.
  const atExit = (): void => {
    users.leave();
    try {
      if (!users.others()) process.kill(serverPid, 'SIGTERM');
    } catch {
      // It has gone already.
    }
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    void close().finally(() => process.kill(process.pid, signal));
  };

  await appear();
  process.on('exit', atExit);
  if (onSignals) for (const signal of SIGNALS) process.on(signal, onSignal);
  return { url: server.url, close };
};
