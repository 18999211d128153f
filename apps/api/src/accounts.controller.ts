import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** Customers, and the territories they were moved to. */
@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
  ) {}

  @ApiOperation({
    summary: 'Registers a customer; a later registration replaces its name and attributes.',
  })
  @Post()
  @Gives('register-account')
  register(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary:
      'An explicit assignment to a territory from the day `on` on, with a holdover if need be.',
  })
  @Post(':account/move')
  @HttpCode(200)
  @Gives('move-account')
  move(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({ summary: 'Customers.' })
  @Queried(listQuery('accounts'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('accounts', exchange);
  }

  @Get(':account')
  @ApiOperation({ summary: 'One customer, with its moves between territories.' })
  @Queried(ITEM_QUERY)
  show(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.item('accounts', 'account', exchange);
  }
}
