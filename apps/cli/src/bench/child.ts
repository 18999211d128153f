import { Ground, type Fill, type Left } from './ground.js';
import { JOBS } from './jobs.js';
import { memoryPeakMb, seconds, type JobResult } from './measure.js';
import type { Site } from './site.js';

/** What a process of its own is asked to do, so that its memory is that of one job. */
export interface Task {
  readonly site: Site;
  /** The database that the process before has left. */
  readonly left?: Left | undefined;
  readonly do:
    | { readonly what: 'job'; readonly job: number; readonly runs: number }
    | { readonly what: 'fill'; readonly until: Fill }
    /** Import everything into a new database and calculate it. */
    | { readonly what: 'cost' };
}

/** What came of it. */
export interface Done {
  readonly results: readonly JobResult[];
  /** Seconds that everything took, of a task that asks for the cost. */
  readonly seconds: number;
  readonly memoryPeakMb: number;
  readonly left?: Left | undefined;
}

const perform = async (ground: Ground, task: Task['do']): Promise<Omit<Done, 'left'>> => {
  let figures: readonly Omit<JobResult, 'memoryPeakMb'>[] = [];
  let taken = 0;
  if (task.what === 'job') figures = (await JOBS[task.job]?.job(ground, task.runs)) ?? [];
  if (task.what === 'fill')
    await (task.until === 'calculated' ? ground.calculated() : ground.loaded());
  if (task.what === 'cost') {
    const company = await ground.fresh();
    taken = await seconds(async () => {
      await ground.import(company, ground.dealsFile);
      await company.catchUp();
    });
    await ground.drop();
  }
  const peak = memoryPeakMb();
  const results = figures.map((result) => ({ memoryPeakMb: peak, ...result }));
  return { results, seconds: taken, memoryPeakMb: peak };
};

const answer = async ({ site, left, do: task }: Task): Promise<void> => {
  const ground = new Ground(site, left);
  try {
    const done = await perform(ground, task);
    process.send?.({ ...done, left: await ground.leave() });
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.stack : String(error) });
  } finally {
    process.disconnect();
  }
};

process.once('message', (task: Task) => void answer(task));
