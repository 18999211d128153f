import { openDatabase, readConfiguration } from '#event-store';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { saying } from './with-company.js';

export const help = `Examples
  everycent migrate                                    the embedded database, in EVERYCENT_HOME
  DATABASE_URL=postgres://… everycent migrate          another one

Brings the database's tables to the state that this version needs. Every verb does so by itself; this one is for
whoever wants to do it before a new version starts. Run again, it changes nothing.
`;

/** Brings the database up to date and does nothing else. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { positionals } = readArgs(args, {});
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  return saying(io, async () => {
    const database = await openDatabase(readConfiguration(io.env));
    await database.close();
    io.err('The database is up to date.\n');
    return EXIT.fine;
  });
};
