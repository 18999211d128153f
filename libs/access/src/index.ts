export * from './access.commands.js';
export * from './handlers.js';
export * from './key.js';
export * from './role.js';
export * from './roles.js';
