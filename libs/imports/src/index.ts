export * from './importer.handler.js';
export * from './item.js';
export * from './mapping.js';
export * from './mapping-reader.js';
export * from './sources.reader.js';
export * from './totals.js';
