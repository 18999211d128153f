// Makes a fresh checkout runnable: installs what the lock file says, builds what changed. Node only, quick when
// there is nothing to do. Everything it says goes to stderr, since stdout belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const stampFile = '.stamp';

const SOURCE_FOLDERS = ['libs', 'apps', 'migrations'];
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Every source file of the build, relative to the checkout, in a stable order. */
export function sources() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = `${folder}/${entry.name}`;
      if (file === 'apps/console' || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) walk(file);
      else if (entry.name.endsWith('.ts')) found.push(file);
    }
  };
  for (const folder of SOURCE_FOLDERS) if (existsSync(path.join(root, folder))) walk(folder);
  return found.sort();
}

/** Changes whenever a source is added, removed or edited, or the compiler's settings are. */
export function sourceStamp() {
  const hash = createHash('sha256');
  for (const file of [...sources(), '.swcrc', 'scripts/build.mjs']) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

const isBuilt = () => {
  try {
    return read(`dist/${stampFile}`) === sourceStamp();
  } catch {
    return false;
  }
};

/** Compares the lock file with npm's own record of what it has put into node_modules. */
const isInstalled = () => {
  const marker = path.join(root, 'node_modules/.cache/everycent/lock.sha256');
  const lock = read('package-lock.json');
  const hash = createHash('sha256').update(lock).digest('hex');
  try {
    if (
      readFileSync(marker, 'utf8') === hash &&
      existsSync(path.join(root, 'node_modules/@swc/core'))
    )
      return true;
  } catch {
    // No marker yet: look closer.
  }
  try {
    const there = JSON.parse(read('node_modules/.package-lock.json')).packages;
    const missing = Object.entries(JSON.parse(lock).packages).some(
      ([name, { version, optional, devOptional }]) =>
        name !== '' && !optional && !devOptional && there[name]?.version !== version,
    );
    if (missing) return false;
  } catch {
    return false;
  }
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, hash);
  return true;
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const isAbandoned = (lock) => {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // A file without a number yet is being written at this moment; numbers of processes are used again.
    return (owner > 0 && !isAlive(owner)) || Date.now() - statSync(lock).mtimeMs > 15 * 60_000;
  } catch {
    return false;
  }
};

const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Two commands started at once: one prepares, the other waits for it. A lock whose owner is gone is void. */
function locked(work) {
  const lock = path.join(root, '.prepare.lock.tmp');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    else pause(50);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

const say = (text) => process.stderr.write(`${text}\n`);

const run = (command, args, what) => {
  // Both of the child's outputs go to our stderr.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) {
    say(`${what} failed${error ? `: ${error.message}` : ''}.`);
    process.exit(status || 1);
  }
};

/** Installs and builds where needed; ends the process with a message where that is impossible. */
export function prepare() {
  // An installed package brings dist/ and no lock file; in production nothing is built at start.
  if (!existsSync(path.join(root, 'package-lock.json')) || process.env.NODE_ENV === 'production')
    return;
  if (isInstalled() && isBuilt()) return;
  locked(() => {
    if (!isInstalled()) {
      say('Installing packages (once; takes about half a minute) ...');
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing packages');
      isInstalled();
    }
    if (!isBuilt()) run(process.execPath, [path.join(root, 'scripts/build.mjs')], 'The build');
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();
