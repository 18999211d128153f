export * from './configuration.js';
export * from './database.postgres.js';
export * from './decisions.js';
export * from './event-store.js';
export * from './event-log.postgres.js';
export * from './followers.postgres.js';
export * from './memory.js';
export * from './migrate.postgres.js';
export { isUnavailable } from './errors.postgres.js';
