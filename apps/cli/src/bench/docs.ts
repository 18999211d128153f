import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GOALS, GROWTH, isReached } from './goals.js';
import type { Cost, JobResult, Report } from './measure.js';
import { costPlot } from './plot.js';

interface Found {
  readonly report: Report;
  /** The name of its file, which begins with its day. */
  readonly file: string;
}

/** What the goals are about; that of the growth is about every decade. */
const GOAL_SIZE = 1_000_000;
const DECADES = [GOAL_SIZE, 10 * GOAL_SIZE];

const reportsIn = (folder: string): Found[] => {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const report = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Report;
    return { report, file };
  });
};

// The size asked for before smaller ones, and the newest.
const newest = (reports: readonly Found[], job: number, size: number): Found | undefined =>
  reports
    // The goals are about simple plans.
    .filter(({ report }) => report.mix !== 'all' && report.payees === undefined)
    .filter(({ report }) => report.jobs.some((result) => result.job === job))
    .filter(({ report }) => report.size <= size)
    .sort((a, b) => a.report.size - b.report.size || (a.file < b.file ? -1 : 1))
    .at(-1);

const SIZES: Readonly<Record<number, string>> = {
  10_000: '10k',
  100_000: '100k',
  1_000_000: '1m',
  10_000_000: '10m',
};

const grouped = (figure: number): string =>
  figure.toLocaleString('en-US', { maximumFractionDigits: figure < 100 ? 2 : 0 });

const figuresOf = (result: JobResult): string => {
  const { value, unit, p50, p95, p99, pureSeconds } = result;
  const times = p95 === undefined ? '' : `; p50 ${p50}, p95 ${p95}, p99 ${p99} ms`;
  const pure = pureSeconds === undefined ? '' : `; pure ${pureSeconds} s`;
  return `${grouped(value)} ${unit}${times}${pure}`;
};

const against = (figure: number | undefined, ratio: number | undefined): string => {
  if (figure === undefined) return '';
  return ratio === undefined ? grouped(figure) : `${grouped(figure)} (${grouped(ratio)})`;
};

const rowOf = (result: JobResult, place: number, { report, file }: Found): string => {
  const [goal, reached] =
    place === 0 ? [GOALS[result.job]?.words, isReached(report, result.job)] : [];
  const cells = [
    place === 0 ? String(result.job) : '',
    result.name,
    figuresOf(result),
    against(result.limit, result.ratio),
    against(result.peer, result.peerRatio),
    `${result.memoryPeakMb} MB`,
    goal ?? '',
    reached === undefined ? '' : reached ? 'yes' : '**no**',
    `\`--size ${SIZES[report.size]} --jobs ${result.job}\`, ${file.slice(0, 10)}, ${report.commit.slice(0, 7)}`,
  ];
  return `| ${cells.join(' | ')} |`;
};

const HEAD = `| job | what | figure | limit (ratio) | peer (ratio) | memory | goal | reached | measured by \`npm run bench --\`, on, at |
|---|---|---|---|---|---|---|---|---|`;

const tableOf = (reports: readonly Found[]): string => {
  const rows = Object.keys(GOALS)
    .map(Number)
    .flatMap((job) => {
      const sizes = job === GROWTH ? DECADES : [GOAL_SIZE];
      const found = new Set(sizes.flatMap((size) => newest(reports, job, size) ?? []));
      if (found.size === 0)
        return [`| ${job} | not measured yet | | | | | ${GOALS[job]?.words} | | |`];
      return [...found].flatMap((one) => {
        const results = one.report.jobs.filter((result) => result.job === job);
        return results.map((result, place) => rowOf(result, place, one));
      });
    });
  const last = reports.at(-1)?.report;
  const where = last ? `${last.machine}; PostgreSQL ${last.postgres}` : 'nowhere yet';
  return `Measured on: ${where}.\n\n${[HEAD, ...rows].join('\n')}`;
};

interface Grown extends Cost {
  /** How much more than at a tenth of the size, measured in one run; of the smallest size it is not known. */
  readonly more?: number | undefined;
}

// The newest figures of each size. What of two runs is compared would say how the machine has changed, too.
const costsOf = (reports: readonly Found[], isOfSamePayees: boolean): Grown[] => {
  const bySize = new Map<number, Grown>();
  for (const { report } of reports) {
    if ((report.payees !== undefined) !== isOfSamePayees) continue;
    for (const { costs = [] } of report.jobs) {
      for (const [i, cost] of costs.entries()) {
        const before = costs[i - 1];
        const more = before ? cost.micros / before.micros - 1 : bySize.get(cost.deals)?.more;
        bySize.set(cost.deals, { ...cost, more });
      }
    }
  }
  return [...bySize.values()]
    .filter(({ deals }) => SIZES[deals] !== undefined)
    .sort((a, b) => a.deals - b.deals);
};

const whole = (number: number): string => number.toLocaleString('en-US');

const growthRows = (costs: readonly Grown[]): string[] =>
  costs.map(({ deals, payees = deals / 100, micros, memoryPeakMb, more }) => {
    const grown = more === undefined ? '' : `${grouped(more * 100)}%`;
    return `| ${whole(deals)} | ${whole(payees)} | ${grouped(micros)} | ${grown} | ${memoryPeakMb} MB |`;
  });

// First the company that grows as a whole, then the one whose deals alone become more.
const growthOf = (costs: readonly Grown[], ofSamePayees: readonly Grown[]): string => {
  const rows = [...growthRows(costs), ...growthRows(ofSamePayees)];
  if (rows.length === 0) return 'Not measured yet.';
  const head = [
    '| deals | payees | µs a deal | more than before | memory |',
    '|---|---|---|---|---|',
  ];
  return [...head, ...rows].join('\n');
};

const between = (text: string, name: string, content: string): string => {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/performance.md lost its marks ${begin} … ${end}.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
};

/** Writes what the results say into `performance.md` and draws `growth.svg` beside it; gives the files' names. */
export const writePerformance = (results: string, docs: string): string[] => {
  const reports = reportsIn(results);
  const file = path.join(docs, 'performance.md');
  const plot = path.join(docs, 'growth.svg');
  const costs = costsOf(reports, false);
  const table = between(readFileSync(file, 'utf8'), 'table', tableOf(reports));
  writeFileSync(file, between(table, 'growth', growthOf(costs, costsOf(reports, true))));
  writeFileSync(plot, costPlot(costs));
  return [file, plot];
};
