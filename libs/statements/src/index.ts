export * from './facts.follower.js';
export * from './reference-book.queries.js';
