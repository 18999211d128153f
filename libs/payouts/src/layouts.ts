import { formatUnits, minorUnits, refuse } from '#kernel';
import type { PayoutAmount } from '#ledger';

/** The payroll systems whose files are written. */
export const LAYOUTS = ['generic', 'adp', 'workday', 'gusto'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** One payee's pay as a payroll file has it. */
export interface PayrollItem extends PayoutAmount {
  readonly name: string;
  /** By which the payroll system knows him: his attribute `employeeId`, else his id. */
  readonly employee: string;
  /** His attribute `gustoEmployeeId`, where he has one. */
  readonly gustoEmployee: string;
}

/** What all rows of a payroll file share. */
export interface PayrollRun {
  readonly payout: string;
  readonly through: string;
  /** The first and the last day of the fiscal month through which it pays. */
  readonly start: string;
  readonly end: string;
  /** The company's code in the payroll system. */
  readonly company?: string;
  /** The earning's code in the payroll system. */
  readonly earning: string;
}

/** A payroll file: its columns and rows, and which column holds the amounts. */
export interface PayrollTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly amounts: number;
}

const amountOf = ({ amount, currency }: PayoutAmount): string =>
  formatUnits(amount, minorUnits(currency));

// The last word is the family's name: what payroll systems ask for apart, we know together.
const nameParts = (name: string): [first: string, last: string] => {
  const words = name.trim().split(/\s+/);
  const last = words.pop() ?? '';
  return words.length === 0 ? [last, ''] : [words.join(' '), last];
};

const generic = (run: PayrollRun, items: readonly PayrollItem[]): PayrollTable => ({
  columns: ['payout', 'payee', 'name', 'through', 'amount', 'currency'],
  rows: items.map((item) => [
    run.payout,
    item.payee,
    item.name,
    run.through,
    amountOf(item),
    item.currency,
  ]),
  amounts: 4,
});

const COMPANY_CODE = /^[A-Z0-9]{2,3}$/i;

// Paydata import of ADP Workforce Now: company, batch and file number stand first.
const adp = (run: PayrollRun, items: readonly PayrollItem[]): PayrollTable => {
  const { company } = run;
  if (company === undefined || !COMPANY_CODE.test(company)) {
    return refuse(
      'Malformed',
      `ADP needs the company code, of two or three letters or digits; found: ${company ?? 'none'}.`,
    );
  }
  return {
    columns: ['Co Code', 'Batch ID', 'File #', 'Earnings 3 Code', 'Earnings 3 Amount'],
    rows: items.map((item) => [company, run.payout, item.employee, run.earning, amountOf(item)]),
    amounts: 4,
  };
};

// Workday's "Submit Payroll Input" by EIB.
const workday = (run: PayrollRun, items: readonly PayrollItem[]): PayrollTable => ({
  columns: [
    'Spreadsheet Key',
    'Row ID',
    'Batch ID',
    'Start Date',
    'End Date',
    'Worker',
    'Earning',
    'Amount',
    'Currency',
  ],
  rows: items.map((item, i) => [
    String(i + 1),
    '1',
    run.payout,
    run.start,
    run.end,
    item.employee,
    run.earning,
    amountOf(item),
    item.currency,
  ]),
  amounts: 7,
});

const gusto = (_run: PayrollRun, items: readonly PayrollItem[]): PayrollTable => {
  const foreign = items.find(({ currency }) => currency !== 'USD');
  if (foreign)
    refuse('Malformed', `Gusto pays in USD; "${foreign.payee}" is paid in ${foreign.currency}.`);
  return {
    columns: ['last_name', 'first_name', 'gusto_employee_id', 'commission'],
    rows: items.map((item) => {
      const [first, last] = nameParts(item.name);
      return [last, first, item.gustoEmployee, amountOf(item)];
    }),
    amounts: 3,
  };
};

const WRITERS = { generic, adp, workday, gusto } as const;

// These name no currency, so that all amounts must be in one.
const ONE_CURRENCY: ReadonlySet<Layout> = new Set(['adp', 'gusto']);

/**
 * The payroll file of a run in a layout, one row for each payee and currency. Refused where the
 * layout names no currency and the run pays in several.
 */
export const payrollTable = (
  layout: Layout,
  run: PayrollRun,
  items: readonly PayrollItem[],
): PayrollTable => {
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  if (ONE_CURRENCY.has(layout) && currencies.length > 1) {
    const message = `A file for ${layout} names no currency, and the run pays in ${currencies.join(', ')}: ask for one of them.`;
    refuse('Malformed', message, { currencies });
  }
  return WRITERS[layout](run, items);
};
