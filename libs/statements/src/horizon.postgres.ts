import type { ClientBase, Pool } from 'pg';
import { dayOf, formatDay } from '#kernel';
import type { Book, Fact } from '#crediting';
import { horizonOf } from '#ledger';

/** The latest business date that a fact about a deal speaks of, as a day number. */
export const dayIn = ({ data }: Fact): number => {
  const { on, bookedOn } = data as { on?: string; bookedOn?: string };
  return Math.max(...[on, bookedOn].map((text) => (text === undefined ? -Infinity : dayOf(text))));
};

/** The latest business date of any deal that is known at a position of the log; null without deals. */
export const horizonAt = async (
  client: ClientBase | Pool,
  position?: bigint,
): Promise<number | null> => {
  const { rows } = await client.query<[string | null]>({
    name: 'horizon_at',
    text: 'select max(day)::text from horizon where position <= $1',
    values: [position ?? '9223372036854775807'],
    rowMode: 'array',
  });
  const day = rows[0]?.[0];
  return day == null ? null : dayOf(day);
};

/** Notes at which positions of the log the latest business date of any deal moved. */
export const noteHorizon = async (client: ClientBase, facts: readonly Fact[]): Promise<void> => {
  let latest = (await horizonAt(client)) ?? -Infinity;
  const moved: { readonly position: number; readonly day: string }[] = [];
  for (const fact of facts) {
    const day = dayIn(fact);
    if (day <= latest) continue;
    latest = day;
    moved.push({ position: fact.position, day: formatDay(day) });
  }
  if (moved.length === 0) return;
  await client.query({
    name: 'note_horizon',
    text: 'insert into horizon (position, day) select * from unnest($1::bigint[], $2::date[])',
    values: [moved.map(({ position }) => position), moved.map(({ day }) => day)],
  });
};

/**
 * The last fiscal month that rows go to: the end of the fiscal year of the latest activity of anybody.
 * `lastDay` is the latest business date of any deal.
 */
export const horizonMonth = (book: Book, lastDay: number | null): number => {
  const ofOthers = horizonOf(book);
  if (lastDay === null) return ofOthers;
  const { calendar } = book;
  return Math.max(ofOthers, calendar.periodOf('year', calendar.monthOf(lastDay)).last);
};

/** Notes that rows go to a later fiscal month than before; gives whether they did not yet. */
export const extendRows = async (client: ClientBase, month: number): Promise<boolean> => {
  const { rows } = await client.query<{ month: number }>('select month from calculated');
  const [row] = rows;
  if (row && row.month >= month) return false;
  const text = row
    ? 'update calculated set month = $1 where month < $1'
    : 'insert into calculated (month) values ($1) on conflict do nothing';
  // Of several processes that find it at once, one is the first.
  return (await client.query(text, [month])).rowCount === 1;
};
