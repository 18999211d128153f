import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** The territory tree, and who covers it. */
@ApiTags('territories')
@Controller('v1/territories')
export class TerritoriesController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
  ) {}

  @ApiOperation({ summary: 'Defines a node of the tree; `rule` is a predicate over `account`.' })
  @Post()
  @Gives('define-territory')
  define(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'Who covers it, as owner or overlay, and when.' })
  @Post(':territory/assignments')
  @Gives('assign-territory')
  assign(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({ summary: 'The nodes of the territory tree.' })
  @Queried(listQuery('territories'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('territories', exchange);
  }

  @Get(':territory')
  @ApiOperation({ summary: 'One territory, with who covers it and when.' })
  @Queried(ITEM_QUERY)
  show(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.item('territories', 'territory', exchange);
  }
}
