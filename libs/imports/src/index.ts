export * from './mapping.js';
export * from './mapping-reader.js';
