import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { same } from '#kernel';
import { OpenCompany } from '../../worker/src/company.js';
import { Turns } from '../../worker/src/turns.postgres.js';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { refuseUnlessSeen } from './preconditions.js';
import { Writer } from './writer.js';

/** What is promised, to whom, and what they are to reach. */
@ApiTags('plans')
@Controller('v1')
export class PlansController {
  private readonly turns: Turns;

  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
    private readonly company: OpenCompany,
  ) {
    this.turns = new Turns(company.database.pool);
  }

  @ApiOperation({
    summary: 'Publishes a version of a plan; a later one replaces it from its own `from` on.',
  })
  @Post('plans')
  @Gives('publish-plan')
  publish(@Exchanged() exchange: Exchange): Promise<object> {
    // One after the other: of two editors who saw the same state, the second is told.
    return this.turns.take('plans', () =>
      this.writer.write(exchange, (_caller, data) =>
        this.refuseUnlessSeen(exchange, data as { id: string }),
      ),
    );
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

  @Get('plans')
  @ApiOperation({ summary: 'Plans, each with its versions.' })
  @Queried(listQuery('plans'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('plans', exchange);
  }

  @Get('plans/:plan')
  @ApiOperation({
    summary:
      'One plan with its versions; the ETag is what If-Match names when another is published.',
  })
  @Queried(ITEM_QUERY)
  show(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.item('plans', 'plan', exchange);
  }

  @Get('plan-assignments')
  @ApiOperation({ summary: 'Who is paid by which plan, and when.' })
  @Queried(listQuery('plan-assignments'))
  assignments(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('plan-assignments', exchange);
  }

  @Get('quotas')
  @ApiOperation({ summary: 'What payees are to reach.' })
  @Queried(listQuery('quotas'))
  quotas(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('quotas', exchange);
  }

  @Get('objectives')
  @ApiOperation({ summary: 'How far goals were reached.' })
  @Queried(listQuery('objectives'))
  scores(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('objectives', exchange);
  }

  // A plan that is there already is edited by a new version: whoever does so says which state he saw.
  private async refuseUnlessSeen(
    { request }: Exchange,
    data: { readonly id: string },
  ): Promise<void> {
    const facts = (await this.company.book()).facts(`plan-${data.id}`);
    const last = facts.at(-1);
    if (!last || facts.some((fact) => same(fact.data, data))) return;
    refuseUnlessSeen(request, `"${last.position}"`);
  }
}
