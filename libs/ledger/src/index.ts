export * from './attainment.js';
export * from './calculate.js';
export { concernedWith, inTeams, teamOf } from './concerned.js';
export { horizonOf } from './horizon.js';
export * from './payouts.js';
export * from './postings.js';
export * from './rows.js';
