import { Injectable } from '@nestjs/common';
import type { Fact } from '#crediting';
import { deal as rules, type Deal, type DealEvent } from '#deals';
import { Exact } from '#kernel';
import { moneyText } from '#statements';
import { OpenCompany } from '../../worker/src/company.js';
import type { Visible } from './reader.js';

type Fields = Readonly<Record<string, unknown>>;
type Event = Pick<Fact, 'type' | 'data' | 'position'>;

/** Which deals: after an id, at a position of the log, with credit of whom. */
export interface DealsQuestion {
  readonly after: string;
  readonly position?: bigint;
  readonly visible: Visible;
  readonly account?: string;
  readonly payee?: string;
}

const AT_ONCE = 200;

const DEALS = `
  select deal, facts from deal
  where deal > $1 and ($2::bigint is null or position <= $2)
    and ($3::text[] is null or payees && $3) and ($4::text is null or account = $4)
    and ($5::text is null or payees @> array[$5])
  order by deal limit ${AT_ONCE}`;

const money = (amount: unknown, currency: string): unknown =>
  typeof amount === 'string'
    ? { amount: moneyText(Exact.from(amount), currency), currency }
    : amount;

// Every amount of a deal is in its currency; quantities are plain numbers.
const withMoney = (fields: Fields, currency: string): Fields => {
  const { amount, lines, ...others } = fields as { amount?: unknown; lines?: readonly Fields[] };
  return {
    ...others,
    ...(amount === undefined ? {} : { amount: money(amount, currency) }),
    ...(lines && {
      lines: lines.map((line) => ({
        ...line,
        amount: money(line['amount'], currency),
        ...(line['cost'] === undefined ? {} : { cost: money(line['cost'], currency) }),
      })),
    }),
  };
};

/** A deal as its events describe it: the corrected booking, and what happened to it since. */
export const dealResource = (events: readonly Event[]): Fields | undefined => {
  let state: Deal | undefined;
  for (const { type, data } of events) state = rules.evolve(state, { type, data } as DealEvent);
  if (!state) return undefined;
  const { booking, amendments, cancelled, invoices, payments } = state;
  const { currency } = booking;
  const beneath = (fields: object): Fields => {
    const { deal: _deal, ...others } = fields as Fields;
    return withMoney(others, currency);
  };
  return {
    ...withMoney(booking as unknown as Fields, currency),
    status: cancelled ? 'cancelled' : 'booked',
    ...(cancelled && { cancelled: beneath(cancelled) }),
    amendments: [...amendments.values()].sort((a, b) => (a.on < b.on ? -1 : 1)).map(beneath),
    invoices: [...invoices.values()].map(beneath),
    payments: [...payments.values()].map(beneath),
    position: Number(events.at(-1)?.position),
  };
};

/** Reads deals: one from the log, many from rows. */
@Injectable()
export class DealsQueries {
  constructor(private readonly company: OpenCompany) {}

  /** A deal as it is in the log at a position; undefined where there is none, or none that is visible. */
  async one(
    id: string,
    position: bigint | undefined,
    visible: Visible,
  ): Promise<Fields | undefined> {
    if (visible !== 'all' && !(await this.isVisible(id, visible))) return undefined;
    const events = await this.company.store.read(`deal-${id}`);
    return dealResource(
      events
        .filter((event) => position === undefined || event.position <= position)
        .map(({ type, data, position: at }) => ({ type, data, position: Number(at) })),
    );
  }

  /** Deals in the order of their ids. */
  async *many(
    question: DealsQuestion,
  ): AsyncGenerator<{ readonly keys: readonly [string]; readonly value: Fields }> {
    const { position, visible, account, payee } = question;
    for (let { after } = question; ;) {
      const { rows } = await this.company.database.pool.query<{ deal: string; facts: string }>({
        name: 'api_deals',
        text: DEALS,
        values: [
          after,
          position ?? null,
          visible === 'all' ? null : [...visible],
          account ?? null,
          payee ?? null,
        ],
      });
      for (const { deal, facts } of rows) {
        const events = (JSON.parse(facts) as Fact[]).filter(
          (fact) =>
            fact.stream === `deal-${deal}` &&
            (position === undefined || BigInt(fact.position) <= position),
        );
        const value = dealResource(events);
        if (value) yield { keys: [deal], value };
      }
      if (rows.length < AT_ONCE) return;
      after = (rows.at(-1) as { deal: string }).deal;
    }
  }

  private async isVisible(id: string, visible: ReadonlySet<string>): Promise<boolean> {
    const { rows } = await this.company.database.pool.query({
      name: 'api_deal_visible',
      text: 'select from deal where deal = $1 and payees && $2',
      values: [id, [...visible]],
    });
    return rows.length > 0;
  }
}
