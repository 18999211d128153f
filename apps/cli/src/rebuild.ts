import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { withCompany } from './with-company.js';

export const help = `Examples
  everycent rebuild             all rows again from the log, then put in place of the old ones
  everycent rebuild --check     only compares, and says how many rows differ

The rows are made beside the live ones, which serve everybody meanwhile.
Exit: 0 equal (or put in place), 4 --check found differences.
`;

/** `rebuild [--check]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const { check = false, json = false } = values;
  return withCompany(io, async (company) => {
    const { rebuild } = await import('../../worker/src/rebuild.postgres.js');
    const progress = io.isWatched
      ? (follower: string, position: bigint, head: bigint): void =>
          io.err(`\r${follower} ${position} of ${head}   `)
      : undefined;
    const found = await rebuild(company, { check, ...(progress && { progress }) });
    if (io.isWatched) io.err('\n');
    for (const { table, live, rebuilt } of found) {
      if (json) io.out(`${JSON.stringify({ table, live, rebuilt })}\n`);
      else
        io.out(
          `${table.padEnd(12)} ${live + rebuilt === 0 ? 'equal' : `${live} live rows and ${rebuilt} new ones differ`}\n`,
        );
    }
    const differs = found.some(({ live, rebuilt }) => live + rebuilt > 0);
    if (!check) io.err('The new rows are in place.\n');
    return check && differs ? EXIT.unverified : EXIT.fine;
  });
};
