import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { EventStore } from '#event-store';
import { isSigned, writeHead, type SignedHead } from './head.crypto.js';
import { GrowingTree, HASH, hexOf, leafHash, type Hash } from './merkle.crypto.js';
import { cutMessage, storedHeads } from './sealer.postgres.js';

/** Where the log is not what was sealed. */
export interface Difference {
  /** The first log position that differs. */
  readonly position: bigint;
  readonly says: string;
}

/** What verifying the log came to. */
export interface Verdict {
  /** How many events the log has; where something differs, how many were read. */
  readonly events: bigint;
  /** How many of them signed heads cover. */
  readonly covered: bigint;
  /** How many signed heads were compared. */
  readonly heads: number;
  readonly difference?: Difference;
}

/** What the log is verified against. */
export interface Evidence {
  readonly store: EventStore;
  /** The database that holds the seal and the followers' checkpoints. */
  readonly pool: Pool;
  /** Heads kept outside the database: they tell of a database that was rewritten as a whole. */
  readonly outside: readonly SignedHead[];
  /** Public keys of which a signature is believed, by name. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** Told now and then how many events were read. */
  readonly progress?: (events: bigint) => void;
}

const TAB = 0x09;
const ZERO = 0x30;
const ROWS = 64;
const BEFORE_ALL = -9223372036854775808n;

/** The position that a line of the log begins with. */
const positionOf = (line: Buffer): number => {
  let position = 0;
  for (let i = 0; line[i] !== TAB; i += 1) {
    const digit = (line[i] as number) - ZERO;
    // A sign, or something that is no line at all.
    if (digit < 0 || digit > 9) return Number(line.toString('latin1', 0, line.indexOf(TAB)));
    position = position * 10 + digit;
  }
  return position;
};

/** The sealed leaf hashes, in order, a few hundred rows at a time. */
class SealedLeaves {
  private rows: [string, Buffer][] = [];
  private row = 0;
  private place = 0;

  constructor(private readonly pool: Pool) {}

  /** Whether the next hash can be taken without reading on. */
  get isReady(): boolean {
    return this.row < this.rows.length;
  }

  async read(): Promise<void> {
    const after = this.rows.at(-1)?.[0] ?? BEFORE_ALL;
    const { rows } = await this.pool.query<[string, Buffer]>({
      name: 'sealed_leaves',
      text: 'select first, hashes from seal_leaf where first > $1 order by first limit $2',
      values: [after, ROWS],
      rowMode: 'array',
    });
    if (rows.length === 0) return;
    this.rows = rows;
    this.row = 0;
  }

  /** The hash sealed for a position, each asked for once and in order; undefined where there is none. */
  take(position: number): Hash | undefined {
    const [first, hashes] = this.rows[this.row] ?? [];
    if (hashes === undefined || Number(first) + this.place !== position) return undefined;
    const at = this.place * HASH;
    this.place += 1;
    if (at + HASH >= hashes.length) {
      this.row += 1;
      this.place = 0;
    }
    return hashes.toString('latin1', at, at + HASH);
  }
}

interface Gathered {
  readonly heads: readonly SignedHead[];
  /** How many events the largest of them covers. */
  readonly covered: bigint;
  readonly unsigned?: Difference;
}

const gather = async ({ pool, outside, keys }: Evidence): Promise<Gathered> => {
  const all = [...(await storedHeads(pool)), ...outside];
  const unique = new Map(all.map((head) => [writeHead(head), head]));
  const heads = [...unique.values()].sort((a, b) =>
    a.size < b.size ? -1 : Number(a.size > b.size),
  );
  const forged = heads.find((head) => !isSigned(head, keys));
  const covered = heads.at(-1)?.size ?? 0n;
  if (!forged) return { heads, covered };
  const why = keys.has(forged.key)
    ? 'has a signature that does not match it'
    : `is signed by a key that is not known here: ${forged.key}`;
  return {
    heads,
    covered,
    unsigned: { position: forged.size, says: `the head of ${forged.size} events ${why}` },
  };
};

