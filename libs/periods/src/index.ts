export * from './period.commands.js';
