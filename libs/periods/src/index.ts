export * from './period.commands.js';
export * from './period.js';
export * from './handlers.js';
