import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { readAsOf, withCompany } from '../with-company.js';

const SHOWN = 20;

/** `audit replay --as-of INSTANT`. */
export const replay = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    'as-of': { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const asOf = readAsOf(values['as-of']);
  return withCompany(io, async (company) => {
    const { replay: again } = await import('../../../worker/src/replay.postgres.js');
    const position = (await company.positionOf(asOf)) ?? (await company.store.head());
    const progress = io.isWatched
      ? (follower: string, reached: bigint, head: bigint): void =>
          io.err(`\r${follower} ${reached} of ${head}   `)
      : undefined;
    let [compared, unequal] = [0, 0];
    for await (const one of again(company, position, progress)) {
      compared += 1;
      if (!one.equal) unequal += 1;
      if (values.json) {
        io.out(`${JSON.stringify(one)}\n`);
        continue;
      }
      io.out(
        `${one.commitment}  made at position ${one.position}  ${one.equal ? 'equal' : `DIFFERS: ${one.causes.join('; ')}`}\n`,
      );
      for (const { figure, committed, recomputed } of one.differences.slice(0, SHOWN)) {
        io.out(
          `  ${figure}  committed ${committed ?? 'nothing'}  recomputed ${recomputed ?? 'nothing'}\n`,
        );
      }
      if (one.differences.length > SHOWN) io.out(`  and ${one.differences.length - SHOWN} more\n`);
    }
    if (io.isWatched) io.err('\n');
    io.err(
      `${compared} commitments compared with the ledger as known at position ${position}: ${
        unequal === 0 ? 'all are equal to the byte' : `${unequal} differ`
      }.\n`,
    );
    return unequal === 0 ? EXIT.fine : EXIT.unverified;
  });
};
