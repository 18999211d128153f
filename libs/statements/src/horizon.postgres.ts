import type { ClientBase, Pool } from 'pg';
import { dayOf } from '#kernel';
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

/** Where in the log the latest business date of any deal moves, and to which. */
export interface Moved {
  readonly position: number;
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/** Gathers where the latest business date moves, fact by fact. */
export class Horizon {
  readonly moved: Moved[] = [];
  private latest = '';

  note({ position, data }: Fact): void {
    const { on = '', bookedOn = '' } = data as { on?: string; bookedOn?: string };
    // Days of four-digit years follow each other as texts.
    const day = on > bookedOn ? on : bookedOn;
    if (day <= this.latest) return;
    this.latest = day;
    this.moved.push({ position, day });
  }
}

/** Notes at which positions of the log the latest business date of any deal moved. */
export const noteHorizon = async (client: ClientBase, moved: readonly Moved[]): Promise<void> => {
  if (moved.length === 0) return;
  const latest = (await horizonAt(client)) ?? -Infinity;
  const later = moved.filter(({ day }) => dayOf(day) > latest);
  if (later.length === 0) return;
  await client.query({
    name: 'note_horizon',
    text: 'insert into horizon (position, day) select * from unnest($1::bigint[], $2::date[])',
    values: [later.map(({ position }) => position), later.map(({ day }) => day)],
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
