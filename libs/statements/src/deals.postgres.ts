import { formatDay } from '#kernel';
import type { ClientBase, Pool } from 'pg';
import type { Fact } from '#crediting';
import { copyRows, type Cell } from './copy.postgres.js';
import type { DatedCredit } from './dated-credits.js';
import type { DealRow, SharedOut } from './deal-rows.js';
import type { Pair } from './noted-pairs.js';

const DEAL = [
  'deal',
  'position',
  'account',
  'booked_on',
  'currency',
  'territory',
  'payees',
  'facts',
];
const CREDIT = ['payee', 'deal', 'kind', 'line', 'credited_on', 'amount', 'currency'];

const COLUMNS = `deal, position, account, booked_on::text, currency, territory, payees, facts`;

type Stored = [string, string, string, string, string, string | null, string[], string];

/** A deal's row as it is stored. */
export const dealRowOf = ([
  deal,
  position,
  account,
  bookedOn,
  currency,
  territory,
  payees,
  facts,
]: Stored): DealRow => ({
  deal,
  position: Number(position),
  account,
  bookedOn,
  currency,
  territory,
  payees,
  facts: JSON.parse(facts) as Fact[],
});

/** The rows of some deals, by their ids; a deal that is not known is absent. */
export const readDeals = async (
  client: ClientBase | Pool,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DealRow>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Stored>({
    name: 'read_deals',
    text: `select ${COLUMNS} from deal where deal = any($1)`,
    values: [ids],
    rowMode: 'array',
  });
  return new Map(rows.map((row) => [row[0], dealRowOf(row)]));
};

const dealCells = ({ row }: SharedOut): Cell[] => [
  row.deal,
  row.position,
  row.account,
  row.bookedOn,
  row.currency,
  row.territory,
  row.payees,
  JSON.stringify(row.facts),
];

const creditCells = ({ payee, deal, kind, line, on, amount, currency }: DatedCredit): Cell[] => [
  payee,
  deal,
  kind,
  line,
  formatDay(on),
  amount.toText(),
  currency,
];

const uncreditedCells = (shared: readonly SharedOut[]): Cell[][] =>
  shared.flatMap(({ credits }) => credits.uncredited.map(({ deal, reason }) => [deal, reason, '']));

const updateDeals = async (client: ClientBase, changed: readonly SharedOut[]): Promise<void> => {
  const cells = changed.map(dealCells);
  const column = (i: number): Cell[] => cells.map((row) => row[i] as Cell);
  const payees = changed.map(({ row }) => JSON.stringify(row.payees));
  await client.query({
    name: 'update_deals',
    text: `update deal set account = n.account, booked_on = n.booked_on, currency = n.currency,
        territory = n.territory, facts = n.facts,
        payees = array(select jsonb_array_elements_text(n.payees::jsonb))
      from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[])
        as n(deal, account, booked_on, currency, territory, payees, facts)
      where deal.deal = n.deal`,
    values: [column(0), column(2), column(3), column(4), column(5), payees, column(7)],
  });
};

// The credits of changed deals are few: they are written anew, and who has none left is remembered.
const removeCredits = async (client: ClientBase, changed: readonly SharedOut[]): Promise<void> => {
  const ids = changed.map(({ row }) => row.deal);
  const ever = changed.flatMap(({ row }) => row.payees.map((payee) => [payee, row.deal] as const));
  const now = new Set(
    changed.flatMap(({ credits }) => credits.credits.map(({ payee, deal }) => `${payee}\n${deal}`)),
  );
  const former = ever.filter(([payee, deal]) => !now.has(`${payee}\n${deal}`));
  const columns = (pairs: readonly (readonly [string, string])[]): string[][] => [
    pairs.map(([payee]) => payee),
    pairs.map(([, deal]) => deal),
  ];
  await client.query({
    name: 'remove_credits',
    text: `delete from credit using unnest($1::text[], $2::text[]) as e(payee, deal)
      where credit.payee = e.payee and credit.deal = e.deal`,
    values: columns(ever),
  });
  await client.query({
    name: 'remove_uncredited',
    text: `delete from uncredited where deal = any($1) and payee = ''`,
    values: [ids],
  });
  if (former.length === 0) return;
  await client.query({
    name: 'remember_former',
    text: `insert into former_credit (payee, deal) select * from unnest($1::text[], $2::text[])
      on conflict do nothing`,
    values: columns(former),
  });
};

/** Who has credit in which currency. */
export const currenciesOf = (shared: readonly SharedOut[]): Pair[] =>
  shared.flatMap(({ credits }) =>
    credits.credits.map(({ payee, currency }): Pair => [payee, currency]),
  );

/** Notes who has credit in which currency: exchange rates may concern him. */
export const noteCurrencies = async (client: ClientBase, pairs: readonly Pair[]): Promise<void> => {
  if (pairs.length === 0) return;
  await client.query({
    name: 'note_currencies',
    text: `insert into credit_currency (payee, currency) select * from unnest($1::text[], $2::text[])
      on conflict do nothing`,
    values: [pairs.map(([payee]) => payee), pairs.map(([, currency]) => currency)],
  });
};

/** Writes the rows of new deals and of known ones that changed, and their credits. */
export const writeDeals = async (
  client: ClientBase,
  fresh: readonly SharedOut[],
  changed: readonly SharedOut[],
): Promise<void> => {
  const all = [...fresh, ...changed];
  if (all.length === 0) return;
  if (changed.length > 0) {
    await updateDeals(client, changed);
    await removeCredits(client, changed);
  }
  await copyRows(client, 'deal', DEAL, fresh.map(dealCells));
  await copyRows(
    client,
    'credit',
    CREDIT,
    all.flatMap(({ credits }) => credits.credits.map(creditCells)),
  );
  await copyRows(client, 'uncredited', ['deal', 'reason', 'payee'], uncreditedCells(all));
  const former = fresh.flatMap(({ row, credits }) => {
    const now = new Set(credits.credits.map(({ payee }) => payee));
    return row.payees.filter((payee) => !now.has(payee)).map((payee) => [payee, row.deal]);
  });
  await copyRows(client, 'former_credit', ['payee', 'deal'], former);
};
