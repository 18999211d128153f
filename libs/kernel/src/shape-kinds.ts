import { isCurrency } from './currency.js';
import { isInstant, parseDay } from './dates.js';
import { Exact } from './exact.js';
import { didYouMean } from './nearest.js';

/** JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One value of a command: how it is read into its one normal form, and how that is described. */
export interface Scalar {
  /** What would be valid, in words. */
  readonly valid: string;
  /** The normal form, or undefined where the value is not valid. */
  readonly read: (value: unknown) => unknown;
  /** What went wrong, where more can be said than what would be valid. */
  readonly hint?: (value: unknown) => string | undefined;
  readonly schema: JsonSchema;
}

const ID_LENGTH = 200;
const TEXT_LENGTH = 4000;
const NUMBER_LENGTH = 60;

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

// Control characters (NUL, which PostgreSQL cannot keep, among them) and halves of characters, which
// do not survive UTF-8, have no place in a fact.
const isPlain = (text: string, allowed = ''): boolean => {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if ((unit < 32 || unit === 127) && !allowed.includes(text[i] as string)) return false;
    if (isLow(unit)) return false;
    if (isHigh(unit)) {
      i += 1;
      if (!isLow(text.charCodeAt(i))) return false;
    }
  }
  return true;
};

const isId = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= ID_LENGTH &&
  value.charCodeAt(0) !== 32 &&
  value.charCodeAt(value.length - 1) !== 32 &&
  isPlain(value);

const unquoted = (value: unknown): string | undefined => {
  if (typeof value === 'number') return `write it in quotes: "${value}"`;
  return undefined;
};

/** A name that somebody gave: of a payee, deal, plan, component… */
export const id: Scalar = {
  valid: `text of 1 to ${ID_LENGTH} characters, without spaces around it`,
  read: (value) => (isId(value) ? value : undefined),
  hint: unquoted,
  schema: { type: 'string', minLength: 1, maxLength: ID_LENGTH, pattern: '^\\S(.*\\S)?$' },
};

/** Words for people. */
export const text: Scalar = {
  valid: `text of 1 to ${TEXT_LENGTH} characters`,
  read: (value) =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= TEXT_LENGTH &&
    isPlain(value, '\t\n\r')
      ? value
      : undefined,
  hint: unquoted,
  schema: { type: 'string', minLength: 1, maxLength: TEXT_LENGTH },
};

const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const DECIMAL = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/;
const RATIO = /^[+-]?(?:\d+(?:\.\d+)?%?|\d+\/\d+%?)$/;

const quoteIt = (value: unknown): string | undefined => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return undefined;
  return `a number with a fraction loses digits on its way: write it in quotes, "${value}"`;
};

const decimalText = (value: string): string | undefined => {
  if (value.length > NUMBER_LENGTH) return undefined;
  if (CANONICAL.test(value)) return value === '-0' ? '0' : value;
  const match = DECIMAL.exec(value);
  if (!match || value.endsWith('.')) return undefined;
  const [, sign, whole, part] = match;
  const digits = part ? `${whole}.${part}` : (whole as string);
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
};

const readMoney = (value: unknown): string | undefined => {
  if (typeof value === 'string') return decimalText(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value + 0) : undefined;
};

const known = new Map<string, string>();
const KNOWN_AT_MOST = 10_000;

// Shares and rates repeat: reading a fraction exactly costs more than looking it up.
const ratioText = (value: string): string | undefined => {
  const seen = known.get(value);
  if (seen !== undefined) return seen;
  if (value.length > NUMBER_LENGTH || !RATIO.test(value)) return undefined;
  const read = Exact.parse(value)?.toText();
  if (read !== undefined && known.size < KNOWN_AT_MOST) known.set(value, read);
  return read;
};

const readRatio = (value: unknown): string | undefined => {
  if (typeof value === 'string') return ratioText(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value + 0) : undefined;
};

/** Which values of a number are meaningful. */
export type Range = 'any' | 'positive' | 'not-negative' | 'part';

const RANGES: Readonly<Record<Range, string>> = {
  any: '',
  positive: ', above zero',
  'not-negative': ', not below zero',
  part: ', from 0% to 100%',
};

const isWithin = (value: string, range: Range): boolean => {
  if (range === 'any') return true;
  if (value.startsWith('-')) return false;
  if (range === 'positive') return value !== '0';
  return range === 'not-negative' || !Exact.ONE.lessThan(Exact.from(value));
};

const ranged =
  (read: (value: unknown) => string | undefined, range: Range): Scalar['read'] =>
  (value) => {
    const normal = read(value);
    return normal !== undefined && isWithin(normal, range) ? normal : undefined;
  };

const numeric = (pattern: string): JsonSchema => ({
  anyOf: [{ type: 'string', maxLength: NUMBER_LENGTH, pattern }, { type: 'integer' }],
});

/** An amount of money, or another decimal quantity: text such as "1250.00". */
export const money = (range: Range): Scalar => ({
  valid: `a decimal number such as "1250.00"${RANGES[range]}`,
  read: ranged(readMoney, range),
  hint: quoteIt,
  schema: numeric(range === 'any' ? '^[+-]?\\d+(\\.\\d+)?$' : '^\\+?\\d+(\\.\\d+)?$'),
});

