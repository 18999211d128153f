export * from './territory.commands.js';
