import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is signed of the log: how many events it has, and the root of the Merkle tree over their bytes. */
export interface Head {
  readonly size: bigint;
  /** 64 hexadecimal digits. */
  readonly root: string;
  /** An instant in UTC. */
  readonly signedAt: string;
}

/** A tree head with its Ed25519 signature, as it is kept in the log's database and outside. */
export interface SignedHead extends Head {
  /** Names the key: the first 16 hexadecimal digits of the SHA-256 of the public key (DER). */
  readonly key: string;
  /** base64 */
  readonly signature: string;
}

/** The name of a public key. */
export const keyName = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/** The key that signs heads, and its public half. */
export interface AuditKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** PEM */
  readonly publicPem: string;
}

const keyOf = (pem: string): AuditKey => {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { name: keyName(publicKey), privateKey, publicPem };
};

/** The key given in the configuration, or that of the home folder, which is made on first use. */
export const auditKey = (home: string, pem?: string): AuditKey => {
  if (pem !== undefined) return keyOf(pem);
  const file = path.join(home, 'audit-key.pem');
  try {
    return keyOf(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(home, { recursive: true });
  const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  // Two processes may start at once: the one that links first has made it, whole.
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, made, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return keyOf(readFileSync(file, 'utf8'));
};

/** The text that is signed of a head. */
export const headText = ({ size, root, signedAt }: Head): string =>
  `everycent signed head\n${size}\n${root}\n${signedAt}\n`;

/** Signs a head. */
export const signHead = (head: Head, key: AuditKey): SignedHead => {
  const signature = sign(null, Buffer.from(headText(head)), key.privateKey).toString('base64');
  return { ...head, key: key.name, signature };
};

/** Whether a head was signed by one of the keys, by their names. */
export const isSigned = (head: SignedHead, keys: ReadonlyMap<string, KeyObject>): boolean => {
  const key = keys.get(head.key);
  if (!key) return false;
  return verify(null, Buffer.from(headText(head)), key, Buffer.from(head.signature, 'base64'));
};

/** A head as one line of JSON. */
export const writeHead = ({ size, root, signedAt, key, signature }: SignedHead): string =>
  JSON.stringify({ size: Number(size), root, signedAt, key, signature });

/** A head from its JSON; undefined where the text is none. */
export const readHead = (line: string): SignedHead | undefined => {
  try {
    const head = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const { size, root, signedAt, key, signature } = head;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
    if (typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) return undefined;
    if (typeof signedAt !== 'string' || typeof key !== 'string') return undefined;
    return typeof signature === 'string'
      ? { size: BigInt(size), root, signedAt, key, signature }
      : undefined;
  } catch {
    return undefined;
  }
};
