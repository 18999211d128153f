import type { Database } from '#event-store';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent log copy --to esdb://node1:2113,node2:2113,node3:2113       to EventStoreDB or KurrentDB
  everycent log copy --to esdb://node1:2113 --check                     only compares, and copies nothing
  everycent log copy --to postgres://user:password@host/empty           a copy in which no name can be read
  everycent log copy --to postgres://user:password@host/empty --keys    back to PostgreSQL, or to another home

Copies the event log of this company, which may go on being written to, and compares every byte of the copy.
Positions, ids and hashes stay what they are. Run it again and it copies what came since; stop the service, run it
once more, and start the service with EVENT_STORE set to the copy. Nothing else may write to the copy.

The names of payees are sealed in the log. Their keys are in PostgreSQL beside the rows and stay there when the log
moves to EventStoreDB; --keys takes them along to another database.

Exit: 0 both logs are equal, 4 they differ (the first position is said), 6 one of them cannot be reached.
`;

const keysText = async (from: Database, to: Database, wanted: boolean): Promise<string> => {
  if (!wanted)
    return 'Names of payees cannot be read in the copy: --keys takes their keys along.\n';
  const { copyKeys } = await import('#privacy');
  return `${await copyKeys(from, to)} keys of payees copied.\n`;
};

/** `log copy --to URL [--check] [--keys]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    to: { type: 'string' },
    check: { type: 'boolean' },
    keys: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.join(' ') !== 'copy') throw new UsageError('Expected "log copy --to URL".');
  const { copyLog, isEventStoreDbUrl, LogsDiffer, openOtherLog, optionFault, readConfiguration } =
    await import('#event-store');
  const url = required('--to', values.to);
  if (!isEventStoreDbUrl(url) && !/^postgres(ql)?:\/\/./.test(url)) {
    const fault = optionFault(url);
    throw new UsageError(
      `--to is not usable${fault ? `: ${fault}` : ''}; valid: esdb://host:2113 or postgres://host/name.`,
    );
  }
  const { check = false, keys = false, json = false } = values;
  if (keys && (check || isEventStoreDbUrl(url)))
    throw new UsageError(
      '--keys is for a copy in another PostgreSQL; beside EventStoreDB they stay where they are.',
    );
  return withCompany(io, async ({ store, database }) => {
    // Compared with itself it would be equal, and nothing would have been copied.
    if (url === (readConfiguration(io.env).eventStoreUrl ?? database.url))
      throw new UsageError('--to names the log that is to be copied.');
    const other = await openOtherLog(url);
    try {
      const progress = (position: bigint, head: bigint): void => {
        if (io.isWatched) io.err(`\r${position} of ${head}   `);
      };
      const { events, copied, sha256 } = await copyLog(store, other.store, { check, progress });
      if (io.isWatched) io.err('\n');
      if (other.database && !check) io.err(await keysText(database, other.database, keys));
      if (json)
        io.out(`${JSON.stringify({ events: Number(events), copied: Number(copied), sha256 })}\n`);
      else
        io.out(
          `${events} events are equal in both logs, ${copied} of them copied now; sha256 ${sha256}\n`,
        );
      return EXIT.fine;
    } catch (error) {
      if (!(error instanceof LogsDiffer)) throw error;
      if (io.isWatched) io.err('\n');
      if (json) io.out(`${JSON.stringify({ differsAt: Number(error.position) })}\n`);
      io.err(`${error.message}\n`);
      return EXIT.unverified;
    } finally {
      await other.close();
    }
  });
};
