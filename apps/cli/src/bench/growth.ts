import { inProcess } from './process.js';
import { median, rounded, type Cost, type JobResult } from './measure.js';
import type { Site } from './site.js';

interface Run {
  readonly micros: number;
  readonly memoryPeakMb: number;
}

const costAt = async (site: Site): Promise<Run> => {
  const { seconds, memoryPeakMb } = await inProcess({ site, do: { what: 'cost' } });
  return { micros: rounded((seconds / site.company.deals) * 1e6), memoryPeakMb };
};

const costOf = ({ company }: Site, found: readonly Run[]): Cost => {
  const runs = found.map(({ micros }) => micros);
  const memoryPeakMb = Math.max(...found.map((one) => one.memoryPeakMb));
  const { deals, reps } = company;
  return { deals, payees: reps, micros: median(runs), memoryPeakMb, runs };
};

/** What a deal costs in a company, and in one ten times as large: measured one after the other, again and again. */
export const growth = async (small: Site, large: Site, runs: number): Promise<JobResult> => {
  const [before, after]: [Run[], Run[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    before.push(await costAt(small));
    after.push(await costAt(large));
  }
  const costs = [costOf(small, before), costOf(large, after)];
  const [less, more] = costs as [Cost, Cost];
  return {
    job: 10,
    name: `growth of a deal's cost from ${less.deals} to ${more.deals} deals, from its line in a file to its payee's rows`,
    unit: '%',
    value: rounded((more.micros / less.micros - 1) * 100),
    memoryPeakMb: more.memoryPeakMb,
    costs,
    runs: after.map(({ micros }, i) => rounded((micros / (before[i]?.micros ?? micros) - 1) * 100)),
  };
};
