import { Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Writer } from './writer.js';

/** What is promised, to whom, and what they are to reach. */
@ApiTags('plans')
@Controller('v1')
export class PlansController {
  constructor(private readonly writer: Writer) {}

  @ApiOperation({
    summary: 'Publishes a version of a plan; a later one replaces it from its own `from` on.',
  })
  @Post('plans')
  @Gives('publish-plan')
  publish(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'A payee is paid by a plan.' })
  @Post('plan-assignments')
  @Gives('assign-plan')
  assign(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'What a payee is to reach in a component and period.' })
  @Post('quotas')
  @Gives('assign-quota')
  assignQuota(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'How far a goal was reached.' })
  @Post('objectives')
  @Gives('score-objective')
  score(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({
    summary:
      'A manual credit (with a `deal`), or a manual amount of earnings (with a `period`); shown as manual.',
  })
  @Post('adjustments')
  @Gives('adjust-credit', 'adjust-earnings')
  adjust(@Exchanged() exchange: Exchange): Promise<object> {
    const [credit, earnings] = exchange.commands as [string, string];
    const { body } = exchange.request as { body?: { deal?: unknown } };
    return this.writer.write({
      ...exchange,
      commands: [body?.deal === undefined ? earnings : credit],
    });
  }
}
