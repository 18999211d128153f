import { createHash } from 'node:crypto';
import { Refusal } from '#kernel';
import { exportPayout, type ThreeWay } from '../payout-export.js';
import type { RunSources } from '../payout-runs.js';
import { exceptions, type ControlReport, type Finding } from './control.js';

const COLUMNS = [
  'payout',
  'status',
  'currency',
  'run',
  'payroll',
  'journal',
  'payrollSha256',
  'exception',
];

/** A payroll file as it was sent, to be compared with what is written now. */
export interface SentFile {
  readonly payout: string;
  readonly bytes: Buffer;
}

const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

const unlike = ({ run, payroll, journal }: ThreeWay): boolean => run !== payroll || run !== journal;

const nothing = (payout: string, status: string, exception: string): Finding => ({
  payout,
  status,
  currency: '',
  run: '',
  payroll: '',
  journal: '',
  payrollSha256: '',
  exception,
});

const findingsOf = async (
  from: RunSources,
  id: string,
  status: string,
  sent: SentFile | undefined,
): Promise<Finding[]> => {
  try {
    const { csv, manifest } = await exportPayout(from, { payout: id, format: 'generic' });
    const isOther = sent !== undefined && sha256(sent.bytes) !== sha256(csv);
    return manifest.totals.map((total) => ({
      payout: id,
      status,
      ...total,
      payrollSha256: manifest.sha256,
      exception: exceptions({
        'the totals differ': unlike(total),
        'the file that was sent is not the one that is written of this payout': isOther,
      }),
    }));
  } catch (error) {
    // What cannot be written because its totals do not agree is just what a reconciliation looks for.
    if (error instanceof Refusal) throw error;
    return [nothing(id, status, (error as Error).message)];
  }
};

const PAYS: ReadonlySet<string> = new Set(['approved', 'paid', 'reversed']);

/** Reconciles payouts: the approved run, the payroll file and the journal entries come to the same, by currency. */
export const reconciliationControl = async (
  from: RunSources,
  payout: string | undefined,
  sent?: SentFile,
): Promise<ControlReport> => {
  const known = (await from.payouts()).filter(({ id, status }) =>
    payout === undefined ? PAYS.has(status) : id === payout,
  );
  const findings: Finding[] = [];
  for (const { id, status } of known)
    findings.push(...(await findingsOf(from, id, status, sent?.payout === id ? sent : undefined)));
  return { columns: COLUMNS, findings };
};
