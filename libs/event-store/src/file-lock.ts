import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const STALE_MS = 30_000;
const HEARTBEAT_MS = 5_000;

/** Whether a process of that number runs, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Runs the work while no other process runs work under the same lock file. A lock whose holder died is void. */
export const withFileLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  while (!(await acquired(file))) {
    if (await isStale(file))
      await rename(file, `${file}.${process.pid}.tmp`).catch(() => undefined);
    else await sleep(20);
  }
  await rm(`${file}.${process.pid}.tmp`, { force: true });
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
};

const acquired = async (file: string): Promise<boolean> => {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const isStale = async (file: string): Promise<boolean> => {
  try {
    const holder = Number(await readFile(file, 'utf8'));
    const { mtimeMs } = await stat(file);
    // Numbers of processes are used again, so life alone is no proof; and a file just made has no number yet.
    return (holder > 0 && !isAlive(holder)) || Date.now() - mtimeMs > STALE_MS;
  } catch {
    return false;
  }
};
