export * from './payout.commands.js';