/** A ratio, rate or threshold: text such as "8%", "0.08" or "2/25". */
export const ratio = (range: Range): Scalar => ({
  valid: `a ratio such as "8%", "0.08" or "2/25"${RANGES[range]}`,
  read: ranged(readRatio, range),
  hint: quoteIt,
  schema: numeric('^[+-]?(\\d+(\\.\\d+)?%?|\\d+/\\d+%?)$'),
});

/** A whole number, written as one. */
export const count = (least: number, most: number): Scalar => ({
  valid: `a whole number from ${least} to ${most}`,
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? value + 0
      : undefined,
  schema: { type: 'integer', minimum: least, maximum: most },
});

/** The word `true`, for what is only said where it holds. */
export const yes: Scalar = {
  valid: 'true',
  read: (value) => (value === true ? value : undefined),
  schema: { const: true },
};

const days = new Set<string>();
const DAYS_AT_MOST = 50_000;

const isDay = (value: string): boolean => {
  if (days.has(value)) return true;
  if (parseDay(value) === undefined) return false;
  if (days.size < DAYS_AT_MOST) days.add(value);
  return true;
};

// A slip of the keyboard (9026 for 2026) would else be calculated for, month by month.
const [FIRST_YEAR, LAST_YEAR] = ['1900', '2199'];

const isYear = (year: string): boolean => FIRST_YEAR <= year && year <= LAST_YEAR;

const dateHint = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  if (value.length > 10) return 'a date has no time of day';
  return isDay(value) ? `years run from ${FIRST_YEAR} to ${LAST_YEAR}` : 'there is no such day';
};

/** A business date, in the years 1900 to 2199. */
export const date: Scalar = {
  valid: 'a date such as 2026-01-31',
  read: (value) =>
    typeof value === 'string' && isDay(value) && isYear(value.slice(0, 4)) ? value : undefined,
  hint: dateHint,
  schema: { type: 'string', format: 'date' },
};

/** The last day of something: any date, for 9999-12-31 is what many systems write for no end. */
export const lastDate: Scalar = {
  ...date,
  read: (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
};

/** When something was recorded. */
export const instant: Scalar = {
  valid: 'an instant in UTC such as 2026-01-31T09:00:00Z',
  read: (value) => (typeof value === 'string' && isInstant(value) ? value : undefined),
  schema: { type: 'string', format: 'date-time', pattern: 'Z$' },
};

/** A currency of ISO 4217. */
export const currency: Scalar = {
  valid: 'a currency of ISO 4217 such as USD',
  read: (value) => (typeof value === 'string' && isCurrency(value) ? value : undefined),
  hint: (value) => {
    if (typeof value !== 'string' || !isCurrency(value.toUpperCase())) return undefined;
    return `in capitals: ${value.toUpperCase()}`;
  },
  schema: { type: 'string', pattern: '^[A-Z]{3}$' },
};

const MONTH = /^FY(19|2[01])\d{2}-M(0[1-9]|1[0-2])$/;
const ANY_PERIOD = '^FY(19|2[01])\\d{2}(-(H[12]|Q[1-4]|M(0[1-9]|1[0-2])))?$';
const PERIOD = new RegExp(ANY_PERIOD);

/** A fiscal period of any length. */
export const period: Scalar = {
  valid: 'a fiscal period such as FY2026, FY2026-H1, FY2026-Q1 or FY2026-M01',
  read: (value) => (typeof value === 'string' && PERIOD.test(value) ? value : undefined),
  schema: { type: 'string', pattern: ANY_PERIOD },
};

/** A fiscal month. */
export const month: Scalar = {
  valid: 'a fiscal month such as FY2026-M01',
  read: (value) => (typeof value === 'string' && MONTH.test(value) ? value : undefined),
  schema: { type: 'string', pattern: MONTH.source },
};

/** A fiscal month, or a date in one. */
export const monthOrDate: Scalar = {
  valid: 'a fiscal month such as FY2026-M01, or a date in one',
  read: (value) => month.read(value) ?? date.read(value),
  hint: date.hint as NonNullable<Scalar['hint']>,
  schema: { anyOf: [month.schema, date.schema] },
};

/** One of a few words. */
export const oneOf = (words: readonly string[]): Scalar => {
  const set = new Set<unknown>(words);
  return {
    valid: words.length === 1 ? (words[0] as string) : `one of ${words.join(', ')}`,
    read: (value) => (set.has(value) ? (value as string) : undefined),
    hint: (value) => {
      const meant = typeof value === 'string' ? didYouMean(value, words).trim() : '';
      return meant || undefined;
    },
    schema: { enum: words },
  };
};

/** Text of a given form. */
export const matching = (form: RegExp, valid: string): Scalar => ({
  valid,
  read: (value) =>
    typeof value === 'string' && value.length <= ID_LENGTH && form.test(value) ? value : undefined,
  schema: { type: 'string', pattern: form.source },
});

/** The value of an attribute: kept as it was given. */
export const attribute: Scalar = {
  valid: 'text, true, false or a whole number',
  read: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
    const isText = typeof value === 'string' && value.length <= TEXT_LENGTH;
    return isText && isPlain(value, '\t\n\r') ? value : undefined;
  },
  hint: quoteIt,
  schema: { type: ['string', 'boolean', 'integer'], maxLength: TEXT_LENGTH },
};
