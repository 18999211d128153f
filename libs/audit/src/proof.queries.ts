import type { Pool } from 'pg';
import { EventStore, type RecordedEvent } from '#event-store';
import { canonicalJson, refuse, refuseUnknown } from '#kernel';
import type { SignedHead } from './head.crypto.js';
import {
  hashesIn,
  hexOf,
  inclusionPath,
  leafHash,
  rootOfLines,
  type Hash,
} from './merkle.crypto.js';
import { storedHeads } from './sealer.postgres.js';

/** A text and its place in a Merkle tree: with the path, the tree's root can be computed from it. */
export interface Included {
  /** What the leaf is the hash of. */
  readonly text: string;
  /** From 0. */
  readonly place: number;
  /** How many leaves the tree has. */
  readonly leaves: number;
  /** Hexadecimal, the nearest first. */
  readonly path: readonly string[];
}

/** That a payout pays a payee what his lines say, and that a signed head covers it. */
export interface Proof {
  readonly format: 'everycent-proof-1';
  readonly payout: string;
  readonly payee: string;
  /** The payee's lines among those of the payout, whose tree has this root. */
  readonly lines: readonly Included[];
  readonly root: string;
  /** An event of the payout that names the root, among all events of the log, whose tree has the head's root. */
  readonly event: Included;
  readonly head: Omit<SignedHead, 'size'> & { readonly size: number };
  /** PEM; whoever checks compares it with the one that he knows. */
  readonly publicKey: string;
}

interface Total {
  readonly payee: string;
}

interface Named {
  readonly root?: string;
  readonly totals?: readonly Total[];
}

const included = (text: string, leaves: readonly Hash[], place: number): Included => ({
  text,
  place,
  leaves: leaves.length,
  path: inclusionPath(leaves, place).map(hexOf),
});

const leavesUpTo = async (pool: Pool, size: number): Promise<Hash[]> => {
  const { rows } = await pool.query<[Buffer]>({
    text: 'select hashes from seal_leaf where first <= $1 order by first',
    values: [size],
    rowMode: 'array',
  });
  return rows.flatMap(([hashes]) => hashesIn(hashes)).slice(0, size);
};

const lineAt = async (store: EventStore, position: bigint): Promise<Buffer> => {
  for await (const [line] of store.readLines(position - 1n, position)) if (line) return line;
  throw new Error(`The log has no event at position ${position}.`);
};

// A step names the root and nobody's amounts; only where there is none does the draft have to be shown.
const naming = (events: readonly RecordedEvent[], root: string): RecordedEvent | undefined =>
  events.findLast(({ data }) => (data as Named).root === root);

/**
 * Proves that a payout holds a payee's lines, down to the latest signed head. Refuses a payout that is not there or
 * does not pay him.
 */
export const proofOf = async (
  store: EventStore,
  pool: Pool,
  publicKey: string,
  { payout, payee }: Pick<Proof, 'payout' | 'payee'>,
): Promise<Proof> => {
  const events = await store.read(`payout-${payout}`);
  const { totals = [], root } = (events[0]?.data ?? {}) as Named;
  const named = root === undefined ? undefined : naming(events, root);
  if (root === undefined || !named)
    return refuse('PayoutNotFound', `There is no payout "${payout}".`, { payout });
  const texts = totals.map((total) => canonicalJson(total));
  const places = totals.flatMap((total, place) => (total.payee === payee ? [place] : []));
  if (places.length === 0) {
    return refuseUnknown(
      'PayeeNotFound',
      'payee',
      payee,
      totals.map((total) => total.payee),
    );
  }
  if (rootOfLines(texts) !== root)
    throw new Error(`The lines of payout "${payout}" do not have its root hash.`);
  const hashes = texts.map((text) => leafHash(Buffer.from(text)));
  const head = (await storedHeads(pool, named.position - 1n)).at(-1);
  if (!head) throw new Error(`No signed head covers position ${named.position} yet.`);
  const leaves = await leavesUpTo(pool, Number(head.size));
  const line = await lineAt(store, named.position);
  const place = Number(named.position) - 1;
  if (leaves[place] !== leafHash(line)) {
    throw new Error(
      `Position ${named.position} is not what was sealed; run: everycent audit verify`,
    );
  }
  return {
    format: 'everycent-proof-1',
    payout,
    payee,
    lines: places.map((at) => included(texts[at] as string, hashes, at)),
    root,
    event: included(line.toString('utf8'), leaves, place),
    head: { ...head, size: Number(head.size) },
    publicKey,
  };
};
