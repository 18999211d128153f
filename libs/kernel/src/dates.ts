const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
const MS_PER_DAY = 86_400_000;

/** Days since 1970-01-01 of a date `YYYY-MM-DD`, or undefined if there is no such day. */
export const parseDay = (text: string): number | undefined => {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const number = civilDay(year, month, day);
  return formatDay(number) === text ? number : undefined;
};

// There are few different dates in the facts of a company, and each is read very often.
const DAYS = new Map<string, number>();
const TEXTS = new Map<number, string>();
const MOST = 100_000;

const keep = <K, V>(map: Map<K, V>, key: K, value: V): V => {
  if (map.size >= MOST) map.clear();
  map.set(key, value);
  return value;
};

/** Days since 1970-01-01 of a validated date. */
export const dayOf = (text: string): number => {
  const known = DAYS.get(text);
  if (known !== undefined) return known;
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`not a date: ${text}`);
  return keep(DAYS, text, day);
};

/** The day number of a civil date; a month or day beyond its range runs on into the next. */
export const civilDay = (year: number, month: number, day: number): number => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / MS_PER_DAY);
};

/** A day number as `YYYY-MM-DD`. */
export const formatDay = (day: number): string =>
  TEXTS.get(day) ?? keep(TEXTS, day, new Date(day * MS_PER_DAY).toISOString().slice(0, 10));

/** The date `months` calendar months later; a day that month does not have becomes its last. */
export const addMonths = (day: number, months: number): number => {
  const date = new Date(day * MS_PER_DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastOfMonth = civilDay(year, month + 2, 0);
  return Math.min(civilDay(year, month + 1, date.getUTCDate()), lastOfMonth);
};

/** Whether the text is an instant in UTC, `2026-01-31T09:00:00Z`, on a day that exists. */
export const isInstant = (text: string): boolean =>
  INSTANT.test(text) &&
  parseDay(text.slice(0, 10)) !== undefined &&
  !Number.isNaN(Date.parse(text));

const fraction = (text: string): string => (/\.(\d+)Z$/.exec(text)?.[1] ?? '').padEnd(9, '0');

/** Orders two instants by time, whatever number of decimals each is written with. */
export const compareInstants = (a: string, b: string): number => {
  const [x, y] = [`${a.slice(0, 19)}.${fraction(a)}`, `${b.slice(0, 19)}.${fraction(b)}`];
  if (x === y) return 0;
  return x < y ? -1 : 1;
};
