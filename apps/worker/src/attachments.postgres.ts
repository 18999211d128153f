import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { refuse } from '#kernel';
import type { Book } from '#crediting';
import { ATTACHMENT_BYTES, ATTACHMENT_TYPES, attachmentType, type AttachEvidence } from '#disputes';
import { disputeNamed } from './known-disputes.js';

/** A file with its content. */
export interface Attachment extends AttachEvidence {
  readonly content: Buffer;
}

const sha256Of = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** What `attach-evidence` says of a file: its type by its content, its size and its hash. */
export const evidenceOf = (dispute: string, name: string, content: Uint8Array): AttachEvidence => {
  if (content.length > ATTACHMENT_BYTES) {
    const message = `"${name}" is larger than ${ATTACHMENT_BYTES} bytes.`;
    refuse('AttachmentTooLarge', message, { limit: ATTACHMENT_BYTES });
  }
  const mediaType = content.length === 0 ? undefined : attachmentType(content);
  if (!mediaType) {
    const valid = Object.values(ATTACHMENT_TYPES).flat().join(', ');
    const message = `"${name}" is by its content none of: ${valid} (text in UTF-8, no macros).`;
    return refuse('AttachmentTypeRefused', message);
  }
  return { dispute, name, mediaType, bytes: content.length, sha256: sha256Of(content) };
};

/** Keeps a content, once; before the log names it, so that whatever it names is there. */
export const keepContent = async (pool: Pool, content: Uint8Array): Promise<void> => {
  await pool.query(
    'insert into attachment (sha256, content) values ($1, $2) on conflict do nothing',
    [sha256Of(content), Buffer.from(content)],
  );
};

/** An attachment of a dispute by its hash, as it was attached; refused where there is none. */
export const attachmentNamed = async (
  pool: Pool,
  book: Book,
  dispute: string,
  sha256: string,
): Promise<Attachment> => {
  const missing = (why: string): never =>
    refuse('AttachmentNotFound', `${why}: ${sha256}.`, { dispute, sha256 });
  const found =
    disputeNamed(book, dispute).attachments.find((one) => one.sha256 === sha256) ??
    missing(`Dispute "${dispute}" has no such attachment`);
  const { rows } = await pool.query<{ content: Buffer }>(
    'select content from attachment where sha256 = $1',
    [sha256],
  );
  const content = rows[0]?.content ?? missing('The content is not kept here');
  if (sha256Of(content) !== sha256)
    throw new Error(`The content of attachment ${sha256} is not what was attached.`);
  return { ...found, content };
};
