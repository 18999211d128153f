export * from './approval.js';
export * from './payout.commands.js';
export * from './payout.js';
export * from './review.js';
export * from './handlers.js';
export * from './journal.js';
export * from './layouts.js';
export * from './holds.js';
