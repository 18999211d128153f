// The destructive tests at their sizes. Says what was reached, and remembers the seed of what failed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/prepare.mjs';

const help = `Usage: npm run chaos [-- --size short|full] [--seed N] [WORD ...]
Runs the destructive tests of test/chaos, and those laws that are tried with random commands, whose names contain one of
the words, or all. short takes some minutes, full longer; npm test runs a small version of each.
The seed of a run that failed is kept in test/chaos/regressions.json; those are run first.
`;

/** Specs that live beside what they try, and how many runs they are given. */
const ELSEWHERE = [
  {
    spec: 'apps/worker/src/incremental.spec.ts',
    short: { INCREMENTAL_RUNS: 10, INCREMENTAL_LENGTH: 60 },
    full: { INCREMENTAL_RUNS: 300, INCREMENTAL_LENGTH: 200 },
  },
  ...['recording', 'sums'].map((name) => ({
    spec: `test/laws/${name}.spec.ts`,
    short: { EVERYCENT_RUNS: 100 },
    full: { EVERYCENT_RUNS: 1000 },
  })),
  { spec: 'libs/audit/src/tampered-log.spec.ts' },
  {
    spec: 'test/api/hostile.spec.ts',
    short: { HOSTILE_REQUESTS: 5000 },
    full: { HOSTILE_REQUESTS: 20_000 },
  },
];
const HERE = [
  'crashes',
  'import',
  'cut-connections',
  'disk-full',
  'log',
  'races',
  'same-bytes',
  'as-of',
  'splits',
  'overload',
].map((name) => ({ spec: `test/chaos/${name}.spec.ts` }));
const REGRESSIONS = path.join(root, 'test/chaos/regressions.json');

const { values, positionals } = parseArgs({
  options: {
    size: { type: 'string', default: 'short' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
});
const { size } = values;
if (values.help || !['short', 'full'].includes(size)) {
  process.stdout.write(help);
  process.exit(values.help ? 0 : 2);
}

const jest = ({ spec, ...more }, seed) => {
  const env = Object.fromEntries(
    Object.entries(more[size] ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--runInBand',
      '--verbose',
      '--testTimeout=3600000',
      '--runTestsByPath',
      spec,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...env,
        EVERYCENT_CHAOS: size,
        EVERYCENT_SEED: String(seed),
        SEED: String(seed),
      },
    },
  );
  return status === 0;
};

const remembered = existsSync(REGRESSIONS) ? JSON.parse(readFileSync(REGRESSIONS, 'utf8')) : [];
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`Seed ${seed}, size ${size}. EVERYCENT_SEED or --seed runs it again.`);
const chosen = [...HERE, ...ELSEWHERE]
  .filter(({ spec }) => existsSync(path.join(root, spec)))
  .filter(
    ({ spec }) => positionals.length === 0 || positionals.some((word) => spec.includes(word)),
  );
const failed = [];
for (const run of chosen) {
  const seeds = [
    ...new Set([
      ...remembered.filter(({ spec }) => spec === run.spec).map((known) => known.seed),
      seed,
    ]),
  ];
  for (const one of seeds) {
    const began = performance.now();
    const isFine = jest(run, one);
    console.log(
      `${isFine ? 'held  ' : 'FAILED'} ${run.spec} (seed ${one}, ${((performance.now() - began) / 1000).toFixed(0)} s)`,
    );
    if (!isFine) failed.push({ spec: run.spec, seed: one });
  }
}
const fresh = failed.filter(
  (one) => !remembered.some(({ spec, seed: known }) => spec === one.spec && known === one.seed),
);
if (fresh.length > 0)
  writeFileSync(REGRESSIONS, `${JSON.stringify([...remembered, ...fresh], null, 1)}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
