export * from './fresh-database.postgres.js';
