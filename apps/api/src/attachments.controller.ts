import { Controller, Get, Post, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import { ATTACHMENT_BYTES } from '#disputes';
import { attachmentNamed, evidenceOf, keepContent } from '../../worker/src/attachments.postgres.js';
import { OpenCompany } from '../../worker/src/company.js';
import { disputeNamed } from '../../worker/src/known-disputes.js';
import type { CalledRequest } from './caller.js';
import { Exchanged, type Exchange } from './exchange.js';
import { readPath, readQuery } from './parameters.js';
import { HttpRefusal } from './problem.js';
import { Queried } from './queried.js';
import { notFound, Reader } from './reader.js';
import { Writer } from './writer.js';

/** Files that are being received at the same time, each in memory; more are told to come back. */
const AT_ONCE = 8;

const QUERY = { name: kinds.text };

const contentOf = async (request: CalledRequest): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ATTACHMENT_BYTES) {
      const message = `An attachment is larger than ${ATTACHMENT_BYTES} bytes.`;
      throw new HttpRefusal('TooLarge', message, undefined, { limit: ATTACHMENT_BYTES });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

// RFC 6266 and 8187: letters that are not ASCII stand in the second form only.
const disposition = (name: string): string => {
  const plain = name.replaceAll(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};

/** Files that speak for somebody in a dispute; seen by whoever sees the dispute. */
@ApiTags('disputes')
@Controller('v1/disputes/:dispute/attachments')
export class AttachmentsController {
  private receiving = 0;

  constructor(
    private readonly writer: Writer,
    private readonly reader: Reader,
    private readonly company: OpenCompany,
  ) {}

  @Post()
  @ApiOperation({
    summary:
      'Attaches a file, sent as the body itself: PDF, PNG, JPEG, GIF, text, XLSX or DOCX by its content, at most 10 MiB.',
  })
  @ApiConsumes('application/octet-stream')
  @Queried(QUERY)
  async attach(@Exchanged() exchange: Exchange): Promise<object> {
    const { request } = exchange;
    const { dispute } = readPath(request.params) as { dispute: string };
    const { name } = readQuery(QUERY, request.query);
    if (name === undefined)
      throw new HttpRefusal('InvalidParameter', 'name: expected the name of the file');
    if (!request.is('application/octet-stream')) {
      const message = 'Send the file as Content-Type: application/octet-stream.';
      throw new HttpRefusal('UnsupportedMediaType', message);
    }
    // Whoever may not write here is not read from.
    await this.requireVisible(request, dispute);
    const content = await this.received(request);
    const { name: called, mediaType, bytes, sha256 } = evidenceOf(dispute, name, content);
    request.body = { name: called, mediaType, bytes, sha256 };
    return this.writer.write({ ...exchange, commands: ['attach-evidence'] }, async () => {
      const { status } = await this.requireVisible(request, dispute);
      if (status === 'open') await keepContent(this.company.database.pool, content);
    });
  }

  @Get(':sha256')
  @ApiOperation({ summary: 'A file that was attached, as it was, to be saved and not shown.' })
  async show(@Exchanged() { request, response }: Exchange): Promise<StreamableFile> {
    const { dispute, sha256 } = readPath(request.params) as { dispute: string; sha256: string };
    readQuery({}, request.query);
    await this.requireVisible(request, dispute);
    const { pool } = this.company.database;
    const found = await attachmentNamed(pool, await this.company.book(), dispute, sha256);
    response.setHeader('ETag', `"${sha256}"`);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
    response.setHeader('Cache-Control', 'private, no-store');
    const type = found.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : found.mediaType;
    return new StreamableFile(found.content, { type, disposition: disposition(found.name) });
  }

  private async requireVisible(
    request: CalledRequest,
    id: string,
  ): Promise<ReturnType<typeof disputeNamed>> {
    const book = await this.company.book();
    if (book.facts(`dispute-${id}`).length === 0) return notFound('dispute', id);
    const found = disputeNamed(book, id);
    await this.reader.requireVisible(request, found.opened.payee, 'dispute', id);
    return found;
  }

  private async received(request: CalledRequest): Promise<Buffer> {
    if (this.receiving >= AT_ONCE) {
      const message = `${AT_ONCE} files are being received already: try again in a moment.`;
      throw new HttpRefusal('TooManyRequests', message);
    }
    this.receiving += 1;
    try {
      return await contentOf(request);
    } finally {
      this.receiving -= 1;
    }
  }
}
