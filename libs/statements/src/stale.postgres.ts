import type { ClientBase, Pool } from 'pg';
import { reportingLine, territoryOf, type Book } from '#crediting';
import { dayOf } from '#kernel';
import type { Marks } from './marks.js';
import { dependentsOf, type StaleDeals } from './touched.js';

const FOUND_BY = {
  account: 'join deal d on d.account = m.key',
  territory: 'join deal d on d.territory = m.key',
  payee: `join credit c on c.payee = m.key and c.kind = 'direct' join deal d on d.deal = c.deal`,
} as const;

/** Marks the deals that facts make stale; those booked after the fact know it already. */
export const markDeals = async (
  client: ClientBase,
  stale: readonly StaleDeals[],
): Promise<void> => {
  for (const by of ['account', 'territory', 'payee'] as const) {
    const marks = stale.filter((mark) => mark.by === by);
    if (marks.length === 0) continue;
    await client.query({
      name: `mark_deals_by_${by}`,
      text: `insert into stale_deal (deal, position)
        select distinct d.deal, m.position
        from unnest($1::text[], $2::date[], $3::bigint[]) as m(key, since, position) ${FOUND_BY[by]}
        where d.booked_on >= m.since and d.position < m.position
        on conflict do nothing`,
      values: [
        marks.map(({ key }) => key),
        marks.map(({ since }) => since),
        marks.map(({ position }) => position),
      ],
    });
  }
};

/** Marks payees whose statements are to be calculated again. */
export const markPayees = async (client: ClientBase, payees: Iterable<string>): Promise<void> => {
  const ids = [...payees].sort();
  if (ids.length === 0) return;
  await client.query({
    name: 'mark_payees',
    text: `insert into stale_payee (payee) select unnest($1::text[]) on conflict do nothing`,
    values: [ids],
  });
};

// Everybody who ever had credit of deals of some accounts.
const payeesOfAccounts = async (
  client: ClientBase | Pool,
  accounts: readonly string[],
): Promise<string[]> => {
  if (accounts.length === 0) return [];
  const { rows } = await client.query<[string]>({
    name: 'payees_of_accounts',
    text: `select distinct unnest(payees) from deal where account = any($1)`,
    values: [accounts],
    rowMode: 'array',
  });
  return rows.map(([payee]) => payee);
};

// Everybody whose pay may convert between two currencies: deal, plan and pay currency.
const payeesOfPair = async (
  client: ClientBase | Pool,
  book: Book,
  pair: readonly [string, string],
): Promise<string[]> => {
  const { rows } = await client.query<[string, string]>({
    name: 'payees_of_pair',
    text: `select payee, currency from credit_currency where currency = any($1)`,
    values: [pair],
    rowMode: 'array',
  });
  const currencies = new Map<string, Set<string>>();
  const note = (payee: string, currency: string): void => {
    if (!pair.includes(currency)) return;
    const known = currencies.get(payee);
    if (known) known.add(currency);
    else currencies.set(payee, new Set([currency]));
  };
  for (const [payee, currency] of rows) note(payee, currency);
  for (const id of book.assignedPayees) {
    for (const { currency } of book.payee(id)?.states ?? []) note(id, currency);
    for (const { plan } of book.assignments(id)) {
      for (const version of book.planVersions(plan)) note(id, version.plan.currency);
    }
  }
  return [...currencies].filter(([, found]) => found.size === 2).map(([payee]) => payee);
};

// The accounts that the rules of territories now give to another territory than their deals have.
const ruledOtherwise = async (
  client: ClientBase | Pool,
  book: Book,
  position: number,
): Promise<StaleDeals[]> => {
  const { rows } = await client.query<[string, string, string | null]>({
    text: `select account, max(booked_on)::text, territory from deal group by account, territory`,
    rowMode: 'array',
  });
  return rows
    .filter(
      ([account, day, territory]) =>
        (territoryOf(book, account, dayOf(day))?.id ?? null) !== territory,
    )
    .map(([key]) => ({ by: 'account', key, since: '0001-01-01', position }));
};

/** All deals that marks make stale, by what finds them. */
export const staleDeals = async (
  client: ClientBase | Pool,
  book: Book,
  marks: Marks,
): Promise<StaleDeals[]> => {
  const ruled = marks.rulesAt > 0 ? await ruledOtherwise(client, book, marks.rulesAt) : [];
  return [...marks.staleDeals(book), ...ruled];
};

/** All payees whom marks make stale, those with them whose pay depends on theirs. */
export const stalePayees = async (
  client: ClientBase | Pool,
  book: Book,
  marks: Marks,
): Promise<Set<string>> => {
  const found = [...marks.payees, ...(await payeesOfAccounts(client, [...marks.accounts]))];
  for (const pair of marks.pairs.values()) found.push(...(await payeesOfPair(client, book, pair)));
  return dependentsOf(book, found, () => reportingLine(book));
};

/** The ids of the deals that are found by some keys, booked from their days on. */
export const dealsFoundBy = async (
  client: ClientBase | Pool,
  stale: readonly StaleDeals[],
): Promise<string[]> => {
  const found: string[] = [];
  for (const by of ['account', 'territory', 'payee'] as const) {
    const marks = stale.filter((mark) => mark.by === by);
    if (marks.length === 0) continue;
    const { rows } = await client.query<[string]>({
      text: `select distinct d.deal from unnest($1::text[], $2::date[]) as m(key, since) ${FOUND_BY[by]}
        where d.booked_on >= m.since`,
      values: [marks.map(({ key }) => key), marks.map(({ since }) => since)],
      rowMode: 'array',
    });
    found.push(...rows.map(([deal]) => deal));
  }
  return found;
};
