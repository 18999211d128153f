import { dayOf, didYouMean, Exact, formatDay, parseDay } from '#kernel';

/** What a cell comes to: text, or a number or truth value where the command's field is one. */
export type Value = string | number | boolean;

/**
 * A cell that cannot be read as its template asks; the message says what was found and what would
 * be valid.
 */
export class BadCell extends Error {
  override readonly name = 'BadCell';

  constructor(
    readonly column: string,
    message: string,
  ) {
    super(message);
  }
}

/** Words to replace words by, under a name: of stages, roles, periods. */
export type Tables = ReadonlyMap<string, ReadonlyMap<string, Value>>;

/** Reads one cell's text further; throws a plain message for text that it does not understand. */
export type Filter = (text: string, columnText: (name: string) => string) => Value;

class Unreadable extends Error {}

const unreadable = (found: string, valid: string): never => {
  const shown = JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}…` : found);
  throw new Unreadable(`found ${shown}, expected ${valid}`);
};

/** Runs a filter for a column; what it does not understand becomes a `BadCell`. */
export const filtered = (column: string, run: () => Value): Value => {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unreadable) throw new BadCell(column, error.message);
    throw error;
  }
};

// ---- Dates ------------------------------------------------------------------------------

const DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY'] as const;
const EXCEL_EPOCH = 25569;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

// Serial 60 is 1900-02-29, which never was; before it everything is off by one.
const ofSerial = (text: string): string | undefined => {
  const match = /^(\d{2,6})(?:\.0+)?$/.exec(text);
  const serial = Number(match?.[1] ?? 0);
  return serial > 60 ? formatDay(serial - EXCEL_EPOCH) : undefined;
};

const isoDate = (text: string): Value => {
  if (parseDay(text) !== undefined) return text;
  const serial = ofSerial(text);
  if (serial !== undefined) {
    const hint = `if it is an Excel serial date (${serial}), write {…|date:excel}`;
    return unreadable(text, `a date such as 2026-01-31; ${hint}`);
  }
  if (TIMESTAMP.test(text)) {
    return unreadable(
      text,
      'a date such as 2026-01-31; to cut off the time write {…|date:timestamp}',
    );
  }
  const others = DATE_FORMATS.slice(1).map((format) => `date:${format}`);
  const hint = `; for other forms write one of ${others.join(', ')}`;
  return unreadable(text, `a date such as 2026-01-31${/[./]/.test(text) ? hint : ''}`);
};

const dateIn = (format: string): Filter => {
  const order = format.split(/[./-]/);
  const form = new RegExp(
    `^${format.replace('YYYY', '(\\d{4})').replace(/MM|DD/g, '(\\d{1,2})').replace(/[./]/g, '\\$&')}$`,
  );
  return (text) => {
    const parts = form.exec(text)?.slice(1);
    const part = (name: string): string => (parts?.[order.indexOf(name)] ?? '').padStart(2, '0');
    const day = `${part('YYYY')}-${part('MM')}-${part('DD')}`;
    return parts && parseDay(day) !== undefined
      ? day
      : unreadable(text, `a date in the form ${format}`);
  };
};

const dateFilter = (form: string | undefined): Filter | string => {
  if (form === undefined || form === 'YYYY-MM-DD') return isoDate;
  if (form === 'excel') {
    return (text) => ofSerial(text) ?? unreadable(text, 'a serial date of Excel such as 46053');
  }
  if (form === 'timestamp') {
    return (text) => {
      const day = TIMESTAMP.exec(text)?.[1] ?? text;
      return parseDay(day) === undefined
        ? unreadable(text, 'a time such as 2026-01-31T09:00:00Z')
        : day;
    };
  }
  if ((DATE_FORMATS as readonly string[]).includes(form)) return dateIn(form);
  return `date:${form} is not known; valid: ${[...DATE_FORMATS, 'excel', 'timestamp'].join(', ')}`;
};

// ---- Numbers ----------------------------------------------------------------------------

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
const GROUPED = {
  us: /^[+-]?\d{1,3}(,\d{3})*(\.\d+)?$/,
  eu: /^[+-]?\d{1,3}(\.\d{3})*(,\d+)?$/,
} as const;

const decimal = (text: string): Value => {
  if (DECIMAL.test(text)) return text;
  const form = GROUPED.us.test(text) ? 'us' : 'eu';
  const isGrouped = GROUPED.us.test(text) || GROUPED.eu.test(text) || /^[+-]?\d+,\d+$/.test(text);
  const hint = isGrouped ? `; for separators as here write {…|money:${form}}` : '';
  return unreadable(text, `a decimal number such as 1234.56${hint}`);
};

const moneyFilter = (form: string | undefined): Filter | string => {
  if (form === undefined) return decimal;
  if (form === 'us') {
    return (text) =>
      DECIMAL.test(text) || GROUPED.us.test(text)
        ? text.replaceAll(',', '')
        : unreadable(text, 'a number such as 1,234.56');
  }
  if (form === 'eu') {
    return (text) =>
      /^[+-]?\d+(,\d+)?$/.test(text) || GROUPED.eu.test(text)
        ? text.replaceAll('.', '').replace(',', '.')
        : unreadable(text, 'a number such as 1.234,56');
  }
  return `money:${form} is not known; valid: us (1,234.56) and eu (1.234,56)`;
};

const exact = (text: string): Exact => {
  if (!DECIMAL.test(text)) unreadable(text, 'a decimal number such as 1234.56');
  return Exact.from(text);
};

const WHOLE = /^[+-]?\d{1,15}$/;
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
};

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

const tableFilter = (name: string | undefined, tables: Tables): Filter | string => {
  const table = name === undefined ? undefined : tables.get(name);
  if (!table) return `there is no table ${name ?? ''}${didYouMean(name ?? '', tables.keys())}`;
  const valid = [...table.keys()].filter((word) => word !== '*').join(', ');
  return (text) =>
    table.get(text) ?? table.get('*') ?? unreadable(text, `one of ${valid} (table ${name})`);
};

// ---- All of them ------------------------------------------------------------------------

type Make = (argument: string | undefined, tables: Tables) => Filter | string;

const plain =
  (filter: Filter): Make =>
  (argument) =>
    argument === undefined ? filter : 'this filter takes nothing after a colon';

const needing =
  (make: (argument: string) => Filter): Make =>
  (argument) =>
    argument === undefined ? 'this filter needs something after a colon' : make(argument);

/** Every filter of a template by name: `{Column|name}` or `{Column|name:argument}`. */
export const FILTERS: Readonly<Record<string, Make>> = {
  trim: plain((text) => text.trim()),
  upper: plain((text) => text.toUpperCase()),
  lower: plain((text) => text.toLowerCase()),
  slug: plain(slug),
  date: dateFilter,
  money: moneyFilter,
  ratio: plain((text) =>
    Exact.parse(text) ? text : unreadable(text, 'a ratio such as 8%, 0.08 or 2/25'),
  ),
  percent: plain((text) => `${String(decimal(text))}%`),
  whole: plain((text) => (WHOLE.test(text) ? Number(text) : unreadable(text, 'a whole number'))),
  flag: plain(
    (text) => FLAGS[text.toLowerCase()] ?? unreadable(text, 'one of true, false, yes, no, 1, 0'),
  ),
  times: needing(
    (column) => (text, textOf) =>
      exact(text)
        .times(exact(textOf(column)))
        .toText(),
  ),
  plus: needing(
    (column) => (text, textOf) =>
      exact(text)
        .plus(exact(textOf(column)))
        .toText(),
  ),
  minus: needing(
    (column) => (text, textOf) =>
      exact(text)
        .minus(exact(textOf(column)))
        .toText(),
  ),
  'day-before': plain((text) => formatDay(dayOf(String(isoDate(text))) - 1)),
  table: tableFilter,
};
