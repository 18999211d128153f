export * from './payee-keys.postgres.js';
export * from './personal-data.store.js';
