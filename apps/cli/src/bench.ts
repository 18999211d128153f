import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import type { JobResult } from './bench/measure.js';

export const help = `Examples
  npm run bench                                every job at 100k deals
  npm run bench -- --size 1m --jobs 1,2,4,5    some jobs, a million deals
  npm run bench -- --size 10k --runs 5

Measures the jobs of the performance goals against what the machine itself gives in the same run, prints a table
and writes test/bench/results/<date>.json. It makes databases of its own and drops them: on the server of
DATABASE_URL, or on an embedded one in a temporary folder.

  --size 10k|100k|1m|10m   deals (default 100k)
  --jobs 1,2,…             which jobs (default: all that there are)
  --runs N                 runs of each job (default 3)
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

const runsOf = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`--runs ${text}: valid: 1 to 99.`);
  return Number(text);
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
  const { value, unit, limit, ratio, p95, pureSeconds, memoryPeakMb } = job;
  const figures = [
    `${value} ${unit}`,
    limit === undefined ? '' : `limit ${limit}`,
    ratio === undefined ? '' : `ratio ${ratio}`,
    p95 === undefined ? '' : `p95 ${p95}`,
    pureSeconds === undefined ? '' : `pure ${pureSeconds} s`,
    `${memoryPeakMb} MB`,
  ].filter(Boolean);
  return `${String(job.job).padStart(3)}  ${figures.join('  ')}  ${job.name}\n`;
};

const resultFile = (): string => {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return path.join('test', 'bench', 'results', `${stamp}.json`);
};

/** `bench [--size S] [--jobs LIST] [--runs N]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    size: { type: 'string' },
    jobs: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const { JOBS } = await import('./bench/jobs.js');
  const known = Object.keys(JOBS).map(Number);
  const [size, asked, runs] = [
    sizeOf(values.size ?? '100k'),
    jobsOf(values.jobs, known),
    runsOf(values.runs ?? '3'),
  ];
  const { Ground } = await import('./bench/ground.js');
  const ground = new Ground(size, io.env);
  const jobs: JobResult[] = [];
  try {
    await ground.prepare();
    for (const number of asked) {
      io.err(`job ${number} …\n`);
      for (const result of await (JOBS[number] as NonNullable<(typeof JOBS)[number]>)(
        ground,
        runs,
      )) {
        jobs.push(result);
        if (!values.json) io.out(line(result));
      }
    }
    const report = {
      commit: commit(),
      machine: machine(),
      postgres: await ground.version(),
      size,
      jobs,
    };
    const file = resultFile();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
    if (values.json) io.out(`${JSON.stringify(report)}\n`);
    io.err(`${file}\n`);
  } finally {
    await ground.close();
  }
  return EXIT.fine;
};
