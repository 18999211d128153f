import { hash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH = 32;

/**
 * A SHA-256 hash as a text of 32 characters, one for each byte (latin1): a million of them cost a third of what
 * a million buffers cost.
 */
export type Hash = string;

const EMPTY: Hash = hash('sha256', '', 'binary');
const node = Buffer.alloc(1 + 2 * HASH);
node[0] = 1;
let leaf = Buffer.alloc(4096);

const sha256 = (bytes: Buffer): Hash => hash('sha256', bytes, 'binary');

/** The hash of a leaf of an RFC 6962 Merkle tree: SHA-256 over a zero byte and the content. */
export const leafHash = (content: Buffer): Hash => {
  // One buffer for all: this runs for every event of the log.
  if (leaf.length <= content.length) leaf = Buffer.alloc(2 * content.length);
  content.copy(leaf, 1);
  return sha256(leaf.subarray(0, content.length + 1));
};

/** The hash of a node of the tree: SHA-256 over a one byte and the hashes of its two parts. */
export const nodeHash = (left: Hash, right: Hash): Hash => {
  node.write(left, 1, 'latin1');
  node.write(right, 1 + HASH, 'latin1');
  return sha256(node);
};

/** A hash as 64 hexadecimal digits. */
export const hexOf = (one: Hash): string => Buffer.from(one, 'latin1').toString('hex');

/** Hashes as bytes, one after the other. */
export const bytesOf = (hashes: readonly Hash[]): Buffer => Buffer.from(hashes.join(''), 'latin1');

/** Hashes from their bytes. */
export const hashesIn = (bytes: Buffer): Hash[] =>
  Array.from({ length: bytes.length / HASH }, (_, i) =>
    bytes.toString('latin1', i * HASH, (i + 1) * HASH),
  );

/** A tree that grows leaf by leaf and remembers only the roots of its complete parts, largest first. */
export class GrowingTree {
  /** Begins empty, or where another one of that size and those parts stood. */
  constructor(
    private leaves = 0,
    private readonly parts: Hash[] = [],
  ) {}

  get size(): number {
    return this.leaves;
  }

  get peaks(): readonly Hash[] {
    return this.parts;
  }

  add(hashOfLeaf: Hash): void {
    let part = hashOfLeaf;
    // Each 1 at the end of the size in binary is a complete part that this one completes to a larger one.
    for (let size = this.leaves; size % 2 === 1; size = (size - 1) / 2) {
      part = nodeHash(this.parts.pop() as Hash, part);
    }
    this.parts.push(part);
    this.leaves += 1;
  }

  root(): Hash {
    return this.parts.length === 0
      ? EMPTY
      : this.parts.reduceRight((right, left) => nodeHash(left, right));
  }
}

const split = (count: number): number => {
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
};

/** The root of the tree over some leaf hashes. */
export const rootOf = (leaves: readonly Hash[]): Hash => {
  const tree = new GrowingTree();
  for (const one of leaves) tree.add(one);
  return tree.root();
};

/** The inclusion proof of one leaf (its place, from 0): the hashes that lead from it to the root, nearest first. */
export const inclusionPath = (leaves: readonly Hash[], place: number): Hash[] => {
  if (leaves.length <= 1) return [];
  const left = split(leaves.length);
  return place < left
    ? [...inclusionPath(leaves.slice(0, left), place), rootOf(leaves.slice(left))]
    : [...inclusionPath(leaves.slice(left), place - left), rootOf(leaves.slice(0, left))];
};

/** The root of the tree over lines of text that come one after the other: it remembers none of them. */
export class LinesRoot {
  private readonly tree = new GrowingTree();

  get count(): number {
    return this.tree.size;
  }

  add(line: string): void {
    this.tree.add(leafHash(Buffer.from(line)));
  }

  /** In hexadecimal. */
  get root(): string {
    return hexOf(this.tree.root());
  }
}

/** The root of the tree over lines of text, in hexadecimal: what names a list of figures. */
export const rootOfLines = (lines: readonly string[]): string => {
  const all = new LinesRoot();
  for (const line of lines) all.add(line);
  return all.root;
};
