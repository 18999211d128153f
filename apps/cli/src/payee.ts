import { readCommand, refuseMalformed } from '#scenarios';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent payee forget --payee ana --reason 'erasure request 4711'
  everycent payee forget --payee ana --reason 'erasure request 4711' --by dana
  everycent payee forget --payee ana --reason 'added by mistake' --anyway     although something is open for her

Destroys the key under which what is personal of a payee is sealed in the log: the name, the address and the
attributes that a policy marks (set-policy, personalAttributes). It cannot be taken back. Amounts stay, the log
still verifies, and the payee reads as "Forgotten payee". Refused while the payee is active, has pay that is not
paid, or an open dispute, unless --anyway. docs/privacy.md says what is not reached: backups made before, files
that were exported, and the words that people wrote into claims, comments and reasons.

Exit: 3 the reason names the payee, 5 not settled.
`;

const OPTIONS = {
  payee: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  role: { type: 'string' },
  anyway: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `payee forget --payee X --reason R [--anyway]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  if (positionals.join(' ') !== 'forget') {
    throw new UsageError('Expected "payee forget --payee X --reason TEXT".');
  }
  const payee = required('--payee', values.payee);
  const reason = required('--reason', values.reason);
  const { by = 'admin', role, anyway, json } = values;
  return withCompany(io, async (company) => {
    const said = { payee, reason, confirm: payee, ...(anyway && { anyway }) };
    const reading = readCommand('forget-payee', said);
    if (reading.faults) return refuseMalformed('forget-payee', reading.faults);
    const { position, events } = await company.execute({
      type: 'forget-payee',
      data: reading.data,
      by,
      ...(role !== undefined && { role }),
    });
    const done = { payee, position: Number(position), recorded: events.length > 0 };
    if (json) io.out(`${JSON.stringify(done)}\n`);
    else
      io.err(
        done.recorded
          ? `What was personal of ${payee} is gone, at position ${position}. Destroy it in backups, too: docs/privacy.md.\n`
          : `${payee} was forgotten already.\n`,
      );
    return EXIT.fine;
  });
};
