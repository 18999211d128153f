import { hash } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  explainNode,
  statementContent,
  type ExplainNode,
  type Statement,
  type StatementLine,
} from '#statements';
import { OpenCompany } from '../../worker/src/company.js';
import { statementAt } from '../../worker/src/statements.js';
import { Exchanged, type Exchange } from './exchange.js';
import { readPath, readQuery } from './parameters.js';
import { Queried } from './queried.js';
import { notFound, Reader } from './reader.js';
import { ITEM_QUERY } from './resources.js';

interface Explained extends Omit<StatementLine, 'trace'> {
  readonly position: number;
  /** Why the amount is what it is, down to the log positions of the facts. */
  readonly explanation: ExplainNode;
}

/** What a payee sees, and why. */
@ApiTags('statements')
@Controller('v1/statements')
export class StatementsController {
  constructor(
    private readonly company: OpenCompany,
    private readonly reader: Reader,
  ) {}

  @Get(':payee/:period')
  @ApiOperation({
    summary: 'Where a payee stands, what was earned and why, and what is paid, of a fiscal period.',
  })
  @Queried(ITEM_QUERY)
  async statement(@Exchanged() exchange: Exchange): Promise<Statement> {
    const statement = await this.read(exchange, false);
    exchange.response.setHeader('ETag', `"${hash('sha256', statementContent(statement), 'hex')}"`);
    return statement;
  }

  @Get(':payee/:period/lines/:line/explain')
  @ApiOperation({
    summary: 'The tree behind one line: each node with its rule, inputs, formula and result.',
  })
  @Queried(ITEM_QUERY)
  async explain(@Exchanged() exchange: Exchange): Promise<Explained> {
    const { position, lines } = await this.read(exchange, true);
    const id = String(exchange.request.params['line']);
    const found = lines.find((line) => line.id === id);
    if (!found?.trace) return notFound('statement line', id);
    const { trace, ...line } = found;
    return { position, ...line, explanation: explainNode(trace) };
  }

  private async read({ request }: Exchange, trace: boolean): Promise<Statement> {
    const { payee, period } = readPath(request.params) as { payee: string; period: string };
    const query = readQuery(ITEM_QUERY, request.query);
    await this.reader.wait(query);
    await this.reader.requireVisible(request, payee, 'payee', payee);
    this.reader.periodOf(await this.reader.view(query), period);
    const { asOf } = query;
    return statementAt(this.company, { payee, period, trace, ...(asOf !== undefined && { asOf }) });
  }
}
