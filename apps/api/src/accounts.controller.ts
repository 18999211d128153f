import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** Customers, and the territories they were moved to. */
@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountsController {
  constructor(private readonly writer: Writer) {}

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
}
