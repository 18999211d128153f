export * from './deal.commands.js';
export * from './deal.js';
export * from './handlers.js';
