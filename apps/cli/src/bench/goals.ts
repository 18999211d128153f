import type { JobResult, Report } from './measure.js';

type Results = readonly JobResult[];

interface Goal {
  readonly words: string;
  /** By the results of the job, in their order. */
  readonly holds: (results: Results) => boolean;
}

const first = ([result]: Results): JobResult => result as JobResult;
const atLeast = (figure: number | undefined, goal: number): boolean =>
  figure !== undefined && figure >= goal;
const atMost = (figure: number | undefined, goal: number): boolean =>
  figure !== undefined && figure <= goal;

/** The job that is measured by several companies of different size, each in a process of its own. */
export const GROWTH = 10;

/** What is to be reached, job by job, for a million deals. */
export const GOALS: Readonly<Record<number, Goal>> = {
  1: { words: 'half of COPY', holds: (all) => atLeast(first(all).ratio, 0.5) },
  2: {
    words: '0.6 of pgbench; 4 times the peer',
    holds: (all) => atLeast(first(all).ratio, 0.6) && atLeast(first(all).peerRatio, 4),
  },
  3: {
    words: '0.15 of pgbench; p99 under 50 ms',
    holds: (all) => atLeast(first(all).ratio, 0.15) && atMost(first(all).p99, 50),
  },
  4: {
    words: '30,000 events/s; 10 times the peer',
    holds: (all) => atLeast(first(all).value, 30_000) && atLeast(first(all).peerRatio, 10),
  },
  5: {
    words: '20 s, of which 5 s pure',
    holds: (all) => atMost(first(all).value, 20) && atMost(first(all).pureSeconds, 5),
  },
  6: { words: 'p95 under 100 ms', holds: (all) => atMost(first(all).p95, 100) },
  7: { words: 'under 1 s', holds: (all) => atMost(first(all).value, 1000) },
  8: {
    words: 'p95: now 15 ms, past 100 ms, explained 20 ms',
    holds: ([now, past, explained]) =>
      atMost(now?.p95, 15) && atMost(past?.p95, 100) && atMost(explained?.p95, 20),
  },
  9: {
    words: '8 s; under 200 MB',
    holds: (all) => atMost(first(all).value, 8) && atMost(first(all).memoryPeakMb, 200),
  },
  [GROWTH]: { words: 'under 10% a decade', holds: (all) => atMost(first(all).value, 10) },
  11: { words: '15 s', holds: (all) => atMost(first(all).value, 15) },
};

/** Whether a report reaches the goal of one of its jobs; undefined where it is about a smaller size. */
export const isReached = ({ size, jobs }: Report, job: number): boolean | undefined => {
  const results = jobs.filter((result) => result.job === job);
  if (size < 1_000_000 || results.length === 0) return undefined;
  return GOALS[job]?.holds(results);
};
