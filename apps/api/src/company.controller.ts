import { Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** What holds for the whole company. */
@ApiTags('company')
@Controller('v1')
export class CompanyController {
  constructor(private readonly writer: Writer) {}

  @ApiOperation({ summary: 'How the company cuts its fiscal years.' })
  @Post('calendar')
  @Gives('define-calendar')
  defineCalendar(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary: 'Rounding, exchange rates and approvals, for what begins in or after a fiscal month.',
  })
  @Post('policies')
  @Gives('set-policy')
  setPolicy(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: '1 `base` = `rate` `quote`.' })
  @Post('fx-rates')
  @Gives('publish-fx-rate')
  publishRate(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: "A measure that is not a deal; without a payee it is everybody's." })
  @Post('metrics')
  @Gives('record-metric')
  recordMetric(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }
}
