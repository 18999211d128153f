import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from './embedded.postgres.js';
import { isAlive } from './file-lock.js';

/** Real processes on a real embedded server: each opens the database, records something, and does as it is told. */
const program = (then: string): string => `
  import { openDatabase, PostgresEventStore, readConfiguration } from '#event-store';
  const database = await openDatabase(readConfiguration());
  const store = new PostgresEventStore(database.pool);
  const append = () => store.append('deal-' + process.pid, [{ type: 'Noted', data: {} }], 'any',
    { recorded: new Date().toISOString(), by: 'spec', commandId: String(Math.random()) });
  await append();
  console.log('open');
  ${then}`;

const CLOSE = 'await database.close();';
const STAY = 'setInterval(() => undefined, 1000);';

let home: string;
const started: ChildProcess[] = [];

const start = (then: string): ChildProcess => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(then)], {
    env: { ...process.env, EVERYCENT_HOME: home, DATABASE_URL: '', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr?.on('data', (text: Buffer) => process.stderr.write(text));
  started.push(child);
  return child;
};

const opened = (child: ChildProcess): Promise<unknown> =>
  once(child.stdout as NonNullable<typeof child.stdout>, 'data');
const ended = async (child: ChildProcess): Promise<number | string | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
};
const run = (then: string): Promise<number | string | null> => ended(start(then));

/** The server's number, or 0 if none runs. */
const server = async (): Promise<number> => {
  const text = await readFile(path.join(home, 'pgdata/postmaster.pid'), 'utf8').catch(() => '0');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 && isAlive(pid) ? pid : 0;
};
const stopped = async (): Promise<boolean> => {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if ((await server()) === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};

beforeAll(async () => {
  // Closed to everybody else: as root the server runs as a user who could not pass through here.
  home = path.join(await mkdtemp(path.join(tmpdir(), 'everycent-spec-')), 'home');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  const pid = await server();
  if (pid > 0) process.kill(pid, 'SIGQUIT');
  await stopped();
  await rm(path.dirname(home), { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('is made once when two processes want it at the same time, and stops with the last', async () => {
    expect(await Promise.all([run(CLOSE), run(CLOSE)])).toEqual([0, 0]);
    expect(await server()).toBe(0);
  });

  it('is shared, and goes on while one of two still uses it', async () => {
    const staying = start(STAY);
    await opened(staying);
    const pid = await server();
    expect(await run(CLOSE)).toBe(0);
    expect(await server()).toBe(pid);
    staying.kill('SIGINT');
    expect(await ended(staying)).toBe('SIGINT');
    expect(await server()).toBe(0);
  });

  it('stops on SIGTERM, and when its process ends without closing it', async () => {
    const terminated = start(STAY);
    await opened(terminated);
    terminated.kill('SIGTERM');
    expect(await ended(terminated)).toBe('SIGTERM');
    expect(await server()).toBe(0);
    expect(await run('process.exit(3);')).toBe(3);
    expect(await stopped()).toBe(true);
  });

  it('serves others after one of its processes has ended without closing it', async () => {
    const staying = start(STAY);
    await opened(staying);
    const pid = await server();
    expect(await run('process.exit(3);')).toBe(3);
    expect(await run(CLOSE)).toBe(0);
    expect(await server()).toBe(pid);
    staying.kill('SIGTERM');
    expect(await ended(staying)).toBe('SIGTERM');
    expect(await server()).toBe(0);
  });

  it('says so where it was told to stop and others are still connected', async () => {
    const staying = start(STAY);
    await opened(staying);
    // PostgreSQL's smart shutdown: it takes nobody in, and waits for those who are there.
    process.kill(await server(), 'SIGTERM');
    await expect(startServer(home, 300)).rejects.toThrow('waits until nobody is connected to it');
    staying.kill('SIGTERM');
    expect(await ended(staying)).toBe('SIGTERM');
    expect(await server()).toBe(0);
  });

  it('is not taken for one that will answer where it stops just then', async () => {
    const staying = start(STAY);
    await opened(staying);
    const pid = await server();
    // It has been told to stop, and has not yet said so when it is looked for.
    process.kill(pid, 'SIGSTOP');
    process.kill(pid, 'SIGTERM');
    const wanted = startServer(home, 300);
    const refused = expect(wanted).rejects.toThrow('waits until nobody is connected to it');
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(pid, 'SIGCONT');
    await refused;
    // Once nobody is connected any more it ends, and whoever came meanwhile has another one.
    const waiting = startServer(home);
    staying.kill('SIGKILL');
    expect((await waiting).pid).not.toBe(pid);
    expect(await run(CLOSE)).toBe(0);
    expect(await stopped()).toBe(true);
  });

  it('survives the killing of its process, and of everything', async () => {
    const killed = start(STAY);
    await opened(killed);
    killed.kill('SIGKILL');
    await ended(killed);
    expect(await server()).toBeGreaterThan(0);
    expect(await run(CLOSE)).toBe(0);
    expect(await server()).toBe(0);

    const both = start(STAY);
    await opened(both);
    process.kill(await server(), 'SIGKILL');
    both.kill('SIGKILL');
    await ended(both);
    // The number in the file that was left behind is by now that of another process: this one.
    const file = path.join(home, 'pgdata/postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    expect(await run(CLOSE)).toBe(0);
    expect(await stopped()).toBe(true);
  });

  it('is started again when it crashes under a running service', async () => {
    const service = start(`
      for (;;) {
        try { await append(); await new Promise((resolve) => setTimeout(resolve, 5)); }
        catch (error) {
          if (error.name !== 'LogUnavailable') throw error;
          break;
        }
      }
      for (;;) {
        try { await append(); break; } catch { await new Promise((resolve) => setTimeout(resolve, 20)); }
      }
      await database.close();`);
    await opened(service);
    const pid = await server();
    process.kill(pid, 'SIGQUIT');
    expect(await ended(service)).toBe(0);
    expect(await server()).toBe(0);
  });
});
