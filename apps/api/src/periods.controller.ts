import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatDay, type Period } from '#kernel';
import type { Book } from '#crediting';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { pageOf } from './page.js';
import { asOf, cursor, limit, position, readPath, readQuery } from './parameters.js';
import { Queried } from './queried.js';
import { Reader } from './reader.js';
import { ITEM_QUERY } from './resources.js';
import { Writer } from './writer.js';

const LIST_QUERY = { limit, cursor, after: position, asOf };

const view = (book: Book, period: Period): object => {
  const { calendar } = book;
  const close = book.closes.find(({ month }) => month === period.last);
  const open = book.firstOpenMonth();
  return {
    period: calendar.name(period),
    kind: period.kind,
    from: formatDay(calendar.startOf(period.first)),
    to: formatDay(calendar.endOf(period.last)),
    status: open !== null && period.last < open ? 'closed' : 'open',
    ...(close && { closedAt: close.recorded, position: close.position }),
  };
};

/** Fiscal months, which are closed in order. */
@ApiTags('periods')
@Controller('v1/periods')
export class PeriodsController {
  constructor(
    private readonly writer: Writer,
    private readonly reader: Reader,
  ) {}

  @ApiOperation({
    summary:
      'The earnings of a fiscal month stay what they are now; later changes become prior-period adjustments.',
  })
  @Post(':period/close')
  @HttpCode(200)
  @Gives('close-period')
  close(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({
    summary:
      'Fiscal months from the calendar’s first to the one of today or the first open one, each closed or open.',
  })
  @Queried(LIST_QUERY)
  async list(@Exchanged() { request }: Exchange): Promise<object> {
    const query = readQuery(LIST_QUERY, request.query);
    await this.reader.wait(query);
    const { book, day } = await this.reader.view(query);
    if (!book.hasCalendar) return pageOf([], query);
    const last = Math.max(book.calendar.monthOf(day), book.firstOpenMonth() ?? 0);
    const months = Array.from({ length: Math.max(0, last + 1) }, (_, month) => {
      const value = view(book, { kind: 'month', first: month, last: month });
      return { keys: [book.calendar.monthName(month)], value };
    });
    return pageOf(months, query);
  }

  @Get(':period')
  @ApiOperation({ summary: 'A fiscal period of any length: its days, and whether it is closed.' })
  @Queried(ITEM_QUERY)
  async show(@Exchanged() { request }: Exchange): Promise<object> {
    const { period } = readPath(request.params) as { period: string };
    const query = readQuery(ITEM_QUERY, request.query);
    await this.reader.wait(query);
    const seen = await this.reader.view(query);
    return view(seen.book, this.reader.periodOf(seen, period));
  }
}
