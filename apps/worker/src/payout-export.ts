import { createHash } from 'node:crypto';
import { rootOfLines } from '#audit';
import { canonicalJson, Exact, formatDay, minorUnits, refuse } from '#kernel';
import { stateOn, type Book } from '#crediting';
import { sumsOf, type PayoutAmount } from '#ledger';
import {
  LAYOUTS,
  payrollTable,
  unbalancedEntries,
  type JournalLine,
  type Layout,
  type PayrollItem,
  type PayrollTable,
} from '#payouts';
import { csvLine } from '#statements';
import { JOURNAL_COLUMNS, journalFor, journalRows } from './payout-journal.js';
import { payoutNamed, type RunSources } from './payout-runs.js';
import { amountText, type KnownPayout } from './payouts.js';

/** What can be written of a payout: a payroll file in one of the layouts, or its journal entries. */
export const EXPORT_FORMATS = [...LAYOUTS, 'journal'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What somebody wants to be written, and the codes by which the payroll system knows it. */
export interface ExportAsked {
  readonly payout: string;
  readonly format: ExportFormat;
  /** Only what is paid in one currency; all of it where not given. */
  readonly currency?: string;
  readonly company?: string;
  readonly earning?: string;
}

/** One sum from three sides: the approved run, the payroll file, the journal's payments. */
export interface ThreeWay {
  readonly currency: string;
  readonly run: string;
  readonly payroll: string;
  readonly journal: string;
}

/** What a file says of itself, so that whoever reads it can check that it is whole. */
export interface Manifest {
  readonly payout: string;
  readonly through: string;
  /** The log position at which the draft read its amounts, and the root hash that approvals named. */
  readonly position: number;
  readonly root: string;
  readonly format: ExportFormat;
  readonly parameters: Readonly<Record<string, string>>;
  readonly file: string;
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>>;
  /** Run, payroll file and journal agree, or there is no file. */
  readonly totals: readonly ThreeWay[];
  readonly sha256: string;
}

/** A file of a payout and its manifest. */
export interface PayoutFile {
  readonly csv: string;
  readonly manifest: Manifest;
}

// What is stale or rejected pays nobody, and what is not approved may not be paid yet.
const PAYS: ReadonlySet<string> = new Set(['approved', 'paid', 'reversed']);

const DEFAULT_EARNING = 'COM';

const attribute = (book: Book, payee: string, name: string, day: number): string | undefined => {
  const known = book.payee(payee);
  const value = known && stateOn(known, day).attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const itemsOf = (book: Book, amounts: readonly PayoutAmount[], day: number): PayrollItem[] =>
  amounts.map((item) => ({
    ...item,
    name: book.payee(item.payee)?.name ?? '',
    employee: attribute(book, item.payee, 'employeeId', day) ?? item.payee,
    gustoEmployee: attribute(book, item.payee, 'gustoEmployeeId', day) ?? '',
  }));

const payrollOf = (
  book: Book,
  run: KnownPayout,
  asked: ExportAsked,
  layout: Layout,
): PayrollTable => {
  const { calendar } = book;
  const end = calendar.endOf(run.through);
  return payrollTable(
    layout,
    {
      payout: run.id,
      through: run.throughName,
      start: formatDay(calendar.startOf(run.through)),
      end: formatDay(end),
      earning: asked.earning ?? DEFAULT_EARNING,
      ...(asked.company !== undefined && { company: asked.company }),
    },
    itemsOf(book, run.amounts, end),
  );
};

type Sums = ReadonlyMap<string, string>;

const summed = (amounts: readonly PayoutAmount[]): Sums =>
  new Map(sumsOf({ amounts }).map(({ currency, amount }) => [currency, amount]));

// The file's own words, read back: what was written is what is compared.
const sumsWritten = ({ rows, amounts: at }: PayrollTable, items: readonly PayoutAmount[]): Sums =>
  summed(
    rows.map((row, i) => {
      const { payee, currency } = items[i] as PayoutAmount;
      return { payee, currency, amount: Exact.from(row[at] as string).round(minorUnits(currency)) };
    }),
  );

const sumsPaid = (lines: readonly JournalLine[]): Sums =>
  summed(
    lines
      .filter(({ type, account }) => type === 'payment' && account === 'paid')
      .map(({ payee, currency, amount }) => ({ payee, currency, amount: -amount })),
  );

const threeWays = (run: Sums, payroll: Sums, journal: Sums): ThreeWay[] =>
  [...new Set([...run.keys(), ...payroll.keys(), ...journal.keys()])]
    .sort()
    .map((currency) => ({
      currency,
      run: run.get(currency) ?? '0',
      payroll: payroll.get(currency) ?? '0',
      journal: journal.get(currency) ?? '0',
    }));

// None of this can happen; if it does, no money may leave on the word of the file.
const refuseWrong = (
  run: KnownPayout,
  totals: readonly ThreeWay[],
  lines: readonly JournalLine[],
): void => {
  const differing = totals.find(({ run: a, payroll: b, journal: c }) => a !== b || a !== c);
  if (differing)
    throw new Error(`Payout "${run.id}": the totals differ: ${JSON.stringify(differing)}`);
  const [entry] = unbalancedEntries(lines);
  if (entry !== undefined)
    throw new Error(`Payout "${run.id}": journal entry ${entry} does not balance.`);
  const root = rootOfLines(
    run.amounts.map(({ payee, currency, amount }) =>
      canonicalJson({ payee, currency, amount: amountText(amount, currency) }),
    ),
  );
  if (root !== run.root)
    throw new Error(
      `Payout "${run.id}": the amounts are not those of the root hash that was approved.`,
    );
};

const safe = (id: string): string => id.replaceAll(/[^\w-]/g, '_');

const fileName = ({ id }: KnownPayout, { format, currency, company }: ExportAsked): string => {
  // ADP takes files of this name only.
  if (format === 'adp') return `PR${(company ?? '').toUpperCase().padEnd(3, '_')}EPI.csv`;
  const kind =
    format === 'generic' ? 'payroll' : format === 'journal' ? 'journal' : `payroll-${format}`;
  return `${kind}-${safe(id)}${currency === undefined ? '' : `-${currency}`}.csv`;
};

const parametersOf = ({
  currency,
  company,
  earning,
  format,
}: ExportAsked): Record<string, string> => ({
  ...(currency !== undefined && { currency }),
  ...(company !== undefined && { company }),
  ...((format === 'adp' || format === 'workday') && { earning: earning ?? DEFAULT_EARNING }),
});

const inCurrency = (run: KnownPayout, currency: string | undefined): KnownPayout => {
  if (currency === undefined) return run;
  const amounts = run.amounts.filter((item) => item.currency === currency);
  if (amounts.length > 0) return { ...run, amounts };
  return refuse('Malformed', `Payout "${run.id}" pays nothing in ${currency}.`);
};

/**
 * Writes an approved payout as a payroll file or as journal entries. Refused where it is not
 * approved, and where the layout cannot say what the run pays.
 */
export const exportPayout = async (from: RunSources, asked: ExportAsked): Promise<PayoutFile> => {
  const payouts = await from.payouts();
  const whole = payoutNamed(payouts, asked.payout);
  if (!PAYS.has(whole.status)) {
    refuse(
      'PayoutStateForbids',
      `Payout "${whole.id}" is ${whole.status}; a file needs an approved one.`,
    );
  }
  const run = inCurrency(whole, asked.currency);
  // Names and numbers are those that were known at the approval, whatever is learned of people later.
  const { book } = await from.knownAt(BigInt(whole.approvedAt ?? whole.position));
  const { format } = asked;
  const payroll = payrollOf(book, run, asked, format === 'journal' ? 'generic' : format);
  const journal = (await journalFor(from, whole, payouts)).filter(
    ({ currency }) => asked.currency === undefined || currency === asked.currency,
  );
  const sums = summed(run.amounts);
  const totals = threeWays(sums, sumsWritten(payroll, run.amounts), sumsPaid(journal));
  refuseWrong(whole, totals, journal);
  const rows = format === 'journal' ? journalRows(run.id, journal, book.calendar) : payroll.rows;
  const columns = format === 'journal' ? JOURNAL_COLUMNS : payroll.columns;
  const csv = [columns, ...rows].map(csvLine).join('');
  return {
    csv,
    manifest: {
      payout: run.id,
      through: run.throughName,
      position: run.position,
      root: run.root,
      format,
      parameters: parametersOf(asked),
      file: fileName(run, asked),
      rows: rows.length,
      sums: Object.fromEntries(sums),
      totals,
      sha256: createHash('sha256').update(csv).digest('hex'),
    },
  };
};
