export * from './territory.commands.js';
export * from './account.js';
export * from './territory.js';
export * from './handlers.js';
