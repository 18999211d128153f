// Plants each bug of this folder by itself in a copy of the checkout, runs the specs that its patch names, and says
// whether they caught it: a suite that finds no planted bug would not find a real one either.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/prepare.mjs';

const folder = path.join(root, 'test/planted');
const ENOUGH = 29;

const help = `Usage: npm run planted [-- NAME ...]
Plants the bugs of test/planted whose names contain one of the words, or all, one after the other.
A patch begins with what the bug is; then "Specs:" the files to run, "Only:" the names of the tests to run in them,
"Database: yes" where they need one. Exit 1 if fewer than ${ENOUGH} of 30 are caught, or a spec fails without any bug.
`;

const readPatch = (file) => {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  return {
    file,
    bug: text.split('\n', 1)[0],
    specs: (field('Specs') ?? '').split(' '),
    only: field('Only'),
    database: field('Database') === 'yes',
  };
};

const copyOfCheckout = () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'everycent-planted-'));
  const { stdout } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root },
  );
  for (const file of String(stdout)
    .split('\0')
    .filter((name) => name !== '' && name !== 'node_modules')) {
    const to = path.join(copy, file);
    mkdirSync(path.dirname(to), { recursive: true });
    try {
      cpSync(path.join(root, file), to);
    } catch (error) {
      // Deleted, and not yet committed so.
      if (error.code !== 'ENOENT') throw error;
    }
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
};

const jest = (cwd, { specs, only, database }) =>
  spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      '--bail',
      '--silent',
      '--ci',
      '--runTestsByPath',
      ...(database ? [] : ['--globalSetup=', '--globalTeardown=']),
      ...(only ? [`--testNamePattern=${only}`] : []),
      ...specs,
    ],
    { cwd, encoding: 'utf8', timeout: 300_000 },
  );

const apply = (cwd, file, ...more) =>
  spawnSync('git', ['apply', '-C1', ...more, path.join(folder, file)], { cwd, encoding: 'utf8' });

// What fails by itself catches nothing: each spec must be in order before a bug is planted.
const soundWithout = (copy, patches) => {
  const kinds = new Map(patches.map((patch) => [JSON.stringify([patch.specs, patch.only]), patch]));
  return (
    [...kinds.values()].filter((patch) => {
      const { status, stderr } = jest(copy, patch);
      if (status !== 0)
        console.log(`Fails without any bug: ${patch.specs.join(' ')}\n${stderr.slice(0, 2000)}`);
      return status !== 0;
    }).length === 0
  );
};

const plant = (copy, patch) => {
  const applied = apply(copy, patch.file);
  if (applied.status !== 0) return `does not apply: ${applied.stderr.trim().split('\n')[0]}`;
  const { status, stderr } = jest(copy, patch);
  apply(copy, patch.file, '--reverse');
  if (status === 0) return 'NOT CAUGHT';
  const first = /●.*› (.*)/.exec(stderr)?.[1];
  return first
    ? `caught by "${first.trim()}"`
    : `NOT CAUGHT: no test failed\n${stderr.slice(-1000)}`;
};

const words = process.argv.slice(2);
if (words.includes('--help')) {
  process.stdout.write(help);
  process.exit(0);
}
const patches = readdirSync(folder)
  .filter((file) => file.endsWith('.patch'))
  .sort()
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map(readPatch);
const copy = copyOfCheckout();
try {
  let caught = 0;
  const isSound = soundWithout(copy, patches);
  for (const patch of patches) {
    const started = performance.now();
    const verdict = plant(copy, patch);
    if (verdict.startsWith('caught')) caught += 1;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${patch.file.replace('.patch', '')}  ${verdict}  (${seconds} s)\n    ${patch.bug}`,
    );
  }
  console.log(`${caught} of ${patches.length} planted bugs caught.`);
  process.exitCode = isSound && caught >= patches.length - (30 - ENOUGH) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
