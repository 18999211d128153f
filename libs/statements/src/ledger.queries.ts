import type { Pool } from 'pg';
import type { Book } from '#crediting';
import { calculate, type Ledger, type Payout } from '#ledger';
import { concernedFacts } from './calculation.postgres.js';
import { horizonAt, horizonMonth } from './horizon.postgres.js';
import { payeeMonths, readBody, type PayeeMonth } from './month-body.js';

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
    const wanted = payees && [...payees].sort();
    for (let after = ''; ;) {
      const { rows: page } = await this.pool.query<[string]>({
        name: 'payees_with_months',
        text: `select distinct payee from payee_month
          where payee > $1 and ($2::text[] is null or payee = any($2)) order by payee limit $3`,
        values: [after, wanted ?? null, PAYEES_AT_ONCE],
        rowMode: 'array',
      });
      if (page.length === 0) return;
      const { rows } = await this.pool.query<Stored>({
        name: 'payee_months',
        text: `select payee, month, body::text from payee_month
          where payee = any($1) and month between $2 and $3 order by payee, month`,
        values: [
          page.map(([payee]) => payee),
          months?.first ?? -2147483648,
          months?.last ?? 2147483647,
        ],
        rowMode: 'array',
      });
      yield* grouped(rows);
      after = (page[page.length - 1] as [string])[0];
    }
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
