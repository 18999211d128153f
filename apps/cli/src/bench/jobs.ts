import type { Fill } from './ground.js';
import { appendSingly, importDeals } from './log-jobs.js';
import type { Job } from './measure.js';
import { calculateAll, dealToStatement, follow, statements, territoryMove } from './row-jobs.js';
import { overHttp, simulate, verify } from './service-jobs.js';

/** A job, and what its database must hold before it begins. */
interface Listed {
  readonly job: Job;
  readonly needs?: Fill;
}

/** The order in which they share one database: those that add much to it come last. */
export const ORDER: readonly number[] = [1, 4, 9, 5, 11, 8, 7, 6, 3, 2];

/** All other jobs, by their numbers in the table of goals. */
export const JOBS: Readonly<Record<number, Listed>> = {
  1: { job: importDeals },
  2: { job: appendSingly, needs: 'loaded' },
  3: { job: overHttp, needs: 'loaded' },
  4: { job: follow, needs: 'loaded' },
  5: { job: calculateAll, needs: 'calculated' },
  6: { job: dealToStatement, needs: 'calculated' },
  7: { job: territoryMove, needs: 'calculated' },
  8: { job: statements, needs: 'calculated' },
  9: { job: verify, needs: 'loaded' },
  11: { job: simulate, needs: 'calculated' },
};
