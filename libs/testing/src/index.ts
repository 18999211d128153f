export * from './fresh-database.postgres.js';
export * from './company.js';
export * from './given.js';
export * from './event-store-server.js';
