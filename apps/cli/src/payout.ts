import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { oneOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent payout draft nov --through FY2026-M11 --by ana
  everycent payout draft nov-2 --through FY2026-M11 --payees ana,bob --hold "bob=His dispute is open" --by ana
  everycent payout draft nov-3 --through FY2026-M11 --hold "bob=Three instalments" --pay bob=1000.00 --by ana
  everycent payout show nov                           totals, the difference from the last run, what is unusual
  everycent payout note nov --payee ana --note "Her first month" --by ana
  everycent payout submit nov --by ana
  everycent payout approve nov --by ben               somebody else than who made it
  everycent payout confirm nov --by ben               the money was paid
  everycent payout export nov --out payroll/          payroll file and manifest
  everycent payout export nov --format adp --company ABC --currency USD --out payroll/
  everycent payout export nov --format journal        balanced journal entries
  everycent payout list

Steps: draft, submit, approve, reject, confirm, reverse; each with --by USER and --reason TEXT. A draft may name
its payees (--payees ana,bob) and leave some for a later draft, with the reason (--hold "bob=why", as often as needed), or pay a part
of what somebody is due (--pay bob=1000.00 beside --hold): an instalment, the rest is for later drafts. What is drafted
through one fiscal month counts together for the approval policy.
Where the approval policy names roles, approve with --role ROLE; where it wants notes, note first. export writes --format generic (default), adp, workday, gusto or journal; without
--out the file goes to stdout and the manifest to stderr. adp needs --company CODE; adp and workday take --earning CODE
(default COM); adp and gusto name no currency, so a run in several needs --currency. Payroll systems know a payee by
his attribute employeeId (gustoEmployeeId), else by his id.
Exit: 3 not well formed, 5 the state forbids it (stale, for example).
`;

const STEPS = ['submit', 'approve', 'reject', 'confirm', 'reverse'] as const;
const WHAT = ['draft', 'note', ...STEPS, 'show', 'export', 'list'] as const;

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
    const money = sums.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
    io.out(
      json
        ? `${JSON.stringify(shown)}\n`
        : `${payout.id}  ${status}  through ${throughName}  ${amounts.length} payees  ${money}  root ${root}\n`,
    );
  }
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
  const format = oneOf('--format', asked.format, EXPORT_FORMATS, 'generic');
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

const dataOf = (what: (typeof WHAT)[number], asked: Asked): object => {
  const { id, payee, note, reason } = asked;
  if (what === 'draft') return draftOf(asked);
  if (what === 'note')
    return { payout: id, payee: required('--payee', payee), note: required('--note', note) };
  return { payout: id, ...(reason !== undefined && { reason }) };
};

/** `payout STEP ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [name, given, ...rest] = positionals;
  const what = WHAT.find((step) => step === name);
  if (!what) {
    const valid = WHAT.join(', ');
    throw new UsageError(
      `payout ${name ?? ''}: there is no such step${didYouMean(name ?? '', WHAT)}; valid: ${valid}.`,
    );
  }
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here.`);
  return withCompany(io, async (company) => {
    if (what === 'list') {
      await list(company, io, given, values.json);
      return EXIT.fine;
    }
    const id = required('The payout', given ?? values.id);
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
