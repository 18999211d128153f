import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { keyName, readHead, writeHead, type AuditKey, type SignedHead } from './head.crypto.js';

/** Heads from a file of one JSON object a line. Throws where a line is none. */
export const readHeads = (file: string): SignedHead[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      if (line.trim() === '') return [];
      const head = readHead(line);
      if (!head)
        throw new Error(`${file}:${i + 1} is not a signed head as "audit heads --json" prints it.`);
      return [head];
    });

/** A public key from a PEM file. */
export const readPublicKey = (file: string): KeyObject =>
  createPublicKey(readFileSync(file, 'utf8'));

/**
 * The folder outside the database that keeps every signed head and the public keys: one file of heads a day, which
 * only grows. Copied elsewhere, it shows whatever was changed in the database afterwards, even all of it.
 */
export class HeadsFolder {
  constructor(private readonly folder: string) {}

  private get files(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => /^\d{4}-\d\d-\d\d\.ndjson$/.test(name))
      .sort()
      .map((name) => path.join(this.folder, name));
  }

  /** Every head that was kept, in the order of signing. Throws where a file was tampered with. */
  all(): SignedHead[] {
    return this.files.flatMap(readHeads);
  }

  /** The size of the largest head that was kept; 0n without any. */
  largest(): bigint {
    const last = this.files.at(-1);
    if (last === undefined) return 0n;
    // A line that is none is for whoever verifies; it keeps nobody from signing.
    const heads = readFileSync(last, 'utf8')
      .split('\n')
      .flatMap((line) => readHead(line) ?? []);
    return heads.reduce((most, { size }) => (size > most ? size : most), 0n);
  }

  /** Keeps heads, and the key that signed them. */
  keep(heads: readonly SignedHead[], { name, publicPem }: AuditKey): void {
    mkdirSync(this.folder, { recursive: true });
    const key = path.join(this.folder, `${name}.pem`);
    if (!existsSync(key)) writeFileSync(key, publicPem);
    for (const head of heads) {
      const file = path.join(this.folder, `${head.signedAt.slice(0, 10)}.ndjson`);
      appendFileSync(file, `${writeHead(head)}\n`);
    }
  }

  /** The public keys of all that ever signed here, by name. */
  keys(): Map<string, KeyObject> {
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    const keys = names
      .filter((name) => name.endsWith('.pem'))
      .map((name) => readPublicKey(path.join(this.folder, name)));
    return new Map(keys.map((key) => [keyName(key), key]));
  }
}
