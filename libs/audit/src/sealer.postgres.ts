import { spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction, type Configuration, type EventStore } from '#event-store';
import { auditKey, signHead, writeHead, type AuditKey, type SignedHead } from './head.crypto.js';
import { HeadsFolder } from './heads.files.js';
import { bytesOf, GrowingTree, hashesIn, hexOf, leafHash, type Hash } from './merkle.crypto.js';

const SEAL_LOCK = 7304117;
/** Leaf hashes in one row, at most. */
const LEAVES_A_ROW = 1024;
/** A signed head is never longer than this behind the log, while a service runs. */
const EVERY_MS = 30_000;
const COMMAND_MS = 30_000;

/** What sealing needs of the configuration. */
export type SealSettings = Pick<Configuration, 'home' | 'auditKey' | 'auditCommand'>;

/** How far the log is sealed. */
export interface Sealed {
  /** How many events signed heads cover. */
  readonly size: bigint;
  /** How many events the log has; fewer than `size` where its tail was cut. */
  readonly head: bigint;
}

interface Last {
  readonly size: bigint;
  readonly peaks: Hash[];
}

/** The largest signed head, with what is needed to go on from it. */
const lastSealed = async (client: Pool | PoolClient): Promise<Last> => {
  const { rows } = await client.query<[string, Buffer]>({
    name: 'last_sealed',
    text: 'select size, peaks from seal_head order by size desc limit 1',
    rowMode: 'array',
  });
  const [row] = rows;
  return row ? { size: BigInt(row[0]), peaks: hashesIn(row[1]) } : { size: 0n, peaks: [] };
};

type HeadRow = [size: string, root: Buffer, signedAt: string, key: string, signature: Buffer];

/** The signed heads that the database keeps, of more events than `after`, in order. */
export const storedHeads = async (pool: Pool, after = 0n): Promise<SignedHead[]> => {
  const { rows } = await pool.query<HeadRow>({
    name: 'stored_heads',
    text: 'select size, root, signed_at, key, signature from seal_head where size > $1 order by size',
    values: [after],
    rowMode: 'array',
  });
  return rows.map(([size, root, signedAt, key, signature]) => ({
    size: BigInt(size),
    root: root.toString('hex'),
    signedAt,
    key,
    signature: signature.toString('base64'),
  }));
};

const hand = (command: string, head: SignedHead): Promise<void> =>
  new Promise((done, failed) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      timeout: COMMAND_MS,
    });
    child.on('error', failed);
    child.on('close', (code) =>
      code === 0
        ? done()
        : failed(new Error(`AUDIT_COMMAND ended with ${code ?? 'a signal'}: ${command}`)),
    );
    // What does not read its input is judged by how it ends.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${writeHead(head)}\n`);
  });

/**
 * Keeps the Merkle tree over the log's stored bytes and signs its heads: in the database, in a folder outside it, and
 * by the command that the configuration names. Works over any log; several processes may seal, one at a time.
 */
export class Sealer {
  readonly folder: HeadsFolder;
  private readonly command: string | undefined;
  private readonly key: AuditKey;
  private running: Promise<Sealed> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly pool: Pool,
    { home, auditKey: pem, auditCommand }: SealSettings,
  ) {
    this.key = auditKey(home, pem);
    this.folder = new HeadsFolder(path.join(home, 'heads'));
    this.command = auditCommand;
  }

  /** The public keys of which a signature is believed: our own, and those that signed here before. */
  get keys(): Map<string, KeyObject> {
    return this.folder.keys().set(this.key.name, createPublicKey(this.key.publicPem));
  }

  get publicPem(): string {
    return this.key.publicPem;
  }

  /** Covers everything recorded so far by a signed head. */
  async seal(): Promise<Sealed> {
    // Whoever asks while one is being made may have recorded something that it does not see.
    while (this.running) await this.running.catch(() => undefined);
    this.running = this.sealOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Seals what is new, at intervals, until the signal is raised; `failed` hears of what went wrong, and it goes on. */
  async run(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    for (let sealed = 0n; !signal.aborted;) {
      try {
        await this.store.grown(sealed, signal);
        const { size, head } = await this.seal();
        if (head < size)
          failed(new Error(`${cutMessage(head, size)}; run: everycent audit verify`));
        sealed = size;
      } catch (error) {
        failed(error);
      }
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async sealOnce(): Promise<Sealed> {
    const [{ size }, head] = [await lastSealed(this.pool), await this.store.head()];
    const sealed = head > size ? await this.grow() : { size, head };
    await this.publish();
    return sealed;
  }

  private async grow(): Promise<Sealed> {
    return inTransaction(this.pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [SEAL_LOCK]);
      const { size, peaks } = await lastSealed(client);
      const head = await this.store.head();
      if (head > size) await this.add(client, new GrowingTree(Number(size), peaks), head);
      return { size: head > size ? head : size, head };
    });
  }

  private async add(client: PoolClient, tree: GrowingTree, head: bigint): Promise<void> {
    let hashes: Hash[] = [];
    const write = async (): Promise<void> => {
      if (hashes.length === 0) return;
      await client.query({
        name: 'add_leaves',
        text: 'insert into seal_leaf (first, hashes) values ($1, $2)',
        values: [tree.size - hashes.length + 1, bytesOf(hashes)],
      });
      hashes = [];
    };
    for await (const lines of this.store.readLines(BigInt(tree.size), head)) {
      for (const line of lines) {
        const hash = leafHash(line);
        tree.add(hash);
        hashes.push(hash);
        if (hashes.length === LEAVES_A_ROW) await write();
      }
    }
    await write();
    if (BigInt(tree.size) !== head) {
      throw new Error(
        `The log has ${head} events, but only ${tree.size} could be read; run: everycent audit verify`,
      );
    }
    const root = tree.root();
    const signedAt = new Date().toISOString();
    const { key, signature } = signHead({ size: head, root: hexOf(root), signedAt }, this.key);
    await client.query({
      name: 'add_head',
      text: `insert into seal_head (size, root, signed_at, key, signature, peaks) values ($1, $2, $3, $4, $5, $6)`,
      values: [
        head,
        bytesOf([root]),
        signedAt,
        key,
        Buffer.from(signature, 'base64'),
        bytesOf(tree.peaks),
      ],
    });
  }

  // What another process signed, or what could not be written the last time, is caught up with.
  private async publish(): Promise<void> {
    const heads = await storedHeads(this.pool, this.folder.largest());
    const last = heads.at(-1);
    if (!last) return;
    this.folder.keep(heads, this.key);
    if (this.command !== undefined) await hand(this.command, last);
  }
}

/** How a log that is shorter than its seal is spoken of. */
export const cutMessage = (head: bigint, size: bigint): string =>
  `the log ends at position ${head}, but ${size} events were sealed`;
