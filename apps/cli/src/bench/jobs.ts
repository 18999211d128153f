import type { Job } from './measure.js';
import {
  appendSingly,
  calculateAll,
  dealToStatement,
  follow,
  importDeals,
  statements,
  territoryMove,
} from './row-jobs.js';
import { growth, overHttp, simulate, verify } from './service-jobs.js';

/** The jobs that can be measured, by their numbers. */
export const JOBS: Readonly<Record<number, Job>> = {
  1: importDeals,
  2: appendSingly,
  3: overHttp,
  4: follow,
  5: calculateAll,
  6: dealToStatement,
  7: territoryMove,
  8: statements,
  9: verify,
  10: growth,
  11: simulate,
};
