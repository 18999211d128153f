export * from './deal.commands.js';
