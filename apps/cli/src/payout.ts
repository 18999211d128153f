import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent payout draft nov --through FY2026-M11 --by ana
  everycent payout submit nov --by ana
  everycent payout approve nov --by ben               somebody else than who made it
  everycent payout confirm nov --by ben               the money was paid
  everycent payout export nov --out payroll/          payroll file and manifest
  everycent payout list

Steps: draft, submit, approve, reject, confirm, reverse; each with --by USER and --reason TEXT. A draft may name
its payees: --payees ana,bob. export without --out prints the file on stdout and the manifest on stderr.
Exit: 3 not well formed, 5 the state forbids it (stale, for example).
`;

const STEPS = ['submit', 'approve', 'reject', 'confirm', 'reverse'] as const;
const WHAT = ['draft', ...STEPS, 'export', 'list'] as const;

interface Asked {
  readonly id: string;
  readonly by: string;
  readonly through: string | undefined;
  readonly payees: string | undefined;
  readonly reason: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

const give = async (company: OpenCompany, type: string, plain: object, by: string) => {
  const reading = readCommand(type, plain);
  if (reading.faults) return refuseMalformed(type, reading.faults);
  return company.execute({ type, data: reading.data, by });
};

const show = async (company: OpenCompany, io: Io, id: string | undefined, json: boolean): Promise<void> => {
  const { sumsOf } = await import('#ledger');
  await company.catchUp();
  for (const payout of await company.payouts()) {
    if (id !== undefined && payout.id !== id) continue;
    const { status, throughName, root, position, amounts } = payout;
    const sums = sumsOf(payout);
    const shown = { payout: payout.id, status, through: throughName, payees: amounts.length, sums, root, position };
    const money = sums.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
    io.out(json
      ? `${JSON.stringify(shown)}\n`
      : `${payout.id}  ${status}  through ${throughName}  ${amounts.length} payees  ${money}  root ${root}\n`);
  }
};

const writeFiles = async (company: OpenCompany, io: Io, { id, out }: Asked): Promise<void> => {
  const { payrollOf } = await import('../../worker/src/payroll.js');
  await company.catchUp();
  const { csv, manifest } = await payrollOf(company, id);
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

const draftOf = ({ id, through, payees }: Asked): object => ({
  id,
  through: required('--through', through),
  ...(payees !== undefined && { payees: payees.split(',') }),
});

/** `payout STEP ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    id: { type: 'string' },
    by: { type: 'string' },
    through: { type: 'string' },
    payees: { type: 'string' },
    reason: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [name, given, ...rest] = positionals;
  const what = WHAT.find((step) => step === name);
  if (!what) {
    const valid = WHAT.join(', ');
    throw new UsageError(`payout ${name ?? ''}: there is no such step${didYouMean(name ?? '', WHAT)}; valid: ${valid}.`);
  }
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here.`);
  const { by = 'admin', through, payees, reason, out, json = false } = values;
  return withCompany(io, async (company) => {
    if (what === 'list') {
      await show(company, io, given, json);
      return EXIT.fine;
    }
    const id = required('The payout', given ?? values.id);
    const asked: Asked = { id, by, through, payees, reason, out, json };
    if (what === 'export') await writeFiles(company, io, asked);
    else {
      const data = what === 'draft' ? draftOf(asked) : { payout: id, ...(reason !== undefined && { reason }) };
      const { position } = await give(company, `${what}-payout`, data, by);
      io.err(`Recorded at position ${position}.\n`);
      await show(company, io, id, json);
    }
    return EXIT.fine;
  });
};
