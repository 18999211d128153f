import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenCompany } from '../../worker/src/company.js';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { listQuery, Resources } from './resources.js';
import { notFound, Reader } from './reader.js';
import { Writer } from './writer.js';

/** What holds for the whole company. */
@ApiTags('company')
@Controller('v1')
export class CompanyController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
    private readonly reader: Reader,
    private readonly company: OpenCompany,
  ) {}

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

  @Get('policies')
  @ApiOperation({ summary: 'What was set, in order of the months from which it holds.' })
  @Queried(listQuery('policies'))
  policies(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('policies', exchange);
  }

  @Get('fx-rates')
  @ApiOperation({ summary: 'Exchange rates.' })
  @Queried(listQuery('fx-rates'))
  rates(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('fx-rates', exchange);
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Measures that are not deals.' })
  @Queried(listQuery('metrics'))
  metrics(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('metrics', exchange);
  }

  @Get('calendar')
  @ApiOperation({ summary: 'How the company cuts its fiscal years.' })
  async calendar(): Promise<object> {
    const book = await this.company.book();
    const [fact] = book.facts('calendar-company');
    if (!fact) return notFound('calendar', 'company');
    return { ...fact.data, position: fact.position };
  }

  @Get('me')
  @ApiOperation({
    summary: 'Who you are by your token or key, in which role, and whose things you see.',
  })
  async me(@Exchanged() { request }: Exchange): Promise<object> {
    const visible = await this.reader.visible(request);
    return { ...request.caller, sees: visible === 'all' ? 'all' : [...visible].sort() };
  }
}
