import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import { isApprover } from '#payouts';
import { OpenCompany } from '../../worker/src/company.js';
import { EXPORT_FORMATS, exportPayout, type ExportFormat } from '../../worker/src/payout-export.js';
import { reviewOf } from '../../worker/src/payout-review.js';
import { approvalOf, payoutsAt, type KnownPayout } from '../../worker/src/payouts.js';
import type { Caller } from './caller.js';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { pageOf } from './page.js';
import { asOf, cursor, limit, position, readPath, readQuery } from './parameters.js';
import { etagOf, payoutSummary, payoutView } from './payout-view.js';
import { refuseUnlessSeen } from './preconditions.js';
import { Queried } from './queried.js';
import { notFound, Reader } from './reader.js';
import { ITEM_QUERY } from './resources.js';
import { Writer } from './writer.js';

// Who did one of these may not approve, whatever he saw.
const MAKES: ReadonlySet<string> = new Set(['PayoutDrafted', 'PayoutSubmitted']);

const STATUSES = ['draft', 'submitted', 'approved', 'rejected', 'stale', 'paid', 'reversed'];
const REVIEW_QUERY = { after: position };
const EXPORT_QUERY = {
  after: position,
  format: kinds.oneOf(EXPORT_FORMATS),
  currency: kinds.currency,
  company: kinds.id,
  earning: kinds.id,
};
const LIST_QUERY = { limit, cursor, after: position, asOf, status: kinds.oneOf(STATUSES) };

/** Batches of what is to be paid: drafted, submitted, approved by somebody else, confirmed. */
@ApiTags('payouts')
@Controller('v1/payouts')
export class PayoutsController {
  constructor(
    private readonly writer: Writer,
    private readonly reader: Reader,
    private readonly company: OpenCompany,
  ) {}

  @ApiOperation({
    summary: 'Collects all that is payable through a fiscal month and in no other payout.',
  })
  @Post()
  @Gives('draft-payout')
  draft(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The draft is ready for somebody else to approve.' })
  @Post(':payout/submit')
  @HttpCode(200)
  @Gives('submit-payout')
  submit(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'A word about what is unusual in what a payee gets by it.' })
  @Post(':payout/notes')
  @Gives('note-payout')
  note(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary: 'Somebody who did not make it agrees that it is paid; If-Match names what he saw.',
  })
  @Post(':payout/approve')
  @HttpCode(200)
  @Gives('approve-payout')
  approve(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, (caller) => this.refuseUnlessSeen(exchange, caller));
  }

  @ApiOperation({ summary: 'It is not to be paid; its amounts are free for another draft.' })
  @Post(':payout/reject')
  @HttpCode(200)
  @Gives('reject-payout')
  reject(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The money was paid.' })
  @Post(':payout/confirm')
  @HttpCode(200)
  @Gives('confirm-payout')
  confirm(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The money came back; both entries stay.' })
  @Post(':payout/reverse')
  @HttpCode(200)
  @Gives('reverse-payout')
  reverse(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({ summary: 'Payouts, each with its status, totals and root hash.' })
  @Queried(LIST_QUERY)
  async list(@Exchanged() { request }: Exchange): Promise<object> {
    const query = readQuery(LIST_QUERY, request.query);
    await this.reader.wait(query);
    const payouts = (await this.known(query.asOf)).filter(
      ({ status }) => query.status === undefined || query.status === status,
    );
    return pageOf(
      payouts.map((payout) => ({ keys: [payout.id], value: payoutSummary(payout) })),
      query,
    );
  }

  @Get(':payout')
  @ApiOperation({
    summary: 'One payout with every amount; its ETag is what If-Match names in an approval.',
  })
  @Queried(ITEM_QUERY)
  async show(@Exchanged() { request, response }: Exchange): Promise<object> {
    const { payout: id } = readPath(request.params) as { payout: string };
    const query = readQuery(ITEM_QUERY, request.query);
    await this.reader.wait(query);
    const found = (await this.known(query.asOf)).find((payout) => payout.id === id);
    if (!found) return notFound('payout', id);
    response.setHeader('ETag', etagOf(found));
    return payoutView(found);
  }

  @Get(':payout/review')
  @ApiOperation({
    summary:
      'What an approver wants to know: control totals, the difference from the last run by payee and component, what is unusual.',
  })
  @Queried(REVIEW_QUERY)
  async review(@Exchanged() { request, response }: Exchange): Promise<object> {
    const { payout: id } = readPath(request.params) as { payout: string };
    await this.reader.wait(readQuery(REVIEW_QUERY, request.query));
    await this.company.catchUp();
    const reviewed = await reviewOf(this.company, id);
    response.setHeader('ETag', etagOf(reviewed));
    return reviewed;
  }

  @Get(':payout/export')
  @ApiOperation({
    summary:
      'An approved payout as a payroll file or as balanced journal entries, with its manifest and the three-way totals.',
  })
  @Queried(EXPORT_QUERY)
  async export(@Exchanged() { request }: Exchange): Promise<object> {
    const { payout } = readPath(request.params) as { payout: string };
    const { after, format = 'generic', ...codes } = readQuery(EXPORT_QUERY, request.query);
    await this.reader.wait(after === undefined ? {} : { after });
    await this.company.catchUp();
    const { csv, manifest } = await exportPayout(this.company, {
      payout,
      format: format as ExportFormat,
      ...codes,
    });
    return { manifest, content: csv };
  }

  // What was decided shows at once, also where rows have not reached it yet.
  private async known(at: string | undefined): Promise<readonly KnownPayout[]> {
    const { book, position: then } = await this.reader.view(at === undefined ? {} : { asOf: at });
    const { position: head } = await this.company.health();
    return payoutsAt(this.company.database.pool, book, then ?? BigInt(head));
  }

  // Who approves says what he saw. But first comes what forbids it anyway: RFC 9110, 13.2.1.
  private async refuseUnlessSeen(
    { request }: Exchange,
    { user, role, payee }: Caller,
  ): Promise<void> {
    await this.company.catchUp();
    const { payout: id } = readPath(request.params) as { payout: string };
    const payouts = await this.known(undefined);
    const found = payouts.find((payout) => payout.id === id);
    const book = await this.company.book();
    const isHimself = (by: string): boolean =>
      [user, payee].some((name) => name !== undefined && book.isSamePerson(name, by));
    if (
      found?.status !== 'submitted' ||
      found.history.some(({ event, by }) => MAKES.has(event) && isHimself(by))
    )
      return;
    if (!isApprover(role, approvalOf(book, payouts, id))) return;
    refuseUnlessSeen(request, etagOf(found));
  }
}
