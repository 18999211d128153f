export * from './dispute.commands.js';
export * from './dispute.js';
export * from './handlers.js';
