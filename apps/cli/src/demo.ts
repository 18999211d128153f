import { loadDemo } from '#imports';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { withCompany } from './with-company.js';

export const help = `Examples
  everycent demo                              load the demo company
  EVERYCENT_HOME=/tmp/try everycent demo      ... in a place of its own

Sixty payees under three levels of managers, in three currencies; two versions of a plan; five thousand deals over
five quarters, some amended, corrected or cancelled; fourteen closed months, one payout paid, one to be approved.
The same every time. It needs an empty company; where it is loaded already, nothing changes.
`;

/** Loads the demo company. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { positionals } = readArgs(args, {});
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  return withCompany(io, async (company) => {
    const began = performance.now();
    const { read, recorded } = await loadDemo({
      store: company.store,
      execute: async (command, source) => (await company.execute({ ...command, source })).events,
      ...(io.isWatched && { progress: ({ rows }) => io.err(`\r${rows} facts`) }),
    });
    await company.catchUp();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const what =
      recorded === 0 ? 'was there already' : `is loaded: ${recorded} facts in ${seconds} s`;
    io.err(`${io.isWatched ? '\r' : ''}The demo company ${what} (${read} in all).\n`);
    return EXIT.fine;
  });
};
