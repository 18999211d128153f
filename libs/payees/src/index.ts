export * from './payee.commands.js';
export * from './payee.js';
export * from './handlers.js';
