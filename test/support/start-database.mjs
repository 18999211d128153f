import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepare } from '../../scripts/prepare.mjs';

const PREFIX = 'everycent-test-';

/**
 * Before the specs: what is built is what is tested, and one PostgreSQL serves them all. `freshDatabase()` of #testing
 * copies its migrated `everycent` database.
 */
export default async function startDatabase() {
  prepare();
  sweep();
  const { startServer } = await import('../../dist/libs/event-store/src/embedded.postgres.js');
  const { migrate } = await import('../../dist/libs/event-store/src/migrate.postgres.js');
  const home = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  const { url, pid } = await startServer(home, false);
  await migrate(url);
  process.env.EVERYCENT_TEST_DATABASE = url;
  globalThis.everycentTest = { home, pid };
}

/** A run that was killed leaves its server behind: it goes when the next one begins. */
function sweep() {
  for (const name of readdirSync(tmpdir())) {
    const runner = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : 0);
    if (runner === 0 || isAlive(runner)) continue;
    const home = path.join(tmpdir(), name);
    try {
      const file = readFileSync(path.join(home, 'pgdata/postmaster.pid'), 'utf8');
      const pid = Number(file.split('\n')[0]);
      // Of a file that is still empty it would be 0, which is everybody in this process's own group.
      if (pid > 0) process.kill(pid, 'SIGQUIT');
    } catch {
      // Its server has gone too.
    }
    rmSync(home, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
