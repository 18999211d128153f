import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** After the specs: nobody misses their databases. */
export default async function stopDatabase() {
  const { home, pid } = globalThis.everycentTest;
  process.kill(pid, 'SIGQUIT');
  for (let waited = 0; waited < 5000 && isAlive(pid); waited += 10) await sleep(10);
  rmSync(home, { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
