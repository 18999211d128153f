export * from './attachment-type.js';
export * from './dispute.commands.js';
export * from './dispute.js';
export * from './issued-statement.commands.js';
export * from './issued-statement.js';
export * from './handlers.js';
