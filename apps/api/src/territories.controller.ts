import { Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** The territory tree, and who covers it. */
@ApiTags('territories')
@Controller('v1/territories')
export class TerritoriesController {
  constructor(private readonly writer: Writer) {}

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
}
