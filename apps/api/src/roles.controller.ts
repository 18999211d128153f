import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** Who may do what. */
@ApiTags('access')
@Controller('v1/roles')
export class RolesController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
  ) {}

  @ApiOperation({
    summary:
      'What a user may do, from his next request on, and the payee who he is. Nobody grants a role to himself.',
  })
  @Post()
  @Gives('grant-role')
  grant(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary: 'What a user may not do any more, from his next request on, whatever his token says.',
  })
  @Post(':user/revoke')
  @HttpCode(200)
  @Gives('revoke-role')
  revoke(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({
    summary: 'Who has or had which role, by whom and since when; as of now or as of then.',
  })
  @Queried(listQuery('roles'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('roles', exchange);
  }
}
