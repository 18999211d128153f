import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import type { Mix } from './bench/company-of.js';
import type { Left } from './bench/ground.js';
import type { JobResult } from './bench/measure.js';
import type { BenchServer } from './bench/site.js';

export const help = `Examples
  npm run bench                                every job at 100k deals
  npm run bench -- --size 1m --jobs 1,2,4,5    some jobs, a million deals
  npm run bench -- --size 10m --jobs 10        what a deal costs at 1M and at 10M (40 GB of disk)
  npm run bench -- --size 10m --jobs 10 --payees 10k    the same, with as many payees at both
  npm run bench -- --mix all                   the calculation, with components of every type
  npm run bench -- --write-docs                docs/performance.md and its plot anew, from the results

Measures the jobs of the performance goals against what the machine itself gives in the same run, prints a table
and writes test/bench/results/<date>.json. Each job is done by a process of its own. It makes databases of its own
and drops them: on the server of DATABASE_URL, or on an embedded one in a temporary folder.

  --size 10k|100k|1m|10m   deals (default 100k)
  --jobs 1,2,…             which jobs (default: all that there are)
  --runs N                 runs of each job (default 3)
  --mix simple|all         payees' plans: one commission (default), or components of every type (job 5 only)
  --payees 10|10k|…        how many payees there are (default: a hundredth of the deals)
  --json                   the report as one JSON object, instead of the table
  --write-docs             measures nothing; writes the newest result of each job into docs/performance.md
`;

const SIZES: Readonly<Record<string, number>> = {
  '10k': 10_000,
  '100k': 100_000,
  '1m': 1_000_000,
  '10m': 10_000_000,
};

const sizeOf = (text: string): number => {
  const size = SIZES[text.toLowerCase()];
  if (size === undefined)
    throw new UsageError(`--size ${text}: valid: ${Object.keys(SIZES).join(', ')}.`);
  return size;
};

const jobsOf = (text: string | undefined, known: readonly number[]): number[] => {
  if (text === undefined) return [...known];
  return text.split(',').map((item) => {
    const job = known.find((number) => String(number) === item.trim());
    if (job === undefined) throw new UsageError(`--jobs ${item}: valid: ${known.join(', ')}.`);
    return job;
  });
};

const MIXES: readonly Mix[] = ['simple', 'all'];

const mixOf = (text: string): Mix => {
  const mix = MIXES.find((name) => name === text);
  if (mix === undefined) throw new UsageError(`--mix ${text}: valid: ${MIXES.join(', ')}.`);
  return mix;
};

const CALCULATION = 5;

// The other jobs ask for payees of the simple company by their names.
const jobsWith = (mix: Mix, jobs: readonly number[]): number[] =>
  jobs.filter((job) => mix === 'simple' || job === CALCULATION);

const runsOf = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`--runs ${text}: valid: 1 to 99.`);
  return Number(text);
};

