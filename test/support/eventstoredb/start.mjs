// Starts the stand-in for EventStoreDB and stops it again, for specs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./server.mjs', import.meta.url));

/** Gives the server's connection string, and `stop`, which kills it as a power cut would. */
export async function startEventStore(...args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The stand-in for EventStoreDB did not start: exit code ${code}.`);
    }),
  ]);
  const { port } = JSON.parse(String(line));
  return {
    port,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
