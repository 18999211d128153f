import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, withFileLock } from './file-lock.js';
import { serverProgram, serverUser } from './server-program.js';
import { serverSettings } from './server-settings.js';

const USER = 'everycent';
const READY_MS = 120_000;
const STOP_MS = 20_000;
const ORPHANS_MS = 20_000;
const STOPPING_MS = 20_000;

/** Beyond every system's highest process number. */
const NOBODY = 2_147_483_646;
const LOG_LIMIT = 10 * 1024 * 1024;

export interface Server {
  /** With the password of its owner. */
  readonly url: string;
  readonly pid: number;
}

/**
 * Makes sure that the PostgreSQL of this home folder runs, whoever started it, and gives its address. Makes the cluster
 * on first use; recovers from a crash. Throws with the server's own words where it does not start, and where it is
 * stopping and does not end, since somebody is connected.
 */
export const startServer = async (home: string, patienceMs = STOPPING_MS): Promise<Server> => {
  await mkdir(home, { recursive: true });
  return withFileLock(path.join(home, 'postgres.lock'), async () => {
    const data = path.join(home, 'pgdata');
    const password = await passwordOf(home);
    if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(home, data);
    const url = (port: number, database: string) =>
      `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
    for (const until = Date.now() + ORPHANS_MS; ; await sleep(100)) {
      const running = await runningServer(home, data, patienceMs);
      const { pid, port } = running ?? (await launch(home, data));
      if (await isReady(url(port, 'postgres'), pid, data)) {
        await createDatabase(url(port, 'postgres'));
        return { url: url(port, 'everycent'), pid };
      }
      // It was told to stop before it could be asked: once it has, there will be another.
      if (running && isGoing(pid, data)) continue;
      const log = (await readFile(path.join(home, 'postgres.log'), 'utf8'))
        .trim()
        .split('\n')
        .slice(-8);
      // After its parent was killed, a backend may live on for a moment, and PostgreSQL rightly waits for its end.
      if (log.some((line) => line.includes('pre-existing shared memory')) && Date.now() < until)
        continue;
      throw new Error(
        `The embedded PostgreSQL in ${home} does not start. Its log ends:\n${log.join('\n')}`,
      );
    }
  });
};

/** The server that runs and will go on; waits for the end of one that is stopping, and throws where it does not end. */
const runningServer = async (
  home: string,
  data: string,
  patienceMs: number,
): Promise<{ pid: number; port: number } | undefined> => {
  for (const until = Date.now() + patienceMs; ; await sleep(20)) {
    const running = postmaster(data);
    if (running?.status !== 'stopping') return running;
    if (Date.now() > until) throw new Error(stillStopping(home, running.pid));
  }
};

const isGoing = (pid: number, data: string): boolean =>
  !isAlive(pid) || postmaster(data)?.status === 'stopping';

const stillStopping = (home: string, pid: number): string =>
  `The embedded PostgreSQL in ${home} (process ${pid}) was told to stop, and waits until nobody is connected to it. ` +
  'End the other Everycent processes of this folder, then try again.';

/**
 * Stops the server of this home folder if no other Everycent process is connected to it: the last one turns off the
 * light. Gives whether it stopped.
 */
export const stopServerIfIdle = async (home: string, url: string): Promise<boolean> =>
  withFileLock(path.join(home, 'postgres.lock'), async () => {
    const running = postmaster(path.join(home, 'pgdata'));
    if (!running || (await othersConnected(url))) return false;
    // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
    process.kill(running.pid, 'SIGINT');
    for (const until = Date.now() + STOP_MS; isAlive(running.pid) && Date.now() < until;)
      await sleep(10);
    if (isAlive(running.pid)) process.kill(running.pid, 'SIGQUIT');
    return true;
  });

/** The server that runs on a data folder; undefined where none does, though an old postmaster.pid may lie there. */
const postmaster = (data: string): { pid: number; port: number; status: string } | undefined => {
  let lines: string[];
  try {
    lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid) || !isWorkingIn(pid, data)) return undefined;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
};

/** After a crash another process may bear the old server's number; the real one works in its data folder. */
const isWorkingIn = (pid: number, folder: string): boolean => {
  if (!existsSync('/proc/self/cwd')) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
};

const passwordOf = async (home: string): Promise<string> => {
  const file = path.join(home, 'postgres.password');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const password = randomBytes(24).toString('hex');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
};

/** Makes the cluster in a folder of its own first, so that one cut short by a crash is simply made again. */
const initialise = async (home: string, data: string): Promise<void> => {
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = path.join(home, 'postgres.password');
  const user = serverUser();
  if (user) {
    await chown(fresh, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const { command, args, options } = serverProgram('initdb', [
    `--pgdata=${fresh}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: fresh, ...options });
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL could not make its cluster in ${data}: ${said(error)}`,
      { cause: error },
    );
  }
  await rename(fresh, data);
};

const said = (error: unknown): string => {
  const stderr =
    typeof error === 'object' && error !== null && 'stderr' in error
      ? String(error.stderr).trim()
      : '';
  return stderr || (error instanceof Error ? error.message : String(error));
};

const launch = async (home: string, data: string): Promise<{ pid: number; port: number }> => {
  const port = await choosePort(path.join(home, 'postgres.port'));
  await disown(path.join(data, 'postmaster.pid'));
  const { command, args, options } = serverProgram('postgres', [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(serverSettings()).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const logFile = path.join(home, 'postgres.log');
  const tooLong = existsSync(logFile) && statSync(logFile).size > LOG_LIMIT;
  const log = openSync(logFile, tooLong ? 'w' : 'a');
  // In a session of its own: Ctrl-C is for the service, which stops the database when its work is done.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: data,
    ...options,
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined)
    throw new Error(`The embedded PostgreSQL could not be started: ${command}`);
  return { pid: child.pid, port };
};

/**
 * PostgreSQL does not start while the process named in the file that a crash left behind is alive; here it is known to
 * be another's. The rest stays: with it PostgreSQL makes sure that no backend of its former life is still at work.
 */
const disown = async (file: string): Promise<void> => {
  if (!existsSync(file)) return;
  const lines = (await readFile(file, 'utf8')).split('\n');
  if (isAlive(Number(lines[0]))) await writeFile(file, [NOBODY, ...lines.slice(1)].join('\n'));
};

/** The port of last time if it is still free, so that whoever was connected finds the server again. */
const choosePort = async (file: string): Promise<number> => {
  const last = existsSync(file) ? Number(await readFile(file, 'utf8')) : 0;
  const free = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
      });
    });
  const port = await free(last).catch(() => free(0));
  await writeFile(file, String(port));
  return port;
};

/** Waits until the server takes connections; false if it ends or is stopped before that, or takes minutes. */
const isReady = async (url: string, pid: number, data: string): Promise<boolean> => {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(15)) {
    if (isGoing(pid, data)) return false;
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      // Not yet: it starts, or recovers from a crash.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
};

const createDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'everycent'");
    if (rowCount === 0) await client.query('create database everycent');
  } finally {
    await client.end();
  }
};

const othersConnected = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rowCount } = await client.query(
      "select from pg_stat_activity where application_name like 'everycent %' and application_name <> $1",
      [applicationName()],
    );
    return (rowCount ?? 0) > 0;
  } catch {
    // Unreachable: nobody can be working with it.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** How this process calls itself to the server. */
export const applicationName = (): string => `everycent ${process.pid}`;
