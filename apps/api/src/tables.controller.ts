import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { kinds } from '#kernel';
import { KEY_COLUMNS, TABLES, type TableName, type TableRow } from '#statements';
import { OpenCompany } from '../../worker/src/company.js';
import { tableOf } from '../../worker/src/tables.js';
import { Exchanged, type Exchange } from './exchange.js';
import { pageOf, type Keyed, type Page } from './page.js';
import { asOf, cursor, limit, position, readQuery, type Allowed } from './parameters.js';
import { Queried } from './queried.js';
import { notFound, Reader, type Visible } from './reader.js';

type Row = Readonly<Record<string, unknown>>;

const PAGED = { limit, cursor, after: position, asOf } as const satisfies Allowed;

const FILTERS = {
  credits: {
    deal: kinds.id,
    payee: kinds.id,
    kind: kinds.oneOf(['direct', 'overlay', 'rollup', 'manual']),
    period: kinds.period,
  },
  attainment: { payee: kinds.id, component: kinds.id, period: kinds.period },
  earnings: { payee: kinds.id, component: kinds.id, deal: kinds.id, period: kinds.period },
  adjustments: { payee: kinds.id, component: kinds.id, origin: kinds.month, period: kinds.period },
  payable: { payee: kinds.id, period: kinds.period },
  balances: {
    payee: kinds.id,
    account: kinds.oneOf(['draw', 'held', 'owed', 'paid']),
    period: kinds.period,
  },
  uncredited: { deal: kinds.id, reason: kinds.oneOf(['no-territory', 'no-owner', 'no-fx-rate']) },
} as const satisfies Readonly<Record<TableName, Allowed>>;

const allowed = <T extends TableName>(table: T) => ({ ...PAGED, ...FILTERS[table] });

const objectOf = (table: TableName, { cells, currency }: TableRow): Row => {
  const row: Record<string, unknown> = {};
  TABLES[table].forEach((column, i) => {
    const cell = cells[i] as string;
    if (cell === '') return;
    row[column] = column === 'amount' && currency !== undefined ? { amount: cell, currency } : cell;
  });
  return row;
};

/** The tables of what was calculated: one row a key, with the column names of every export. */
@ApiTags('tables')
@Controller('v1')
export class TablesController {
  constructor(
    private readonly company: OpenCompany,
    private readonly reader: Reader,
  ) {}

  @Get('credits')
  @ApiOperation({ summary: 'What each deal credits to whom.' })
  @Queried(allowed('credits'))
  credits(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('credits', exchange);
  }

  @Get('attainment')
  @ApiOperation({ summary: 'How much of each quota was reached; of a period, up to its end.' })
  @Queried(allowed('attainment'))
  attainment(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('attainment', exchange);
  }

  @Get('earnings')
  @ApiOperation({
    summary: 'What was earned, by payee, component, month and deal, in the plan’s currency.',
  })
  @Queried(allowed('earnings'))
  earnings(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('earnings', exchange);
  }

  @Get('adjustments')
  @ApiOperation({ summary: 'What late facts changed in closed months, and where it is posted.' })
  @Queried(allowed('adjustments'))
  adjustments(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('adjustments', exchange);
  }

  @Get('payable')
  @ApiOperation({
    summary: 'What is payable, after release, draw and recovery, in the payee’s currency.',
  })
  @Queried(allowed('payable'))
  payable(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('payable', exchange);
  }

  @Get('balances')
  @ApiOperation({ summary: 'What is drawn, held, owed and paid at the end of each month.' })
  @Queried(allowed('balances'))
  balances(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('balances', exchange);
  }

  @Get('uncredited')
  @ApiOperation({ summary: 'Deals, or parts of them, that nobody has credit for, and why.' })
  @Queried(allowed('uncredited'))
  uncredited(@Exchanged() exchange: Exchange): Promise<Page<Row>> {
    return this.page('uncredited', exchange);
  }

  private async page(table: TableName, { request }: Exchange): Promise<Page<Row>> {
    const query: Readonly<Record<string, string | undefined>> = readQuery(
      allowed(table),
      request.query,
    );
    await this.reader.wait(query);
    const view = await this.reader.view(query);
    const visible = await this.reader.visible(request, query);
    const { payee, period, asOf: when, limit: most, cursor: from, after: _, ...others } = query;
    if (payee !== undefined && visible !== 'all' && !visible.has(payee)) notFound('payee', payee);
    const only = payee ?? (visible !== 'all' && visible.size === 1 ? [...visible][0] : undefined);
    const question = {
      ...(only !== undefined && { payee: only }),
      ...(period !== undefined && { period: this.reader.periodOf(view, period) }),
      ...(when !== undefined && { asOf: when }),
    };
    const rows = keyed(table, tableOf(this.company, table, question), visible, others);
    return pageOf(rows, { ...(most && { limit: most }), ...(from && { cursor: from }) });
  }
}

async function* keyed(
  table: TableName,
  rows: AsyncIterable<TableRow>,
  visible: Visible,
  filters: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<Keyed<Row>> {
  const columns: readonly string[] = TABLES[table];
  const ofPayee = columns.indexOf('payee');
  const wanted = Object.entries(filters).map(
    ([name, value]) => [columns.indexOf(name), value] as const,
  );
  for await (const row of rows) {
    if (visible !== 'all' && !visible.has(row.cells[ofPayee] as string)) continue;
    if (wanted.some(([column, value]) => row.cells[column] !== value)) continue;
    // The currency tells apart what is alike but for it.
    yield {
      keys: [...row.cells.slice(0, KEY_COLUMNS[table]), row.currency ?? ''],
      value: objectOf(table, row),
    };
  }
}
