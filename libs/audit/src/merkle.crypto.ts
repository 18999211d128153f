import { hash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH = 32;

const EMPTY = hash('sha256', '', 'buffer');
const node = Buffer.alloc(1 + 2 * HASH);
node[0] = 1;
let leaf = Buffer.alloc(4096);

/** The hash of a leaf of an RFC 6962 Merkle tree: SHA-256 over a zero byte and the content. */
export const leafHash = (content: Buffer): Buffer => {
  // One buffer for all: this runs for every event of the log.
  if (leaf.length <= content.length) leaf = Buffer.alloc(2 * content.length);
  content.copy(leaf, 1);
  return hash('sha256', leaf.subarray(0, content.length + 1), 'buffer');
};

/** The hash of a node of the tree: SHA-256 over a one byte and the hashes of its two parts. */
export const nodeHash = (left: Buffer, right: Buffer): Buffer => {
  left.copy(node, 1);
  right.copy(node, 1 + HASH);
  return hash('sha256', node, 'buffer');
};

/** A tree that grows leaf by leaf and remembers only the roots of its complete parts, largest first. */
export class GrowingTree {
  /** Begins empty, or where another one of that size and those parts stood. */
  constructor(
    private leaves = 0n,
    private readonly parts: Buffer[] = [],
  ) {}

  get size(): bigint {
    return this.leaves;
  }

  get peaks(): readonly Buffer[] {
    return this.parts;
  }

  add(hashOfLeaf: Buffer): void {
    let part = hashOfLeaf;
    // Each 1 at the end of the size in binary is a complete part that this one completes to a larger one.
    for (let size = this.leaves; (size & 1n) === 1n; size >>= 1n) {
      part = nodeHash(this.parts.pop() as Buffer, part);
    }
    this.parts.push(part);
    this.leaves += 1n;
  }

  root(): Buffer {
    return this.parts.length === 0 ? EMPTY : this.parts.reduceRight((right, left) => nodeHash(left, right));
  }
}

const split = (count: number): number => {
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
};

/** The root of the tree over some leaf hashes. */
export const rootOf = (leaves: readonly Buffer[]): Buffer => {
  const tree = new GrowingTree();
  for (const one of leaves) tree.add(one);
  return tree.root();
};

/** The inclusion proof of one leaf (its place, from 0): the hashes that lead from it to the root, nearest first. */
export const inclusionPath = (leaves: readonly Buffer[], place: number): Buffer[] => {
  if (leaves.length <= 1) return [];
  const left = split(leaves.length);
  return place < left
    ? [...inclusionPath(leaves.slice(0, left), place), rootOf(leaves.slice(left))]
    : [...inclusionPath(leaves.slice(left), place - left), rootOf(leaves.slice(0, left))];
};

/** The root of the tree over lines of text, in hexadecimal: what names a list of figures. */
export const rootOfLines = (lines: readonly string[]): string =>
  rootOf(lines.map((line) => leafHash(Buffer.from(line)))).toString('hex');
