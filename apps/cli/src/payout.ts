import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { atMost, EXIT, readStep, UsageError, type readArgs, type Io } from './cli.js';
import { table } from './statement-text.js';
import { oneOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent payout draft nov --through FY2026-M11 --by ana
  everycent payout draft nov-2 --through FY2026-M11 --payees ana,bob --hold "bob=His dispute is open"
  everycent payout draft nov-3 --through FY2026-M11 --hold "bob=Three instalments" --pay bob=1000.00
  everycent payout show nov                           totals, the difference from the last run, what is unusual
  everycent payout note nov --payee ana --note "Her first month" --by ana
  everycent payout submit nov --by ana
  everycent payout approve nov --by ben               somebody else than who made it
  everycent payout confirm nov --by ben               the money was paid
  everycent payout export nov --out payroll/          payroll file and manifest
  everycent payout export nov --format adp --company ABC --currency USD --out payroll/
  everycent payout export nov --format journal        balanced journal entries
  everycent payout list

Steps: draft, submit, approve, reject, confirm, reverse; each with --by USER (default: admin), all but draft with
--reason TEXT. A draft may name its payees (--payees ana,bob) and leave some for a later draft, with the reason
(--hold "bob=why", as often as needed), or pay a part of what somebody is due (--pay bob=1000.00 beside --hold): an
instalment, the rest is for later drafts. What is drafted through one fiscal month counts together for the approval
policy. Where the approval policy names roles, approve with --role ROLE; where it wants notes, note first.

export writes --format generic (default), adp, workday, gusto or journal; without --out the file goes to stdout and
the manifest to stderr. adp needs --company CODE; adp and workday take --earning CODE (default COM); adp and gusto
name no currency, so a run in several needs --currency. Payroll systems know a payee by his attribute employeeId
(gustoEmployeeId), else by his id.

Exit: 3 not well formed, 5 the state forbids it (stale, for example).
`;

const OPTIONS = {
  id: { type: 'string' },
  by: { type: 'string' },
  role: { type: 'string' },
  through: { type: 'string' },
  payees: { type: 'string' },
  hold: { type: 'string', multiple: true },
  pay: { type: 'string', multiple: true },
  payee: { type: 'string' },
  note: { type: 'string' },
  reason: { type: 'string' },
  out: { type: 'string' },
  format: { type: 'string' },
  currency: { type: 'string' },
  company: { type: 'string' },
  earning: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const STEP = ['id', 'reason', 'by', 'role'] as const;
const TAKES = {
  draft: ['id', 'through', 'payees', 'hold', 'pay', 'by', 'role'],
  note: ['id', 'payee', 'note', 'by', 'role'],
  submit: STEP,
  approve: STEP,
  reject: STEP,
  confirm: STEP,
  reverse: STEP,
  show: ['id'],
  export: ['id', 'out', 'format', 'currency', 'company', 'earning'],
  list: ['id'],
} as const;

type Values = ReturnType<typeof readArgs<typeof OPTIONS>>['values'];
type Asked = Values & { readonly id: string };

const give = async (
  company: OpenCompany,
  type: string,
  plain: object,
  { by = 'admin', role }: Values,
) => {
  const reading = readCommand(type, plain);
  if (reading.faults) return refuseMalformed(type, reading.faults);
  return company.execute({ type, data: reading.data, by, ...(role !== undefined && { role }) });
};

const list = async (
  company: OpenCompany,
  io: Io,
  id: string | undefined,
  json = false,
): Promise<void> => {
  const { sumsOf } = await import('#ledger');
  await company.catchUp();
  const rows: string[][] = [];
  for (const payout of await company.payouts()) {
    if (id !== undefined && payout.id !== id) continue;
    const { status, throughName, root, position, amounts } = payout;
    const sums = sumsOf(payout);
    const shown = {
      payout: payout.id,
      status,
      through: throughName,
      payees: amounts.length,
      sums,
      root,
      position,
    };
    if (json) io.out(`${JSON.stringify(shown)}\n`);
    const money = sums.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
    const { length } = amounts;
    rows.push([
      payout.id,
      status,
      `through ${throughName}`,
      `${length} payees`,
      money,
      `root ${root}`,
    ]);
  }
  if (!json) io.out(table(rows));
};

const show = async (company: OpenCompany, io: Io, { id, json }: Asked): Promise<void> => {
  const { reviewOf } = await import('../../worker/src/payout-review.js');
  const { reviewText } = await import('./payout-text.js');
  await company.catchUp();
  const review = await reviewOf(company, id);
  io.out(json ? `${JSON.stringify(review)}\n` : reviewText(review));
};

const writeFiles = async (company: OpenCompany, io: Io, asked: Asked): Promise<void> => {
  const { EXPORT_FORMATS, exportPayout } = await import('../../worker/src/payout-export.js');
  const { id, out, currency, company: code, earning } = asked;
  const format = oneOf('--format', asked.format ?? 'generic', EXPORT_FORMATS);
  await company.catchUp();
  const { csv, manifest } = await exportPayout(company, {
    payout: id,
    format,
    ...(currency !== undefined && { currency }),
    ...(code !== undefined && { company: code }),
    ...(earning !== undefined && { earning }),
  });
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  if (out === undefined) {
    io.out(csv);
    io.err(text);
    return;
  }
  mkdirSync(out, { recursive: true });
  const file = path.join(out, manifest.file);
  writeFileSync(file, csv);
  writeFileSync(file.replace(/\.csv$/, '.manifest.json'), text);
  io.err(`${manifest.rows} rows in ${file}\n`);
};

const pairOf = (option: string, text: string, expected: string): [payee: string, of: string] => {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${option} ${text}: expected "PAYEE=${expected}".`);
  return [text.slice(0, at), text.slice(at + 1)];
};

