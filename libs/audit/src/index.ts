export { keyName, writeHead, type SignedHead } from './head.crypto.js';
export { readHeads, readPublicKey } from './heads.files.js';
export { LinesRoot, rootOfLines } from './merkle.crypto.js';
export * from './proof.queries.js';
export * from './sealer.postgres.js';
export * from './smallest.js';
export * from './verify.queries.js';
