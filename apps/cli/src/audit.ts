import { didYouMean } from '#kernel';
import { CONTROLS } from '../../worker/src/controls/names.js';
import { UsageError, type Io } from './cli.js';

export const help = `Examples
  everycent audit verify                                 every byte, hash, head and signature
  everycent audit verify --head older.json --key key.pem against a head that you kept yourself
  everycent audit heads --json                           signed heads, one JSON object a line: keep one
  everycent audit prove --payout p1 --payee ana > proof.json
  node libs/audit/verify-proof.mjs proof.json            offline, a single file
  everycent audit replay --as-of 2026-03-31T23:59:59Z    everything again, compared with what was committed
  everycent audit diff --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z
                                                         every line that differs, and the facts that caused it
  everycent audit imports deals.ndjson                   completeness: file hash, rows, sums
  everycent audit adjustments --from 2026-01-01T00:00:00Z --to 2026-04-01T00:00:00Z
  everycent audit plans                                  who changed which plan, when and what
  everycent audit access --as-of 2026-03-31T23:59:59Z    who acted, in which roles
  everycent audit duties                                 who made, who checked
  everycent audit reconcile --payout p1                  run = payroll file = journal; exit 4 where not
  everycent audit forgotten                              whose personal data was forgotten, when and why

verify prints the first log position that differs and exits 4. The heads are also in EVERYCENT_HOME/heads, and go
to the command in AUDIT_COMMAND; a copy kept elsewhere shows a database that was rewritten as a whole.
`;

type Part = (args: readonly string[], io: Io) => Promise<number>;

const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  verify: async () => (await import('./audit/verify.js')).verify,
  heads: async () => (await import('./audit/heads.js')).heads,
  replay: async () => (await import('./audit/replay.js')).replay,
  diff: async () => (await import('./audit/diff.js')).diff,
  ...Object.fromEntries(
    CONTROLS.map((name) => [name, async () => (await import('./audit/controls.js')).control(name)]),
  ),
  prove: async () => (await import('./audit/prove.js')).prove,
};

/** `audit PART`: what an auditor asks. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (!load) {
    const names = Object.keys(PARTS);
    const problem =
      name === ''
        ? 'audit needs a part'
        : `audit ${name}: there is no such part${didYouMean(name, names)}`;
    throw new UsageError(`${problem}; valid: ${names.join(', ')}.`);
  }
  return (await load())(rest, io);
};
