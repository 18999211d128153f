export * from './fresh-database.postgres.js';
export * from './company.js';
export * from './given.js';
export * from './facts.js';
export * from './dump.postgres.js';
export * from './personal.js';
export * from './event-store-server.js';
