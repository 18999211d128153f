import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const NONCE = 12;
const TAG = 16;
/** Texts are filled up to whole blocks, so that their length does not give a name away. */
const BLOCK = 64;

const partOf = (key: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `everycent personal data: ${use}`, 32));

/** Where a sealed text stands: it cannot be moved to another stream, or into another kind of event. */
export interface Place {
  readonly stream: string;
  readonly type: string;
}

const boundTo = ({ stream, type }: Place): Buffer => Buffer.from(JSON.stringify([stream, type]));

/**
 * Seals a text under a payee's key (AES-256-GCM), as base64url. The nonce is an HMAC, under a key of
 * its own, of the place, the revision and the text: the same said again is the same bytes, so that a
 * retry is one; and a nonce only ever comes again with the very same text in the very same place,
 * which tells nobody anything.
 */
export const sealText = (key: Buffer, place: Place, revision: string, text: string): string => {
  const bytes = Buffer.from(text);
  const filled = Buffer.alloc(Math.ceil(bytes.length / BLOCK) * BLOCK, ' ');
  bytes.copy(filled);
  const nonce = createHmac('sha256', partOf(key, 'nonce'))
    .update(JSON.stringify([place.stream, place.type, revision, text]))
    .digest()
    .subarray(0, NONCE);
  const cipher = createCipheriv('aes-256-gcm', partOf(key, 'seal'), nonce);
  cipher.setAAD(boundTo(place));
  const sealed = Buffer.concat([cipher.update(filled), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
};

/** The text that was sealed; undefined where it was sealed under another key, elsewhere, or changed since. */
export const openText = (key: Buffer, place: Place, sealed: string): string | undefined => {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', partOf(key, 'seal'), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(boundTo(place));
  decipher.setAuthTag(bytes.subarray(-TAG));
  try {
    const text = decipher.update(bytes.subarray(NONCE, -TAG));
    return Buffer.concat([text, decipher.final()]).toString('utf8').trimEnd();
  } catch {
    return undefined;
  }
};
