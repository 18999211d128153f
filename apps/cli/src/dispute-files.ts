import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ATTACHMENT_BYTES } from '#disputes';
import { refuse } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, UsageError, type Io } from './cli.js';

const contentOf = (file: string): Buffer => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UsageError(`${file}: there is no such file.`);
  // Not read first: it may be of any size.
  if (found.size > ATTACHMENT_BYTES)
    refuse('AttachmentTooLarge', `${file} is larger than ${ATTACHMENT_BYTES} bytes.`);
  return readFileSync(file);
};

/** Attaches a file to a dispute, under its own name. */
export const attach = async (
  company: OpenCompany,
  io: Io,
  { dispute, file, by }: { dispute: string; file: string; by: string },
): Promise<void> => {
  const { evidenceOf, keepContent } = await import('../../worker/src/attachments.postgres.js');
  const { disputeNamed } = await import('../../worker/src/known-disputes.js');
  const content = contentOf(file);
  const type = 'attach-evidence';
  const reading = readCommand(type, evidenceOf(dispute, path.basename(file), content));
  if (reading.faults) return refuseMalformed(type, reading.faults);
  if (disputeNamed(await company.book(), dispute).status === 'open')
    await keepContent(company.database.pool, content);
  const { position, events } = await company.execute({ type, data: reading.data, by });
  io.err(events.length > 0 ? `Recorded at position ${position}.\n` : 'That was known already.\n');
};

/** Gives an attachment's content as it was attached: on stdout, or in a file that did not exist. */
export const download = async (
  company: OpenCompany,
  io: Io,
  { dispute, sha256, out }: { dispute: string; sha256: string; out: string | undefined },
): Promise<number> => {
  const { attachmentNamed } = await import('../../worker/src/attachments.postgres.js');
  const { pool } = company.database;
  const found = await attachmentNamed(pool, await company.book(), dispute, sha256);
  if (out === undefined) io.out(found.content);
  else {
    try {
      writeFileSync(out, found.content, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new UsageError(`${out} exists already.`);
    }
  }
  io.err(`${found.name}, ${found.mediaType}, ${found.bytes} bytes\n`);
  return EXIT.fine;
};
