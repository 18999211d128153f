import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(
  new URL('../../../test/support/eventstoredb/server.mjs', import.meta.url),
);

/** A stand-in for an EventStoreDB, in a process of its own. */
export interface EventStoreServer {
  /** Its connection string. */
  readonly url: string;
  /** Kills it as a power cut would; what it has acknowledged stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with all that it has acknowledged. */
  restart(): Promise<void>;
  /** Stops it and forgets everything. */
  close(): Promise<void>;
}

/** A stand-in that can be told what to refuse. */
export interface EventStoreStandIn extends EventStoreServer {
  /** The next call of that name fails so; the stand-in's `faults.mjs` says what there is. */
  refuse(call: string, how: object): Promise<void>;
  /** It no longer answers, and closes no connection: a machine that is switched off. */
  freeze(): void;
}

/** Starts a stand-in for an EventStoreDB for a spec file; `args` are those of its program. */
export const startEventStoreServer = async (...args: string[]): Promise<EventStoreStandIn> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'everycent-log-'));
  const start = async (port: number) => {
    const journal = path.join(folder, 'journal');
    const given = ['--port', String(port), '--journal', journal, ...args];
    const child = spawn(process.execPath, [PROGRAM, ...given], {
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`The stand-in for EventStoreDB did not start: exit code ${code}.`);
    });
    const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
    failed.catch(() => undefined);
    return { child, port: (JSON.parse(String(line)) as { port: number }).port };
  };

  let running = await start(0);
  const kill = async (): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    url: `esdb://127.0.0.1:${running.port}?tls=false`,
    kill,
    refuse: async (call, how) => {
      const { stdin, stdout } = running.child;
      stdin.write(`${JSON.stringify({ call, ...how })}\n`);
      await once(stdout, 'data');
    },
    freeze: () => void running.child.kill('SIGSTOP'),
    restart: async () => {
      await kill();
      running = await start(running.port);
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/**
 * The server or cluster that `EVENTSTORE_URL` names, if it does; its log must be empty. Killing and restarting it are the
 * commands in `EVENTSTORE_NODE_DOWN` and `EVENTSTORE_NODE_UP`, which take one node away and bring it back.
 */
export const namedEventStoreServer = (): EventStoreServer | undefined => {
  const { EVENTSTORE_URL: url } = process.env;
  if (!url) return undefined;
  // A node that did not go away would let a test pass that has tried nothing.
  const run = async (variable: 'EVENTSTORE_NODE_DOWN' | 'EVENTSTORE_NODE_UP'): Promise<void> => {
    const command = process.env[variable];
    if (!command) return;
    const [code] = await once(spawn(command, { shell: true, stdio: 'inherit' }), 'exit');
    if (code !== 0) throw new Error(`${variable} ended with ${code}: ${command}`);
  };
  return {
    url,
    kill: () => run('EVENTSTORE_NODE_DOWN'),
    restart: async () => {
      await run('EVENTSTORE_NODE_DOWN');
      await run('EVENTSTORE_NODE_UP');
    },
    close: async () => undefined,
  };
};
