import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** Who can be paid, and to whom they report. */
@ApiTags('payees')
@Controller('v1/payees')
export class PayeesController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
  ) {}

  @ApiOperation({ summary: 'Adds somebody who can be paid.' })
  @Post()
  @Gives('add-payee')
  add(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'A new manager, role, currency or attributes from the day `on` on.' })
  @Post(':payee/change')
  @HttpCode(200)
  @Gives('change-payee')
  change(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'Days, both inclusive, on which the payee is not active.' })
  @Post(':payee/leaves')
  @Gives('record-leave')
  leave(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: '`on` is the first day on which the payee is no longer active.' })
  @Post(':payee/terminate')
  @HttpCode(200)
  @Gives('terminate-payee')
  terminate(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary:
      'What is personal of the payee goes for good; amounts stay. `confirm` names him again.',
  })
  @Post(':payee/forget')
  @HttpCode(200)
  @Gives('forget-payee')
  forget(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({ summary: 'Everybody who can be paid, as things stand today or stood then.' })
  @Queried(listQuery('payees'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('payees', exchange);
  }

  @Get(':payee')
  @ApiOperation({ summary: 'One payee, with the history of changes and leaves.' })
  @Queried(ITEM_QUERY)
  show(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.item('payees', 'payee', exchange);
  }
}
