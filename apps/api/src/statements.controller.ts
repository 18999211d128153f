import { Controller, Get, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import {
  explainNode,
  statementCsv,
  type ExplainNode,
  type Statement,
  type StatementLine,
} from '#statements';
import { OpenCompany } from '../../worker/src/company.js';
import {
  issuedStatement,
  issuedStatementsOf,
  type Issued,
} from '../../worker/src/issued-statements.js';
import { statementPdf } from '../../worker/src/statement-pdf.js';
import { statementAt, statementHash } from '../../worker/src/statements.js';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { readPath, readQuery } from './parameters.js';
import { Queried } from './queried.js';
import { notFound, Reader } from './reader.js';
import { ITEM_QUERY } from './resources.js';
import { Writer } from './writer.js';

const format = kinds.oneOf(['json', 'csv', 'pdf']);
const STATEMENT_QUERY = { ...ITEM_QUERY, format };
const ISSUED_QUERY = { after: ITEM_QUERY.after, format };

const fileOf = async (
  form: string | undefined,
  statement: Statement,
  sha256: string,
): Promise<StreamableFile | undefined> => {
  const disposition = `attachment; filename="statement-${statement.period}.${form}"`;
  if (form === 'csv') {
    const csv = Buffer.from(statementCsv(statement));
    return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition });
  }
  if (form !== 'pdf') return undefined;
  const pdf = await statementPdf(statement, sha256);
  return new StreamableFile(pdf, { type: 'application/pdf', disposition });
};

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
    private readonly writer: Writer,
  ) {}

  @Get(':payee/:period')
  @ApiOperation({
    summary: 'Where a payee stands, what was earned and why, and what is paid, of a fiscal period.',
  })
  @Queried(STATEMENT_QUERY)
  async statement(@Exchanged() exchange: Exchange): Promise<Statement | StreamableFile> {
    const statement = await this.read(exchange, false);
    const sha256 = statementHash(statement);
    exchange.response.setHeader('ETag', `"${sha256}"`);
    const { format: form } = readQuery(STATEMENT_QUERY, exchange.request.query);
    return (await fileOf(form, statement, sha256)) ?? statement;
  }

  @ApiOperation({
    summary: 'What the statement says now is given to the payee, and kept for ever.',
  })
  @Post(':payee/:period/issue')
  @Gives('issue-statement')
  async issue(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @ApiOperation({ summary: 'The payee has seen the statement that was issued last.' })
  @Post(':payee/:period/acknowledge')
  @HttpCode(200)
  @Gives('acknowledge-statement')
  async acknowledge(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, (_caller, data) => {
      const { payee } = data as { payee: string };
      return this.reader.requireVisible(exchange.request, payee, 'payee', payee);
    });
  }

  @Get(':payee/:period/issued')
  @ApiOperation({ summary: 'The statements that were issued for a period, the latest last.' })
  @Queried({ after: ITEM_QUERY.after })
  async issued(
    @Exchanged() { request }: Exchange,
  ): Promise<{ readonly data: readonly Issued[]; readonly page: { readonly next: null } }> {
    const { payee, period } = readPath(request.params) as { payee: string; period: string };
    readQuery({ after: ITEM_QUERY.after }, request.query);
    await this.reader.requireVisible(request, payee, 'payee', payee);
    const data = await issuedStatementsOf(this.company.store, payee, period);
    return { data, page: { next: null } };
  }

  @Get(':payee/:period/issued/:sha256')
  @ApiOperation({
    summary: 'A statement as it was issued, byte for byte; `latest` is the last one of the period.',
  })
  @Queried(ISSUED_QUERY)
  async issuedOne(@Exchanged() { request, response }: Exchange): Promise<StreamableFile> {
    const named = readPath(request.params) as { payee: string; period: string; sha256: string };
    const { format: form } = readQuery(ISSUED_QUERY, request.query);
    await this.reader.requireVisible(request, named.payee, 'payee', named.payee);
    const asked = named.sha256 === 'latest' ? undefined : named.sha256;
    const found = await issuedStatement(this.company.store, named.payee, named.period, asked);
    response.setHeader('ETag', `"${found.sha256}"`);
    return (
      (await fileOf(form, found.statement, found.sha256)) ??
      new StreamableFile(Buffer.from(found.content), { type: 'application/json; charset=utf-8' })
    );
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
    const allowed: Partial<typeof STATEMENT_QUERY> = trace ? ITEM_QUERY : STATEMENT_QUERY;
    const { after, asOf } = readQuery(allowed as typeof STATEMENT_QUERY, request.query);
    const query = { ...(after !== undefined && { after }), ...(asOf !== undefined && { asOf }) };
    await this.reader.wait(query);
    await this.reader.requireVisible(request, payee, 'payee', payee, query);
    this.reader.periodOf(await this.reader.view(query), period);
    return statementAt(this.company, { payee, period, trace, ...(asOf !== undefined && { asOf }) });
  }
}
