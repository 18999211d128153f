import type { Pool } from 'pg';
import type { Book } from '#crediting';
import { calculate, type Ledger, type Payout } from '#ledger';
import { concernedFacts } from './calculation.postgres.js';
import { horizonAt, horizonMonth } from './horizon.postgres.js';
import { payeeMonths, readBody, readEarned, type Earned, type PayeeMonth } from './month-body.js';

/** What somebody wants to know: whose, of which months, and as of which position of the log. */
export interface LedgerQuestion {
  /** Everybody's where not given. */
  readonly payees?: readonly string[];
  /** Fiscal months, inclusive; all where not given. */
  readonly months?: { readonly first: number; readonly last: number };
}

/** All facts but those about deals, at the position for which they are asked. */
export interface KnownAt {
  readonly book: Book;
  readonly position: bigint;
  readonly payouts: readonly Payout[];
}

/** How far a calculation goes: through a fiscal month, or to where rows would go, at least through another. */
export interface Extent {
  readonly through?: number;
  readonly atLeast?: number;
  readonly trace?: boolean;
}

const PAYEES_AT_ONCE = 100;

type Stored = [string, number, string];

const grouped = (rows: readonly Stored[]): PayeeMonth[][] => {
  const found = new Map<string, PayeeMonth[]>();
  for (const [payee, month, body] of rows) {
    const read = readBody(payee, month, body);
    const known = found.get(payee);
    if (known) known.push(read);
    else found.set(payee, [read]);
  }
  return [...found.values()];
};

function* inPages(payees: readonly string[]): Generator<string[]> {
  const sorted = [...new Set(payees)].sort();
  for (let i = 0; i < sorted.length; i += PAYEES_AT_ONCE) yield sorted.slice(i, i + PAYEES_AT_ONCE);
}

/** Reads what was calculated, as rows or, for any other position of the log, by calculating it again. */
export class LedgerQueries {
  constructor(private readonly pool: Pool) {}

  /** The last fiscal month that rows go to; null before there are any. */
  async through(): Promise<number | null> {
    const { rows } = await this.pool.query<{ month: number }>('select month from calculated');
    return rows[0]?.month ?? null;
  }

  /** Payee by payee, in order: the months of what is known now, as rows have it. */
  async *current({ payees, months }: LedgerQuestion): AsyncGenerator<PayeeMonth[]> {
    for await (const page of payees ? inPages(payees) : this.everybody())
      yield* grouped(await this.months(page, months));
  }

  /** All that some payees earned and had adjusted, as rows have it now. */
  async earned(payees: readonly string[]): Promise<Earned[]> {
    const rows = await this.months(payees);
    return rows.flatMap(([payee, month, body]) => readEarned(payee, month, body));
  }

  /** Payee by payee, in order: the months as they come of what was known at a position. */
  async *calculated(
    { payees, months }: LedgerQuestion,
    known: KnownAt,
    trace = false,
    /** The last fiscal month to go to, if it lies beyond what would be calculated anyway. */
    atLeast = -Infinity,
  ): AsyncGenerator<PayeeMonth[]> {
    const book = known.book.asOf(Number(known.position));
    if (!book.hasCalendar) return;
    const wanted = [...(payees ?? book.payeeIds)].sort();
    for (let i = 0; i < wanted.length; i += PAYEES_AT_ONCE) {
      const chunk = wanted.slice(i, i + PAYEES_AT_ONCE);
      const ledger = await this.ledgerOf(chunk, known, {
        ...(months && { through: months.last }),
        atLeast,
        trace,
      });
      const found = new Map<string, PayeeMonth[]>();
      for (const month of payeeMonths(ledger)) {
        if (months && (month.month < months.first || month.month > months.last)) continue;
        found.set(month.payee, [...(found.get(month.payee) ?? []), month]);
      }
      yield* found.values();
    }
  }

  /** The deals whose pay waited for an exchange rate, by what was known at a position. */
  async missingAt(known: KnownAt): Promise<Set<string>> {
    const found = new Set<string>();
    const payees = known.book.payeeIds;
    for (let i = 0; i < payees.length; i += PAYEES_AT_ONCE) {
      const ledger = await this.ledgerOf(payees.slice(i, i + PAYEES_AT_ONCE), known);
      for (const { deal } of ledger.missingRates) if (deal !== undefined) found.add(deal);
    }
    return found;
  }

  private async *everybody(): AsyncGenerator<string[]> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const { rows }: { rows: [string][] } = await this.pool.query<[string]>({
        name: 'payees_with_months',
        text: `select distinct payee from payee_month where payee > $1 order by payee limit $2`,
        values: [after, PAYEES_AT_ONCE],
        rowMode: 'array',
      });
      yield rows.map(([payee]) => payee);
      after = rows.at(-1)?.[0];
    }
  }

  private async months(
    payees: readonly string[],
    months?: LedgerQuestion['months'],
  ): Promise<Stored[]> {
    const { rows } = await this.pool.query<Stored>({
      name: 'payee_months',
      text: `select payee, month, body::text from payee_month
        where payee = any($1) and month between $2 and $3 order by payee, month`,
      values: [payees, months?.first ?? -2147483648, months?.last ?? 2147483647],
      rowMode: 'array',
    });
    return rows;
  }

  /** The whole ledger of some payees as it comes of what was known at a position. */
  async ledgerOf(
    payees: readonly string[],
    { book, position, payouts }: KnownAt,
    { through, atLeast = -Infinity, trace = false }: Extent = {},
  ): Promise<Ledger> {
    const then = book.asOf(Number(position));
    const facts = await concernedFacts(this.pool, then, payees);
    const horizon = through ?? horizonMonth(then, await horizonAt(this.pool, position));
    const last = Math.max(horizon, atLeast);
    return calculate(book.withDeals(facts).asOf(Number(position)), {
      payees,
      through: last,
      trace,
      payouts,
    });
  }
}
