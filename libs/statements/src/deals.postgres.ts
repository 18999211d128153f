import { formatDay } from '#kernel';
import type { ClientBase, Pool } from 'pg';
import type { Fact } from '#crediting';
import { escaped, escapedJson } from '#event-store';
import { copyLines, copyRows, escapedList } from './copy.postgres.js';
import type { DatedCredit } from './dated-credits.js';
import type { DealRow, Written } from './deal-rows.js';
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
  text,
]: Stored): DealRow => ({
  deal,
  position: Number(position),
  account,
  bookedOn,
  currency,
  territory,
  payees,
  facts: JSON.parse(text) as Fact[],
  text,
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

const dealLine = ({ row, text }: Written): string =>
  `${escaped(row.deal)}\t${row.position}\t${escaped(row.account)}\t${row.bookedOn}\t${row.currency}\t${
    row.territory === null ? '\\N' : escaped(row.territory)
  }\t${escapedList(row.payees)}\t${escapedJson(text)}`;

const creditLine = ({ payee, deal, kind, line, on, amount, currency }: DatedCredit): string =>
  `${escaped(payee)}\t${escaped(deal)}\t${kind}\t${escaped(line)}\t${formatDay(on)}\t${amount.toText()}\t${currency}`;

function* creditLines(written: readonly Written[]): Generator<string> {
  for (const { credits } of written) for (const credit of credits.credits) yield creditLine(credit);
}

function* uncreditedLines(written: readonly Written[]): Generator<string> {
  for (const { credits } of written)
    for (const { deal, reason } of credits.uncredited) yield `${escaped(deal)}\t${reason}\t`;
}

const hasCredit = (credits: readonly DatedCredit[], payee: string): boolean => {
  for (const credit of credits) if (credit.payee === payee) return true;
  return false;
};

// Who had credit before and has none now.
function* formerPairs(written: readonly Written[]): Generator<[string, string]> {
  for (const { row, credits } of written)
    for (const payee of row.payees) if (!hasCredit(credits.credits, payee)) yield [payee, row.deal];
}

const updateDeals = async (client: ClientBase, changed: readonly Written[]): Promise<void> => {
  const rows = changed.map(({ row }) => row);
  await client.query({
    name: 'update_deals',
    text: `update deal set account = n.account, booked_on = n.booked_on, currency = n.currency,
        territory = n.territory, facts = n.facts,
        payees = array(select jsonb_array_elements_text(n.payees::jsonb))
      from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[])
        as n(deal, account, booked_on, currency, territory, payees, facts)
      where deal.deal = n.deal`,
    values: [
      rows.map(({ deal }) => deal),
      rows.map(({ account }) => account),
      rows.map(({ bookedOn }) => bookedOn),
      rows.map(({ currency }) => currency),
      rows.map(({ territory }) => territory),
      rows.map(({ payees }) => JSON.stringify(payees)),
      changed.map(({ text }) => text),
    ],
  });
};

const columns = (pairs: readonly (readonly [string, string])[]): string[][] => [
  pairs.map(([payee]) => payee),
  pairs.map(([, deal]) => deal),
];

// The credits of changed deals are few: they are written anew, and who has none left is remembered.
const removeCredits = async (client: ClientBase, changed: readonly Written[]): Promise<void> => {
  const ever = changed.flatMap(({ row }) => row.payees.map((payee) => [payee, row.deal] as const));
  await client.query({
    name: 'remove_credits',
    text: `delete from credit using unnest($1::text[], $2::text[]) as e(payee, deal)
      where credit.payee = e.payee and credit.deal = e.deal`,
    values: columns(ever),
  });
  await client.query({
    name: 'remove_uncredited',
    text: `delete from uncredited where deal = any($1) and payee = ''`,
    values: [changed.map(({ row }) => row.deal)],
  });
  const former = [...formerPairs(changed)];
  if (former.length === 0) return;
  await client.query({
    name: 'remember_former',
    text: `insert into former_credit (payee, deal) select * from unnest($1::text[], $2::text[])
      on conflict do nothing`,
    values: columns(former),
  });
};

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
  fresh: readonly Written[],
  changed: readonly Written[],
): Promise<void> => {
  if (changed.length > 0) {
    await updateDeals(client, changed);
    await removeCredits(client, changed);
  }
  const all = changed.length > 0 ? [...fresh, ...changed] : fresh;
  await copyLines(client, 'deal', DEAL, fresh.map(dealLine));
  await copyLines(client, 'credit', CREDIT, creditLines(all));
  await copyLines(client, 'uncredited', ['deal', 'reason', 'payee'], uncreditedLines(all));
  await copyRows(client, 'former_credit', ['payee', 'deal'], formerPairs(fresh));
};
