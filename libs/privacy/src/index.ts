export * from './copy-keys.postgres.js';
export * from './payee-keys.postgres.js';
export * from './personal-data.store.js';
