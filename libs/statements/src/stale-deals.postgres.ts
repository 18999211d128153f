import { dayOf } from '#kernel';
import type { ClientBase } from 'pg';
import type { Book, Holder } from '#crediting';
import { Exact } from '#kernel';
import { LOCKS, type Others } from './calculation.postgres.js';
import type { DatedCredit } from './dated-credits.js';
import { holdersAt, shareOut, type SharedOut, type Written } from './deal-rows.js';
import { noteCurrencies, readDeals, writeDeals } from './deals.postgres.js';
import type { Pair } from './noted-pairs.js';

const CHUNK = 2000;

type StoredCredit = [string, string, string, string, string, string];

const keyOf = (kind: string, line: string, on: number): string => `${kind}\n${line}\n${on}`;

// The credits of one deal by payee, each as a text that is equal where they are.
const byPayee = (credits: readonly DatedCredit[]): Map<string, string> => {
  const found = new Map<string, string[]>();
  for (const { payee, kind, line, on, amount } of credits) {
    found.set(payee, [...(found.get(payee) ?? []), `${keyOf(kind, line, on)} ${amount.toText()}`]);
  }
  return new Map([...found].map(([payee, rows]) => [payee, rows.sort().join('\n')]));
};

const readCredits = async (
  client: ClientBase,
  ids: readonly string[],
): Promise<Map<string, DatedCredit[]>> => {
  const { rows } = await client.query<StoredCredit>({
    name: 'read_credits_of_deals',
    text: `select c.deal, c.payee, c.kind, c.line, c.credited_on::text, c.amount::text
      from deal d cross join lateral unnest(d.payees) as p(payee)
      cross join lateral (select * from credit where payee = p.payee and deal = d.deal offset 0) c
      where d.deal = any($1)`,
    values: [ids],
    rowMode: 'array',
  });
  const found = new Map<string, DatedCredit[]>();
  for (const [deal, payee, kind, line, on, amount] of rows) {
    const credit: DatedCredit = {
      payee,
      deal,
      kind: kind as DatedCredit['kind'],
      line,
      on: dayOf(on),
      amount: Exact.from(amount),
      currency: '',
    };
    const known = found.get(deal);
    if (known) known.push(credit);
    else found.set(deal, [credit]);
  }
  return found;
};

const changedPayees = (before: readonly DatedCredit[], after: readonly DatedCredit[]): string[] => {
  const [old, now] = [byPayee(before), byPayee(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (payee) => old.get(payee) !== now.get(payee),
  );
};

const takeMarks = async (client: ClientBase, others: Others): Promise<Map<string, number[]>> => {
  const { rows } = await client.query<[string, string[]]>({
    name: `take_stale_deals_${others}`,
    text: `with chosen as (
          select deal, position from stale_deal order by deal, position limit $1 for update ${LOCKS[others]}),
        taken as (
          delete from stale_deal s using chosen c where s.deal = c.deal and s.position = c.position
          returning s.deal, s.position)
      select deal, array_agg(position order by position) from taken group by deal`,
    values: [CHUNK],
    rowMode: 'array',
  });
  return new Map(rows.map(([deal, positions]) => [deal, positions.map(Number)]));
};

// Everybody who has credit of a deal, where facts at these positions are now among the reasons: lines of pay name them,
// though nobody may have more or less.
const withOtherReasons = ({ credits }: SharedOut, at: readonly number[]): string[] => {
  const { direct, overlay } = credits.credited.holders;
  const isReason = ({ positions }: Holder): boolean => positions.some((one) => at.includes(one));
  return [...direct, ...overlay].some(isReason) ? credits.credits.map(({ payee }) => payee) : [];
};

/** What sharing deals out again came to. */
export interface SharedOutAgain {
  /** Whose credit changed. */
  readonly payees: ReadonlySet<string>;
  /** Whether more deals may be marked. */
  readonly more: boolean;
}

/**
 * Shares out some of the deals that are marked, by what the book knows, and takes their marks away.
 */
export const shareOutStale = async (
  client: ClientBase,
  book: Book,
  others: Others,
): Promise<SharedOutAgain> => {
  const marks = await takeMarks(client, others);
  if (marks.size === 0) return { payees: new Set(), more: false };
  const known = await readDeals(client, [...marks.keys()]);
  const credits = await readCredits(client, [...marks.keys()]);
  const changed: Written[] = [];
  const payees = new Set<string>();
  for (const [id, row] of known) {
    // What was known at each mark may have given credit to others in between.
    const between = (marks.get(id) ?? []).flatMap((position) =>
      holdersAt(book, row.facts, position),
    );
    const shared = shareOut(book, row.facts, [...row.payees, ...between]);
    if (!shared) continue;
    const touched = changedPayees(credits.get(id) ?? [], shared.credits.credits);
    for (const payee of touched) payees.add(payee);
    for (const payee of withOtherReasons(shared, marks.get(id) ?? [])) payees.add(payee);
    const same =
      touched.length === 0 &&
      shared.row.territory === row.territory &&
      shared.row.payees.length === row.payees.length;
    if (!same) changed.push({ ...shared, text: row.text });
  }
  await writeDeals(client, [], changed);
  const currencies = changed.flatMap(({ credits }) =>
    credits.credits.map(({ payee, currency }): Pair => [payee, currency]),
  );
  await noteCurrencies(client, currencies);
  const taken = [...marks.values()].reduce((sum, positions) => sum + positions.length, 0);
  return { payees, more: taken === CHUNK };
};
