import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** What payees say is wrong, and what was decided. */
@ApiTags('disputes')
@Controller('v1/disputes')
export class DisputesController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
  ) {}

  @ApiOperation({ summary: 'A payee says that something is wrong, or missing.' })
  @Post()
  @Gives('open-dispute')
  open(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'A word in the thread.' })
  @Post(':dispute/comments')
  @Gives('comment-dispute')
  comment(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary:
      'The decision, and the remedy that is recorded because of it; nobody resolves his own.',
  })
  @Post(':dispute/resolve')
  @HttpCode(200)
  @Gives('resolve-dispute')
  resolve(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'Who opened it no longer asks for a decision.' })
  @Post(':dispute/withdraw')
  @HttpCode(200)
  @Gives('withdraw-dispute')
  withdraw(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({ summary: 'Disputes, each with where it stands.' })
  @Queried(listQuery('disputes'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('disputes', exchange);
  }

  @Get(':dispute')
  @ApiOperation({ summary: 'One dispute, with its thread.' })
  @Queried(ITEM_QUERY)
  show(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.item('disputes', 'dispute', exchange);
  }
}