const holdsOf = (holds: readonly string[], pays: readonly string[] = []): object[] => {
  const parts = new Map(pays.map((text) => pairOf('--pay', text, 'AMOUNT')));
  const found = holds.map((text) => {
    const [payee, reason] = pairOf('--hold', text, 'REASON');
    const pay = parts.get(payee);
    parts.delete(payee);
    return { payee, reason, ...(pay !== undefined && { pay }) };
  });
  const [left] = parts.keys();
  if (left === undefined) return found;
  throw new UsageError(`--pay ${left}: say with --hold "${left}=REASON" why it is only a part.`);
};

const draftOf = ({ id, through, payees, hold, pay }: Asked): object => ({
  id,
  through: required('--through', through),
  ...(payees !== undefined && { payees: payees.split(',') }),
  ...((hold || pay) && { holds: holdsOf(hold ?? [], pay) }),
});

const dataOf = (what: keyof typeof TAKES, asked: Asked): object => {
  const { id, payee, note, reason } = asked;
  if (what === 'draft') return draftOf(asked);
  if (what === 'note')
    return { payout: id, payee: required('--payee', payee), note: required('--note', note) };
  return { payout: id, ...(reason !== undefined && { reason }) };
};

/** `payout STEP ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { what, values, rest } = readStep('payout', args, OPTIONS, TAKES);
  atMost(rest, 1);
  const [given] = rest;
  const id = what === 'list' ? undefined : required('The id of the payout', given ?? values.id);
  return withCompany(io, async (company) => {
    if (id === undefined) {
      await list(company, io, given ?? values.id, values.json);
      return EXIT.fine;
    }
    const asked: Asked = { ...values, id };
    if (what === 'export') await writeFiles(company, io, asked);
    else if (what === 'show') await show(company, io, asked);
    else {
      const { position } = await give(company, `${what}-payout`, dataOf(what, asked), values);
      io.err(`Recorded at position ${position}.\n`);
      await list(company, io, id, values.json);
    }
    return EXIT.fine;
  });
};
