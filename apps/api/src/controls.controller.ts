import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import { OpenCompany } from '../../worker/src/company.js';
import { controlOf, CONTROLS } from '../../worker/src/controls.js';
import { Exchanged, type Exchange } from './exchange.js';
import { pageOf } from './page.js';
import { asOf, cursor, limit, readPath, readQuery } from './parameters.js';
import { Queried } from './queried.js';
import { notFound } from './reader.js';

const QUERY = { limit, cursor, from: asOf, to: asOf, payout: kinds.id };

/** What auditors of commissions ask of the controls. */
@ApiTags('audit')
@Controller('v1/audit/controls')
export class ControlsController {
  constructor(private readonly company: OpenCompany) {}

  @Get(':control')
  @ApiOperation({
    summary:
      'imports (completeness), adjustments, plans, access, duties or reconcile: what was found, each with its exception.',
  })
  @Queried(QUERY)
  async control(@Exchanged() { request }: Exchange): Promise<object> {
    const { control } = readPath(request.params) as { control: string };
    const query = readQuery(QUERY, request.query);
    const name = CONTROLS.find((one) => one === control) ?? notFound('control', control);
    const [from, to] = [
      await this.company.positionOf(query.from),
      await this.company.positionOf(query.to),
    ];
    const { findings } = await controlOf(this.company, name, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(query.payout !== undefined && { payout: query.payout }),
    });
    return pageOf(
      findings.map((value, i) => ({ keys: [String(i).padStart(10, '0')], value })),
      query,
    );
  }
}
