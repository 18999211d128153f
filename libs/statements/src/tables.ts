import { type Exact, formatUnits, minorUnits, type FiscalCalendar, type Period } from '#kernel';
import { standingIn, type AttainmentRow, type Standing } from '#ledger';
import type { PayeeMonth } from './month-body.js';

/** The tables of the language, each with its columns: first the keys, in the order of which rows stand. */
export const TABLES = {
  credits: ['deal', 'payee', 'kind', 'line', 'amount'],
  attainment: ['payee', 'component', 'period', 'measure', 'quota', 'attainment'],
  earnings: ['payee', 'component', 'period', 'deal', 'amount'],
  adjustments: ['payee', 'origin', 'period', 'component', 'amount'],
  payable: ['payee', 'period', 'amount'],
  balances: ['payee', 'account', 'at', 'amount'],
  uncredited: ['deal', 'reason'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The name of a table of the language. */
export type TableName = keyof typeof TABLES;

/** How many of a table's columns, its first, are its keys: together they tell a row from every other of a currency. */
export const KEY_COLUMNS: Readonly<Record<TableName, number>> = {
  credits: 4,
  attainment: 3,
  earnings: 4,
  adjustments: 4,
  payable: 2,
  balances: 3,
  uncredited: 2,
};

/** The tables that come of the calculation, payee by payee. */
export type LedgerTable = Exclude<TableName, 'credits' | 'uncredited'>;

/** A row as it is written out; the values stand in the order of the table's columns. */
export interface TableRow {
  readonly cells: readonly string[];
  /** In which the row's amounts are, where it has any. */
  readonly currency?: string;
}

/** An amount with its currency's minor units, and further digits only where it has them. */
export const moneyText = (amount: Exact, currency: string): string =>
  amount.toFixed(Math.max(amount.decimals() ?? 0, minorUnits(currency)));

const LEAST_DIGITS = 6;
const MOST_DIGITS = 12;

/** A ratio with at least six digits; one that does not end is cut to twelve. */
export const ratioText = (ratio: Exact): string =>
  ratio.toFixed(Math.min(Math.max(ratio.decimals() ?? MOST_DIGITS, LEAST_DIGITS), MOST_DIGITS));

/** A number with all its digits; one that does not end within twelve, as with an inverse rate, is rounded there. */
export const numberText = (number: Exact): string => {
  const decimals = number.decimals();
  return decimals !== undefined && decimals <= MOST_DIGITS
    ? number.toText()
    : number.toFixed(MOST_DIGITS);
};

// Sums by keys; a currency of its own makes a row of its own.
class Sums {
  private readonly rows = new Map<
    string,
    { keys: readonly string[]; currency: string; amount: bigint }
  >();

  add(keys: readonly string[], currency: string, amount: bigint): void {
    const key = [...keys, currency].join('\n');
    const known = this.rows.get(key);
    if (known) known.amount += amount;
    else this.rows.set(key, { keys, currency, amount });
  }

  toRows(): TableRow[] {
    return [...this.rows.values()].map(({ keys, currency, amount }) => ({
      cells: [...keys, formatUnits(amount, minorUnits(currency))],
      currency,
    }));
  }
}

/** Orders rows by their keys, by code units. */
export const byKeys =
  (keys: number) =>
  (a: TableRow, b: TableRow): number => {
    for (let i = 0; i < keys; i += 1) {
      const [x, y] = [a.cells[i] as string, b.cells[i] as string];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };

/** Which period's rows are asked for, if not those of every month or window; and of which component. */
export interface Asked {
  readonly period?: Period;
}

const isIn = (month: number, period: Period | undefined): boolean =>
  !period || (period.first <= month && month <= period.last);

const kindOf = ({ first, last }: AttainmentRow['window']): Period['kind'] => {
  switch (last - first) {
    case 0:
      return 'month';
    case 2:
      return 'quarter';
    case 5:
      return 'half';
    default:
      return 'year';
  }
};

const standingCells = ({ measure, quota, attainment }: Standing): string[] => [
  measure ? numberText(measure) : '',
  quota ? numberText(quota) : '',
  attainment ? ratioText(attainment) : '',
];

const attainmentRows = (
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  { period }: Asked,
): TableRow[] => {
  const byComponent = new Map<string, AttainmentRow[]>();
  for (const row of months.flatMap(({ attainment }) => attainment)) {
    const key = `${row.payee}\n${row.component}`;
    const known = byComponent.get(key);
    if (known) known.push(row);
    else byComponent.set(key, [row]);
  }
  const table: TableRow[] = [];
  for (const [key, rows] of byComponent) {
    const windows = period
      ? [period]
      : [...new Map(rows.map(({ window }) => [window.first, window])).values()].map((window) => ({
          ...window,
          kind: kindOf(window),
        }));
    for (const window of windows) {
      const standing = standingIn(rows, window);
      if (standing)
        table.push({
          cells: [...key.split('\n'), calendar.name(window), ...standingCells(standing)],
        });
    }
  }
  return table;
};

const earningsRows = (
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  { period }: Asked,
): TableRow[] => {
  const sums = new Sums();
  for (const row of months.flatMap(({ earnings }) => earnings)) {
    if (!isIn(row.month, period)) continue;
    const name = period ? calendar.name(period) : calendar.monthName(row.month);
    for (const { deal, amount } of row.lines) {
      sums.add([row.payee, row.component, name, deal ?? ''], row.currency, amount);
    }
  }
  return sums.toRows();
};

const adjustmentRows = (
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  { period }: Asked,
): TableRow[] => {
  const sums = new Sums();
  for (const row of months.flatMap(({ adjustments }) => adjustments)) {
    if (!isIn(row.month, period)) continue;
    const name = period ? calendar.name(period) : calendar.monthName(row.month);
    sums.add(
      [row.payee, calendar.monthName(row.origin), name, row.component],
      row.currency,
      row.amount,
    );
  }
  return sums.toRows();
};

const payableRows = (
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  { period }: Asked,
): TableRow[] => {
  const sums = new Sums();
  for (const row of months.flatMap(({ payable }) => payable)) {
    if (!isIn(row.month, period)) continue;
    const name = period ? calendar.name(period) : calendar.monthName(row.month);
    sums.add([row.payee, name], row.currency, row.amount);
  }
  return sums.toRows();
};

// A balance is that of the period's end.
const balanceRows = (
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  { period }: Asked,
): TableRow[] => {
  const sums = new Sums();
  for (const row of months.flatMap(({ balances }) => balances)) {
    if (period && row.month !== period.last) continue;
    const name = period ? calendar.name(period) : calendar.monthName(row.month);
    sums.add([row.payee, row.account, name], row.currency, row.amount);
  }
  return sums.toRows();
};

const ROWS = {
  attainment: attainmentRows,
  earnings: earningsRows,
  adjustments: adjustmentRows,
  payable: payableRows,
  balances: balanceRows,
} as const satisfies Readonly<Record<LedgerTable, unknown>>;

/** A table's rows of one payee or several, ordered by their keys. */
export const ledgerRows = (
  table: LedgerTable,
  months: readonly PayeeMonth[],
  calendar: FiscalCalendar,
  asked: Asked = {},
): TableRow[] => ROWS[table](months, calendar, asked).sort(byKeys(KEY_COLUMNS[table]));

/** Of which months a table needs to know for a period: attainment runs on from its window's start. */
export const monthsNeeded = (
  table: LedgerTable,
  period: Period,
): { first: number; last: number } => {
  if (table === 'attainment') return { first: period.first - 12, last: period.last };
  return table === 'balances' ? { first: period.last, last: period.last } : period;
};
