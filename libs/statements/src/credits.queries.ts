import type { Pool } from 'pg';
import { Exact, formatDay, type FiscalCalendar, type Period } from '#kernel';
import type { Fact } from '#crediting';
import { dealCredits } from './dated-credits.js';
import type { KnownAt } from './ledger.queries.js';
import { byKeys, KEY_COLUMNS, moneyText, type TableRow } from './tables.js';

/** Which credits: of a payee, and of a period; all where not given. */
export interface CreditsQuestion {
  readonly payee?: string;
  readonly period?: Period;
  readonly calendar: FiscalCalendar;
}

const DEALS_AT_ONCE = 2000;

const daysOf = ({
  period,
  calendar,
}: Pick<CreditsQuestion, 'period' | 'calendar'>): [number, number] | undefined =>
  period && [calendar.startOf(period.first), calendar.endOf(period.last)];

type Stored = [string, string, string, string, string, string];

const rowOf = ([deal, payee, kind, line, amount, currency]: Stored): TableRow => ({
  cells: [deal, payee, kind, line, moneyText(Exact.from(amount), currency)],
  currency,
});

/** Credits and deals without them, as rows or as of any position of the log, ordered by their keys. */
export class CreditsQueries {
  constructor(private readonly pool: Pool) {}

  /** The `credits` table of what is known now. */
  async *current(question: CreditsQuestion): AsyncGenerator<TableRow> {
    const days = daysOf(question)?.map(formatDay) ?? ['-infinity', 'infinity'];
    for (let after = ''; ;) {
      // By deal, through the list of those who had credit of it: the key of credits begins with the payee.
      const page = await this.deals(after, question.payee);
      if (page.length === 0) return;
      const { rows } = await this.pool.query<Stored>({
        name: 'credits_of_deals',
        text: `select c.deal, c.payee, c.kind, c.line, sum(c.amount)::text, c.currency
          from deal d cross join lateral unnest(d.payees) as p(payee)
          cross join lateral (select * from credit where payee = p.payee and deal = d.deal offset 0) c
          where d.deal = any($1) and ($2::text is null or p.payee = $2)
            and c.credited_on between $3::date and $4::date
          group by c.deal, c.payee, c.kind, c.line, c.currency
          order by c.deal, c.payee, c.kind, c.line`,
        values: [page.map(([deal]) => deal), question.payee ?? null, ...days],
        rowMode: 'array',
      });
      for (const row of rows) yield rowOf(row);
      after = (page[page.length - 1] as [string])[0];
    }
  }

  /** The `credits` table of what was known at a position. */
  async *calculated(question: CreditsQuestion, known: KnownAt): AsyncGenerator<TableRow> {
    const days = daysOf(question);
    for await (const deals of this.dealsAt(known)) {
      const sums = new Map<string, { cells: string[]; amount: Exact; currency: string }>();
      for (const credit of deals.flatMap(({ credits }) => credits)) {
        const { deal, payee, kind, line, on, amount, currency } = credit;
        if (question.payee !== undefined && payee !== question.payee) continue;
        if (days && (on < days[0] || on > days[1])) continue;
        const cells = [deal, payee, kind, line];
        const key = cells.join('\n');
        sums.set(key, {
          cells,
          currency,
          amount: amount.plus(sums.get(key)?.amount ?? Exact.ZERO),
        });
      }
      const rows = [...sums.values()].map(({ cells, amount, currency }): TableRow => ({
        cells: [...cells, moneyText(amount, currency)],
        currency,
      }));
      yield* rows.sort(byKeys(KEY_COLUMNS.credits));
    }
  }

  private async deals(after: string, payee: string | undefined): Promise<[string][]> {
    const of =
      payee === undefined
        ? { name: 'deals_after', from: 'deal', where: 'deal > $1', values: [] }
        : {
            name: 'deals_of_payee_after',
            from: 'credit',
            where: 'deal > $1 and payee = $3',
            values: [payee],
          };
    const { rows } = await this.pool.query<[string]>({
      name: of.name,
      text: `select distinct deal from ${of.from} where ${of.where} order by deal limit $2`,
      values: [after, DEALS_AT_ONCE, ...of.values],
      rowMode: 'array',
    });
    return rows;
  }

  /** The `uncredited` table of what is known now; of a period, the deals booked in it. */
  async *uncredited(
    question: Pick<CreditsQuestion, 'period' | 'calendar'>,
  ): AsyncGenerator<TableRow> {
    const { rows } = await this.pool.query<[string, string]>({
      name: 'uncredited',
      text: `select distinct u.deal, u.reason from uncredited u join deal d on d.deal = u.deal
        where d.booked_on between $1::date and $2::date order by u.deal, u.reason`,
      values: daysOf(question)?.map(formatDay) ?? ['-infinity', 'infinity'],
      rowMode: 'array',
    });
    for (const cells of rows) yield { cells };
  }

  /** The `uncredited` table at a position; `missing` are deals whose pay waits for an exchange rate. */
  async *uncreditedAt(
    question: Pick<CreditsQuestion, 'period' | 'calendar'>,
    known: KnownAt,
    missing: ReadonlySet<string>,
  ): AsyncGenerator<TableRow> {
    const days = daysOf(question);
    for await (const deals of this.dealsAt(known)) {
      const rows: TableRow[] = [];
      for (const { credited, uncredited } of deals) {
        const { id, bookedOn } = credited.deal;
        if (days && (bookedOn < days[0] || bookedOn > days[1])) continue;
        if (missing.has(id)) rows.push({ cells: [id, 'no-fx-rate'] });
        for (const { reason } of uncredited) rows.push({ cells: [id, reason] });
      }
      yield* rows.sort(byKeys(KEY_COLUMNS.uncredited));
    }
  }

  private async *dealsAt({ book, position }: KnownAt) {
    for (let after = ''; ;) {
      const { rows } = await this.pool.query<[string, string]>({
        name: 'deals_with_facts_after',
        text: `select deal, facts from deal where deal > $1 and position <= $2 order by deal limit $3`,
        values: [after, position, DEALS_AT_ONCE],
        rowMode: 'array',
      });
      if (rows.length === 0) return;
      const then = book.asOf(Number(position));
      yield rows.flatMap(([, text]) => {
        const facts = (JSON.parse(text) as Fact[]).filter((fact) => fact.position <= position);
        return dealCredits(then, facts) ?? [];
      });
      after = (rows[rows.length - 1] as [string, string])[0];
    }
  }
}
