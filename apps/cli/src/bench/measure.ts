import type { Ground } from './ground.js';

/** One job's figures, in the shape in which they are kept. */
export interface JobResult {
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
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** Job 5: the calculation alone. */
  readonly pureSeconds?: number;
  readonly memoryPeakMb: number;
  readonly runs: readonly number[];
}

/** Measures one job of the table of goals; some have several figures. */
export type Job = (ground: Ground, runs: number) => Promise<readonly JobResult[]>;

/** The middle one of some figures. */
export const median = (figures: readonly number[]): number => {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const percentile = (figures: readonly number[], part: number): number => {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
};

/** The percentiles that are given of times. */
export const percentiles = (
  figures: readonly number[],
): Pick<JobResult, 'p50' | 'p95' | 'p99'> => ({
  p50: rounded(percentile(figures, 0.5)),
  p95: rounded(percentile(figures, 0.95)),
  p99: rounded(percentile(figures, 0.99)),
});

/** Figures with three digits are enough. */
export const rounded = (figure: number): number => Number(figure.toPrecision(4));

/** Seconds that some work took. */
export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

const SAMPLE_MS = 50;

/** The most memory that this process held while it worked, in MB. */
export const withMemory = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
  try {
    const result = await work();
    return [result, Math.round(Math.max(peak, process.memoryUsage.rss()) / 1e6)];
  } finally {
    clearInterval(timer);
  }
};