// Their numbers have six digits.
const payeesOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const [, number, thousands] = /^(\d{1,6})(k?)$/i.exec(text) ?? [];
  const payees = Number(number) * (thousands ? 1000 : 1);
  if (payees >= 10 && payees < 1_000_000) return payees;
  throw new UsageError(`--payees ${text}: valid: 10 to 999k.`);
};

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
};

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Node ${process.version}`;

const line = (job: JobResult): string => {
  const { value, unit, limit, ratio, peer, peerRatio, p50, p95, p99, pureSeconds } = job;
  const figures = [
    `${value} ${unit}`,
    limit === undefined ? '' : `limit ${limit}`,
    ratio === undefined ? '' : `ratio ${ratio}`,
    peer === undefined ? '' : `peer ${peer}`,
    peerRatio === undefined ? '' : `${peerRatio} x peer`,
    p95 === undefined ? '' : `p50 ${p50} p95 ${p95} p99 ${p99}`,
    pureSeconds === undefined ? '' : `pure ${pureSeconds} s, ${job.creditsPerSecond} credits/s`,
    `${job.memoryPeakMb} MB`,
  ].filter(Boolean);
  return `${String(job.job).padStart(3)}  ${figures.join('  ')}  ${job.name}\n`;
};

const RESULTS = path.join('test', 'bench', 'results');

const resultFile = (): string => {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return path.join(RESULTS, `${stamp}.json`);
};

const writeDocs = async (given: readonly string[], io: Io): Promise<number> => {
  const other = given.find((name) => name !== 'write-docs');
  if (other !== undefined)
    throw new UsageError(`--write-docs measures nothing: --${other} is not expected with it.`);
  const { writePerformance } = await import('./bench/docs.js');
  for (const file of writePerformance(RESULTS, 'docs')) io.err(`${file}\n`);
  return EXIT.fine;
};

interface Asked {
  readonly mix: Mix;
  readonly size: number;
  readonly jobs: readonly number[];
  readonly runs: number;
  readonly payees: number | undefined;
}

// Each job in a process of its own, so that its memory is its own; a database goes from one to the next.
async function* measured({ mix, size, jobs, runs, payees }: Asked, server: BenchServer, io: Io) {
  const [{ inProcess }, { JOBS, ORDER }, { GROWTH }] = await Promise.all([
    import('./bench/process.js'),
    import('./bench/jobs.js'),
    import('./bench/goals.js'),
  ]);
  const { companyOf } = await import('./bench/company-of.js');
  const site = await server.site(companyOf(size, mix, payees));
  let left: Left | undefined;
  for (const job of ORDER.filter((number) => jobs.includes(number))) {
    io.err(`job ${job} …\n`);
    const until = JOBS[job]?.needs;
    if (until) ({ left } = await inProcess({ site, left, do: { what: 'fill', until } }));
    const done = await inProcess({ site, left, do: { what: 'job', job, runs } });
    left = done.left;
    yield* done.results;
  }
  if (!jobs.includes(GROWTH)) return;
  io.err(`job ${GROWTH} …\n`);
  const { growth } = await import('./bench/growth.js');
  yield await growth(await server.site(companyOf(size / 10, 'simple', payees)), site, runs);
}

/** `bench [--size S] [--jobs LIST] [--runs N] [--mix simple|all] [--payees N]`, or `bench --write-docs`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    size: { type: 'string' },
    jobs: { type: 'string' },
    runs: { type: 'string' },
    mix: { type: 'string' },
    payees: { type: 'string' },
    json: { type: 'boolean' },
    'write-docs': { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  if (values['write-docs']) return writeDocs(Object.keys(values), io);
  const [{ JOBS }, { GROWTH }] = await Promise.all([
    import('./bench/jobs.js'),
    import('./bench/goals.js'),
  ]);
  const mix = mixOf(values.mix ?? 'simple');
  const all = [...Object.keys(JOBS).map(Number), GROWTH].sort((a, b) => a - b);
  const known = jobsWith(mix, all);
  const asked = {
    mix,
    size: sizeOf(values.size ?? '100k'),
    jobs: jobsOf(values.jobs, known),
    runs: runsOf(values.runs ?? '3'),
    payees: payeesOf(values.payees),
  };
  const { BenchServer: Servers } = await import('./bench/site.js');
  const server = await Servers.open(io.env);
  try {
    const jobs: JobResult[] = [];
    for await (const result of measured(asked, server, io)) {
      jobs.push(result);
      if (!values.json) io.out(line(result));
    }
    jobs.sort((a, b) => a.job - b.job);
    const postgres = await server.version();
    const { size, payees } = asked;
    const report = { commit: commit(), machine: machine(), postgres, size, mix, payees, jobs };
    const file = resultFile();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
    if (values.json) io.out(`${JSON.stringify(report)}\n`);
    io.err(`${file}\n`);
  } finally {
    await server.close();
  }
  return EXIT.fine;
};
