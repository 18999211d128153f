import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

const rootOf = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves;
  if (!only) return sha256();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(NODE, rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
};

/** The root of an RFC 6962 Merkle tree over lines of text, in hexadecimal: what an approval names. */
export const rootHash = (lines: readonly string[]): string =>
  rootOf(lines.map((line) => sha256(LEAF, line))).toString('hex');
