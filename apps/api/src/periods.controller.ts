import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** Fiscal months, which are closed in order. */
@ApiTags('periods')
@Controller('v1/periods')
export class PeriodsController {
  constructor(private readonly writer: Writer) {}

  @ApiOperation({
    summary:
      'The earnings of a fiscal month stay what they are now; later changes become prior-period adjustments.',
  })
  @Post(':period/close')
  @HttpCode(200)
  @Gives('close-period')
  close(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }
}