/** Reads the log and the seal side by side, and stops where they part. */
class Comparison {
  private readonly tree = new GrowingTree();
  private readonly leaves: SealedLeaves;
  private readonly covered: number;
  private nextHead = 0;
  /** Everything up to here is what a signed head says. */
  private confirmed = 0n;
  private unsealed: Difference | undefined;

  constructor(
    private readonly evidence: Evidence,
    private readonly gathered: Gathered,
  ) {
    this.leaves = new SealedLeaves(evidence.pool);
    this.covered = Number(gathered.covered);
  }

  get size(): bigint {
    return BigInt(this.tree.size);
  }

  async run(): Promise<Difference | undefined> {
    const { store, progress } = this.evidence;
    const unlike = this.compareHeads();
    if (unlike) return unlike;
    for await (const lines of store.readLines(BEFORE_ALL)) {
      for (const line of lines) {
        if (!this.leaves.isReady && this.tree.size < this.covered) await this.leaves.read();
        const difference = this.take(line);
        if (difference) return difference;
      }
      progress?.(this.size);
    }
    return this.end();
  }

  private take(line: Buffer): Difference | undefined {
    const expected = this.tree.size + 1;
    const found = positionOf(line);
    const position = BigInt(Math.min(found, expected));
    if (found > expected) return { position, says: 'the event is missing' };
    if (found < expected) return { position, says: 'there is no such position in a log' };
    const hash = leafHash(line);
    if (expected <= this.covered) {
      const sealed = this.leaves.take(expected);
      // Heads kept outside still tell whether the events are what they were.
      if (sealed === undefined)
        this.unsealed ??= { position, says: 'its hash is missing from the seal' };
      else if (hash !== sealed)
        return { position, says: 'the event is not the one that was sealed' };
    }
    this.tree.add(hash);
    return this.compareHeads();
  }

  private compareHeads(): Difference | undefined {
    const { heads } = this.gathered;
    for (; Number(heads[this.nextHead]?.size) === this.tree.size; this.nextHead += 1) {
      const { root, signedAt, size } = heads[this.nextHead] as SignedHead;
      const position = this.confirmed + 1n;
      if (hexOf(this.tree.root()) !== root) {
        return {
          position,
          says: `what was signed at ${signedAt} is not what is there, somewhere from here to ${size}`,
        };
      }
    }
    if (this.nextHead > 0) this.confirmed = (heads[this.nextHead - 1] as SignedHead).size;
    return undefined;
  }

  private async end(): Promise<Difference | undefined> {
    const { size } = this;
    const position = size + 1n;
    const { covered } = this.gathered;
    if (size < covered) return { position, says: cutMessage(size, covered) };
    const { rows } = await this.evidence.pool.query<{
      sealed: string | null;
      followed: string | null;
    }>(
      `select (select max(first + octet_length(hashes) / 32 - 1) from seal_leaf) as sealed,
         (select max(position) from checkpoint) as followed`,
    );
    const [sealed, followed] = [BigInt(rows[0]?.sealed ?? 0), BigInt(rows[0]?.followed ?? 0)];
    if (size < sealed) return { position, says: cutMessage(size, sealed) };
    if (size < followed) {
      return {
        position,
        says: `the log ends at position ${size}, but rows were made of ${followed} events`,
      };
    }
    if (size > 0n && covered === 0n)
      return { position: 1n, says: 'no signed head covers anything of the log' };
    return this.unsealed;
  }
}

/**
 * Recomputes everything from the stored bytes and compares it with what was sealed: every leaf, every signed head and
 * its signature, the log's end. Memory does not grow with the log.
 */
export const verifyLog = async (evidence: Evidence): Promise<Verdict> => {
  const gathered = await gather(evidence);
  const comparison = new Comparison(evidence, gathered);
  const found = await comparison.run();
  const { unsigned, heads, covered } = gathered;
  // The lower of two differences is the first.
  const difference = unsigned && (!found || unsigned.position < found.position) ? unsigned : found;
  const { size } = comparison;
  return {
    events: size,
    covered: covered < size ? covered : size,
    heads: heads.length,
    ...(difference && { difference }),
  };
};
