import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** Batches of what is to be paid: drafted, submitted, approved by somebody else, confirmed. */
@ApiTags('payouts')
@Controller('v1/payouts')
export class PayoutsController {
  constructor(private readonly writer: Writer) {}

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

  @ApiOperation({
    summary: 'Somebody who did not make it agrees that it is paid; If-Match names what he saw.',
  })
  @Post(':payout/approve')
  @HttpCode(200)
  @Gives('approve-payout')
  approve(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
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
}
