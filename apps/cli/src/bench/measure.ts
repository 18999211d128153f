import type { Mix } from './company-of.js';
import type { Ground } from './ground.js';

/** One job's figures, in the shape in which they are kept. */
export interface JobResult extends Figures {
  /** The most memory that the process held which did the job, and nothing else. */
  readonly memoryPeakMb: number;
}

/** What a job measures. */
export interface Figures {
  /** As numbered in the table of goals. */
  readonly job: number;
  readonly name: string;
  readonly unit: string;
  /** The median of the runs. */
  readonly value: number;
  /** What the machine itself gives, measured in the same run. */
  readonly limit?: number;
  /** value ÷ limit; for times: limit ÷ value. */
  readonly ratio?: number;
  /** What `@event-driven-io/emmett-postgresql` gives in the same run. */
  readonly peer?: number;
  readonly peerRatio?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** Job 5: the calculation alone. */
  readonly pureSeconds?: number;
  /** Job 5: how many credits the calculation alone goes through in a second, on one core. */
  readonly creditsPerSecond?: number;
  /** Job 10: what a deal costs in companies of different size. */
  readonly costs?: readonly Cost[];
  /** Where another process does the job, the memory of that one. */
  readonly memoryPeakMb?: number;
  readonly runs: readonly number[];
}

/** What one deal costs, from its line in a file to its payee's rows, in a company of so many. */
export interface Cost {
  readonly deals: number;
  readonly payees?: number;
  /** Microseconds a deal: the median of the runs. */
  readonly micros: number;
  readonly memoryPeakMb: number;
  readonly runs: readonly number[];
}

/** What one run of the benchmark has written. */
export interface Report {
  readonly commit: string;
  readonly machine: string;
  readonly postgres: string;
  readonly size: number;
  /** What payees' plans are like; simple, if it is not said. */
  readonly mix?: Mix;
  /** How many payees there are; a hundredth of the deals' number, if it is not said. */
  readonly payees?: number | undefined;
  readonly jobs: readonly JobResult[];
}

/** Measures one job of the table of goals; some have several figures. */
export type Job = (ground: Ground, runs: number) => Promise<readonly Figures[]>;

/** The middle one of some figures. */
export const median = (figures: readonly number[]): number => {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;

/** The percentiles that are given of times. */
export const percentiles = (times: readonly number[]): Pick<Figures, 'p50' | 'p95' | 'p99'> => {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    p50: rounded(percentile(sorted, 0.5)),
    p95: rounded(percentile(sorted, 0.95)),
    p99: rounded(percentile(sorted, 0.99)),
  };
};

/** Figures with four digits are enough. */
export const rounded = (figure: number): number => Number(figure.toPrecision(4));

/** Seconds that some work took. */
export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Does some work a number of times, and gives the figure of each. */
export const repeat = async (
  runs: number,
  work: (run: number) => Promise<number>,
): Promise<number[]> => {
  const figures: number[] = [];
  for (let run = 0; run < runs; run += 1) figures.push(rounded(await work(run)));
  return figures;
};

/** How a figure compares with a limit, and with a peer where one was there; each the median of its runs. */
export const compared = (
  runs: readonly number[],
  limits: readonly number[],
  peers: readonly number[] = [],
): Pick<Figures, 'value' | 'limit' | 'ratio' | 'peer' | 'peerRatio' | 'runs'> => {
  const [value, limit] = [rounded(median(runs)), rounded(median(limits))];
  const peer = peers.length > 0 ? rounded(median(peers)) : undefined;
  return {
    value,
    limit,
    ratio: rounded(value / limit),
    ...(peer !== undefined && { peer, peerRatio: rounded(value / peer) }),
    runs,
  };
};

/** The most memory that this process ever held, in MB. */
export const memoryPeakMb = (): number => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
