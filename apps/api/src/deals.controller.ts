import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** What was sold, and what happened to it since. */
@ApiTags('deals')
@Controller('v1/deals')
export class DealsController {
  constructor(private readonly writer: Writer) {}

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
}
