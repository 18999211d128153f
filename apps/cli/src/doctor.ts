import {
  AnotherLog,
  ConfigurationError,
  LogUnavailable,
  openDatabase,
  openEventStore,
  readConfiguration,
  type Configuration,
} from '#event-store';
import { checkAuth, checkDatabase, checkHome, checkLog, type Check } from './checks.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { silenceOf } from './with-company.js';

export const help = `Examples
  everycent doctor
  everycent doctor --json

Checks the configuration, the home folder, the event log and the database's safety settings, and says what to do
about what is not as it should be. Exit: 0 all is well, 1 something is not, 6 the log or the database does not
answer.
`;

const line = ({ check, ok, found, advice }: Check): string =>
  `${ok ? 'ok    ' : 'FAULT '} ${check.padEnd(24)} ${found}${advice === undefined ? '' : `: ${advice}`}\n`;

const databaseChecks = async (configuration: Configuration): Promise<Check[]> => {
  const database = await openDatabase(configuration);
  try {
    const store = await openEventStore(configuration, database.pool);
    try {
      const events = await store.head();
      return [checkLog(configuration, events), ...(await checkDatabase(database.pool, events))];
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
  }
};

const configured = (io: Io): Configuration | Check[] => {
  try {
    return readConfiguration(io.env, 'service');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((found) => ({ check: 'configuration', ok: false, found }));
  }
};

/** Checks all that the service stands on. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const show = (checks: readonly Check[]): void => {
    for (const check of checks) io.out(values.json ? `${JSON.stringify(check)}\n` : line(check));
  };
  const configuration = configured(io);
  if (Array.isArray(configuration)) {
    show(configuration);
    return EXIT.failed;
  }
  const checks = [checkAuth(configuration), ...checkHome(configuration.home)];
  show(checks);
  try {
    const others = await databaseChecks(configuration);
    show(others);
    return [...checks, ...others].every(({ ok }) => ok) ? EXIT.fine : EXIT.failed;
  } catch (error) {
    show([
      {
        check: error instanceof LogUnavailable || error instanceof AnotherLog ? 'log' : 'database',
        ok: false,
        found: silenceOf(error) ?? (error instanceof Error ? error.message : String(error)),
      },
    ]);
    return error instanceof AnotherLog ? EXIT.failed : EXIT.unreachable;
  }
};
