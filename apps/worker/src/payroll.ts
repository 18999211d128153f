import { createHash } from 'node:crypto';
import { formatUnits, minorUnits, refuse } from '#kernel';
import { csvLine } from '#statements';
import type { OpenCompany } from './company.js';
import { sumsOf } from '#ledger';
import { payoutNamed } from './payout-review.js';

/** What a payroll file says of itself, so that whoever reads it can check that it is whole. */
export interface Manifest {
  readonly payout: string;
  readonly status: string;
  readonly through: string;
  /** The log position at which the draft read its amounts, and the root hash that an approval named. */
  readonly position: number;
  readonly root: string;
  readonly layout: string;
  readonly file: string;
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>>;
  readonly sha256: string;
}

/** A payroll file and its manifest. */
export interface Payroll {
  readonly csv: string;
  readonly manifest: Manifest;
}

const COLUMNS = ['payout', 'payee', 'name', 'through', 'amount', 'currency'];

// What is stale or rejected pays nobody, and what is not approved may not be paid yet.
const PAYS: ReadonlySet<string> = new Set(['approved', 'paid', 'reversed']);

/** The generic payroll file of an approved payout: one row for each payee and currency, by payee. */
export const payrollOf = async (company: OpenCompany, id: string): Promise<Payroll> => {
  const payout = payoutNamed(await company.payouts(), id);
  if (!PAYS.has(payout.status)) {
    refuse('PayoutStateForbids', `Payout "${id}" is ${payout.status}; a payroll file needs an approved one.`);
  }
  const book = await company.book();
  const rows = payout.amounts.map(({ payee, currency, amount }) =>
    csvLine([id, payee, book.payee(payee)?.name ?? '', payout.throughName, formatUnits(amount, minorUnits(currency)), currency]));
  const csv = [csvLine(COLUMNS), ...rows].join('');
  return {
    csv,
    manifest: {
      payout: id,
      status: payout.status,
      through: payout.throughName,
      position: payout.position,
      root: payout.root,
      layout: 'generic',
      file: `payroll-${id}.csv`,
      rows: rows.length,
      sums: Object.fromEntries(sumsOf(payout).map(({ currency, amount }) => [currency, amount])),
      sha256: createHash('sha256').update(csv).digest('hex'),
    },
  };
};
