import { hash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { Book, Fact } from '#crediting';
import { concernedWith } from '#ledger';
import { copyRows } from './copy.postgres.js';
import { writeBody, type PayeeMonth } from './month-body.js';

// Payees with few deals go together, those with many by themselves: memory stays flat.
const MOST_PAYEES = 100;
const MOST_DEALS = 3000;

/** What to do about marks that another process is at work on: leave them to it, or wait until it is done. */
export type Others = 'leave' | 'await';

/** As PostgreSQL says it. */
export const LOCKS: Readonly<Record<Others, string>> = { leave: 'skip locked', await: '' };

const COUNTED = `select s.payee, (select count(*) from credit c where c.payee = s.payee)`;

/**
 * Some of the payees who are marked, each with his team as far as it is marked and nobody is at work
 * on it, and whether there may be more. Those with few deals come first: a rep does not wait for his
 * chief, who has credit of everybody's.
 */
export const markedPayees = async (
  client: ClientBase,
  others: Others,
  teamOf: (payee: string) => readonly string[],
): Promise<{ readonly payees: string[]; readonly more: boolean }> => {
  const { rows } = await client.query<[string, string]>({
    name: `stale_payees_${others}`,
    text: `${COUNTED}
      from (select payee from stale_payee order by payee limit $1 for update ${LOCKS[others]}) s order by 2, s.payee`,
    values: [MOST_PAYEES],
    rowMode: 'array',
  });
  const chosen = new Set<string>();
  let deals = 0;
  const choose = (payee: string, count: string): void => {
    chosen.add(payee);
    deals += Number(count);
  };
  for (const [payee, count] of rows) {
    if (chosen.has(payee)) continue;
    if (chosen.size > 0 && deals + Number(count) > MOST_DEALS) break;
    choose(payee, count);
    const team = teamOf(payee).filter((id) => !chosen.has(id));
    for (const row of await markedAmong(client, team)) choose(...row);
  }
  const isAll = rows.length < MOST_PAYEES && rows.every(([payee]) => chosen.has(payee));
  return { payees: [...chosen], more: !isAll };
};

// Never waits: two who wait for each other's teams would do so for ever.
const markedAmong = async (
  client: ClientBase,
  payees: readonly string[],
): Promise<readonly [string, string][]> => {
  if (payees.length === 0) return [];
  const { rows } = await client.query<[string, string]>({
    name: 'stale_payees_among',
    text: `${COUNTED}
      from (select payee from stale_payee where payee = any($1) order by payee for update skip locked) s
      order by s.payee`,
    values: [payees],
    rowMode: 'array',
  });
  return rows;
};

/** How many deals and payees are marked. */
export const countMarks = async (client: ClientBase | Pool): Promise<number> => {
  const { rows } = await client.query<{ count: string }>({
    name: 'count_marks',
    text: 'select (select count(*) from stale_deal) + (select count(*) from stale_payee) as count',
  });
  return Number(rows[0]?.count);
};

// All that the log says of the deals that some payees have, or ever had, credit of.
const factsOfPayees = async (
  client: ClientBase | Pool,
  payees: readonly string[],
): Promise<Fact[]> => {
  const { rows } = await client.query<[string]>({
    name: 'facts_of_payees',
    // One look-up a deal, whatever the planner thinks of tables that it has no statistics of yet.
    text: `select d.facts from (
        select deal from credit where payee = any($1)
        union select deal from former_credit where payee = any($1)) c
      cross join lateral (select facts from deal where deal = c.deal offset 0) d
      order by c.deal`,
    values: [payees],
    rowMode: 'array',
  });
  return rows.flatMap(([facts]) => JSON.parse(facts) as Fact[]);
};

/** All that the log says of the deals that the calculation of some payees asks for. */
export const concernedFacts = (
  client: ClientBase | Pool,
  book: Book,
  payees: readonly string[],
): Promise<Fact[]> => factsOfPayees(client, concernedWith(book, payees));

interface Written {
  readonly payee: string;
  readonly month: number;
  readonly body: string;
  readonly hash: string;
}

const storedHashes = async (
  client: ClientBase,
  payees: readonly string[],
): Promise<Map<string, string>> => {
  const { rows } = await client.query<[string, number, string]>({
    name: 'payee_month_hashes',
    text: `select payee, month, hash from payee_month where payee = any($1)`,
    values: [payees],
    rowMode: 'array',
  });
  return new Map(rows.map(([payee, month, found]) => [`${payee}\n${month}`, found]));
};

/**
 * Replaces what is stored of some payees by what was calculated: only months that differ are
 * written, with the position they are true at. Gives how many were.
 */
export const writeMonths = async (
  client: ClientBase,
  payees: readonly string[],
  months: readonly PayeeMonth[],
  position: bigint,
): Promise<number> => {
  const stored = await storedHashes(client, payees);
  const fresh: Written[] = [];
  const gone = new Set(stored.keys());
  for (const found of months) {
    const key = `${found.payee}\n${found.month}`;
    const body = writeBody(found);
    const sum = hash('sha256', body, 'base64');
    if (stored.get(key) === sum) gone.delete(key);
    else fresh.push({ payee: found.payee, month: found.month, body, hash: sum });
  }
  if (gone.size > 0) {
    const keys = [...gone].map((key) => key.split('\n'));
    await client.query({
      name: 'remove_months',
      text: `delete from payee_month p using unnest($1::text[], $2::int[]) as g(payee, month)
        where p.payee = g.payee and p.month = g.month`,
      values: [keys.map(([payee]) => payee), keys.map(([, month]) => month)],
    });
  }
  const rows = fresh.map((row) => [row.payee, row.month, position, row.hash, row.body]);
  return copyRows(client, 'payee_month', ['payee', 'month', 'position', 'hash', 'body'], rows);
};

/** Replaces the list of deals whose pay waits for an exchange rate, for some payees. */
export const writeMissingRates = async (
  client: ClientBase,
  payees: readonly string[],
  missing: readonly { readonly payee: string; readonly deal?: string }[],
): Promise<void> => {
  await client.query({
    name: 'remove_missing_rates',
    text: `delete from uncredited where reason = 'no-fx-rate' and payee = any($1)`,
    values: [payees],
  });
  const rows = new Map(
    missing.flatMap(({ payee, deal }) =>
      deal === undefined ? [] : [[`${deal}\n${payee}`, [deal, 'no-fx-rate', payee]]],
    ),
  );
  await copyRows(client, 'uncredited', ['deal', 'reason', 'payee'], rows.values());
};

/** Takes away the marks of payees who have been calculated. */
export const removeMarks = async (client: ClientBase, payees: readonly string[]): Promise<void> => {
  await client.query({
    name: 'remove_marks',
    text: `delete from stale_payee where payee = any($1)`,
    values: [payees],
  });
};
