import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { DealsQueries } from './deals.queries.js';
import { keysOf, pageOf } from './page.js';
import { asOf, cursor, limit, position, readPath, readQuery } from './parameters.js';
import { Queried } from './queried.js';
import { notFound, Reader } from './reader.js';
import { ITEM_QUERY } from './resources.js';
import { Writer } from './writer.js';

const LIST_QUERY = { limit, cursor, after: position, asOf, account: kinds.id, payee: kinds.id };

/** What was sold, and what happened to it since. */
@ApiTags('deals')
@Controller('v1/deals')
export class DealsController {
  constructor(
    private readonly writer: Writer,
    private readonly reader: Reader,
    private readonly deals: DealsQueries,
  ) {}

  @ApiOperation({ summary: 'Books a deal: something was sold.' })
  @Post()
  @Gives('book-deal')
  book(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary:
      "A business change: the deal's content from the day `on` on; the difference is credited on that day.",
  })
  @Post(':deal/amend')
  @HttpCode(200)
  @Gives('amend-deal')
  amend(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The record was wrong: restates the deal from its own booking date.' })
  @Post(':deal/correct')
  @HttpCode(200)
  @Gives('correct-deal')
  correct(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The deal is undone from the day `on` on.' })
  @Post(':deal/cancel')
  @HttpCode(200)
  @Gives('cancel-deal')
  cancel(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: "Part of the deal was invoiced, in the deal's currency." })
  @Post(':deal/invoices')
  @Gives('record-invoice')
  invoice(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: "Part of the deal was paid, in the deal's currency." })
  @Post(':deal/payments')
  @Gives('record-payment')
  pay(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({
    summary:
      'Deals, each with what happened to it; those with credit of the caller, where that is all he sees.',
  })
  @Queried(LIST_QUERY)
  async list(@Exchanged() { request }: Exchange): Promise<object> {
    const query = readQuery(LIST_QUERY, request.query);
    await this.reader.wait(query);
    const { position: at } = await this.reader.view(query);
    const visible = await this.reader.visible(request, query);
    const { account, payee, cursor: from } = query;
    if (payee !== undefined && visible !== 'all' && !visible.has(payee)) notFound('payee', payee);
    const rows = this.deals.many({
      after: keysOf(from)?.[0] ?? '',
      visible,
      ...(at !== undefined && { position: at }),
      ...(account !== undefined && { account }),
      ...(payee !== undefined && { payee }),
    });
    return pageOf(rows, query);
  }

  @Get(':deal')
  @ApiOperation({ summary: 'One deal: its booking as corrected, and what happened to it since.' })
  @Queried(ITEM_QUERY)
  async show(@Exchanged() { request, response }: Exchange): Promise<object> {
    const { deal: id } = readPath(request.params) as { deal: string };
    const query = readQuery(ITEM_QUERY, request.query);
    await this.reader.wait(query);
    const { position: at } = await this.reader.view(query);
    const found = await this.deals.one(id, at, await this.reader.visible(request, query));
    if (!found) return notFound('deal', id);
    response.setHeader('ETag', `"${String(found['position'])}"`);
    return found;
  }
}
