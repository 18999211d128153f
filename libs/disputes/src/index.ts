export * from './dispute.commands.js';
