import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../../apps/api/src/caller.js';
import { developmentToken } from '../../apps/api/src/development-issuer.js';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');

/** A folder on a disk of its own, which is soon full. */
export interface SmallDisk {
  readonly folder: string;
  readonly megabytes: number;
}

// Only the command sees the disk, and it goes when the last process that sees it ends. Without root it is mounted in a
// user namespace, and the command runs as who he was.
const onSmallDisk = (
  { folder, megabytes }: SmallDisk,
  command: readonly string[],
): [string, ...string[]] => {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const back = uid === 0 ? [] : ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`];
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=1777 tmpfs "$0" && exec "$@"`;
  const inside = ['sh', '-c', mount, folder, ...back, ...command];
  return ['unshare', ...(uid === 0 ? [] : ['--user', '--map-root-user']), '--mount', ...inside];
};

/** Runs a verb of the built program in a process of its own. */
export const everycent = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  disk?: SmallDisk,
): ChildProcess => {
  const plain = [process.execPath, PROGRAM, ...args] as [string, ...string[]];
  const [command, ...rest] = disk ? onSmallDisk(disk, plain) : plain;
  return spawn(command, rest, {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};

/** What came of a request: an answer, or none because there was nobody to give it. */
export type Outcome =
  | {
      readonly status: number;
      readonly headers: Headers;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | undefined;

/** The real service in a process of its own, on an embedded PostgreSQL of its own that flushes to disk. */
export class RealService {
  private child: ChildProcess | undefined;
  /** What it wrote since it was started last. */
  said = '';
  /** When it was last ready, as `Date.now()` says it. */
  readyAt = 0;

  private constructor(
    readonly home: string,
    private readonly port: number,
    /** Where its small disk is, if it has one; seen from outside. */
    private readonly disk?: SmallDisk,
  ) {}

  /** `megabytes` gives it a disk of that size, which only it can see, on the folder `disk`. */
  static async start(megabytes?: number): Promise<RealService> {
    // Closed to everybody else: as root the server runs as a user who could not pass through here.
    const folder = mkdtempSync(path.join(tmpdir(), 'everycent-chaos-'));
    const small = megabytes && { folder: path.join(folder, 'disk'), megabytes };
    if (small) mkdirSync(small.folder);
    const service = new RealService(
      path.join(folder, 'home'),
      await freePort(),
      small || undefined,
    );
    await service.start();
    return service;
  }

  /** Starts it again on the same port; gives how many milliseconds it took to be ready. */
  async start(): Promise<number> {
    const began = performance.now();
    this.said = '';
    const env = { EVERYCENT_HOME: this.home, PORT: String(this.port) };
    const child = everycent(['start', '--no-demo'], env, this.disk);
    this.child = child;
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (text: Buffer) => {
        this.said += text;
        if (this.said.includes('Everycent is at')) resolve();
      });
      child.once('exit', (code) =>
        reject(new Error(`The service ended with ${code}:\n${this.said}`)),
      );
    });
    child.stdout?.on('data', (text: Buffer) => (this.said += text));
    await ready;
    this.readyAt = Date.now();
    return performance.now() - began;
  }

  /** The folder of the small disk as the database and everybody else inside names it. */
  get diskInside(): string {
    return (this.disk as SmallDisk).folder;
  }

  /** The same folder as it is reached from outside. */
  get diskOutside(): string {
    return path.join('/proc', String(this.databasePid), 'root', this.diskInside);
  }

  // A server that starts makes its file first and writes its number into it then.
  private get databasePid(): number | undefined {
    const file = readFileSync(path.join(this.home, 'pgdata/postmaster.pid'), 'utf8');
    return Number(file.split('\n')[0]) || undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Crashes the database as `pg_ctl stop -m immediate` does; false where it is down already. */
  crashDatabase(signal: 'SIGQUIT' | 'SIGKILL' = 'SIGQUIT'): boolean {
    try {
      const pid = this.databasePid;
      // Number 0 would be the whole group: this process, and whoever started it.
      return pid !== undefined && process.kill(pid, signal);
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes(`${(error as NodeJS.ErrnoException).code}`)) return false;
      throw error;
    }
  }

  async token(caller: Caller): Promise<string> {
    return developmentToken(this.home, caller);
  }

  /** Sends one request; undefined where no answer came. */
  async send(
    token: string,
    method: 'GET' | 'POST',
    where: string,
    { body, key, seen }: { body?: object; key?: string; seen?: string } = {},
  ): Promise<Outcome> {
    try {
      const answer = await fetch(`${this.url}${where}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          ...(key !== undefined && { 'Idempotency-Key': key }),
          ...(seen !== undefined && { 'If-Match': seen }),
        },
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
        signal: AbortSignal.timeout(15_000),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        body: JSON.parse(text) as Record<string, unknown>,
      };
    } catch {
      return undefined;
    }
  }

  /** Sends until there is an answer that is not "try again". */
  async insist(...request: Parameters<RealService['send']>): Promise<NonNullable<Outcome>> {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
      const answer = await this.send(...request);
      if (answer && answer.status !== 503 && answer.status !== 429) return answer;
    }
    throw new Error(
      `No answer to ${request[1]} ${request[2]} in a minute. The service said:\n${this.said}`,
    );
  }

  /** Stops it in order, and forgets everything. */
  async close(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(path.dirname(this.home), { recursive: true, force: true });
  }
}
