import { readConfiguration, type Configuration } from '#event-store';
import { openLog, startService, type Part, type Service } from '../../api/src/service.js';
import { openCompany, type OpenCompany } from '../../worker/src/company.js';
import { checkDatabase } from './checks.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { saying } from './with-company.js';

export const help = `Examples
  npm start                                  API and followers in one process
  PORT=8080 everycent start
  everycent start --role api                 only HTTP; another process runs with --role worker
  everycent start --no-demo                  an empty company

Opens the database (an embedded PostgreSQL in EVERYCENT_HOME, or DATABASE_URL), brings its tables up to date, loads
the demo company where nothing was recorded yet (not with NODE_ENV=production), and serves until Ctrl-C. Logs go to
stdout, one JSON object a line.
`;

const CONNECTIONS = 20;
const STOP_MS = 25_000;

const partOf = (role: string | undefined): Part => {
  if (role === undefined) return 'all';
  if (role === 'api' || role === 'worker') return role;
  throw new UsageError(`--role ${role}: valid: api, worker.`);
};

// Production refuses what could lose or leak: better no service than one that only seems safe.
const refuseUnsafe = async (company: OpenCompany, { production }: Configuration): Promise<void> => {
  if (!production) return;
  const checks = await checkDatabase(company.database.pool, await company.store.head());
  const faults = checks.filter(({ ok }) => !ok);
  const grave = faults.filter(({ check }) =>
    ['version', 'fsync', 'full_page_writes', 'synchronous_commit'].includes(check),
  );
  if (grave.length === 0) return;
  const list = grave.map(({ check, found, advice }) => `  ${check} is ${found}: ${advice ?? ''}`);
  throw new Error(['Refused with NODE_ENV=production:', ...list].join('\n'));
};

// An empty ledger shows nothing: whoever starts for the first time finds a company in it.
const loadDemoAtFirst = async (company: OpenCompany, io: Io): Promise<void> => {
  if ((await company.health()).position > 0) return;
  io.err('Loading the demo company (once; --no-demo leaves it out) …\n');
  const { loadDemo } = await import('#imports');
  const { recorded } = await loadDemo({
    store: company.store,
    execute: async (command, source) => (await company.execute({ ...command, source })).events,
  });
  await company.catchUp();
  io.err(`The demo company is loaded: ${recorded} facts.\n`);
};

const invitation = async (company: OpenCompany, url: string): Promise<string> => {
  const book = await company.book();
  const payee = book.assignedPayees[0] ?? 'PAYEE';
  const through = await company.ledger.through();
  const open = book.firstOpenMonth();
  const period = book.hasCalendar && open !== null ? book.calendar.monthName(open - 1) : 'PERIOD';
  const everycent = 'npm run -s everycent --';
  const token = `$(${everycent} token --user dana --role auditor)`;
  return `
Everycent is at ${url}
  ${url}/docs          every route, to try out
  ${url}/healthz       whether it works

Try
  ${everycent} statement --payee ${payee} --period ${period}
  ${everycent} explain --payee ${payee} --period ${period}
  curl -s -H "Authorization: Bearer ${token}" ${url}/v1/payouts
${through === null ? '\n(Rows are still being calculated.)\n' : ''}
Ctrl-C stops the service and its database.
`;
};

// The first signal ends in order; the second, or taking too long, at once.
const untilSignal = (io: Io): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(EXIT.failed);
      asked = true;
      io.err('Stopping …\n');
      setTimeout(() => process.exit(EXIT.failed), STOP_MS).unref();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });

interface Wanted {
  readonly part: Part;
  readonly demo: boolean;
}

const serve = async (io: Io, { part, demo }: Wanted): Promise<number> => {
  const configuration = readConfiguration(io.env, 'service');
  const signalled = untilSignal(io);
  const company = await openCompany(configuration, { signals: 'leave', connections: CONNECTIONS });
  const log = openLog(configuration.logLevel);
  let service: Service | undefined;
  try {
    await refuseUnsafe(company, configuration);
    if (part === 'all' && demo && !configuration.production) await loadDemoAtFirst(company, io);
    service = await startService(company, configuration, part, log);
    io.err(
      service.url ? await invitation(company, service.url) : 'Following the log. Ctrl-C stops.\n',
    );
    await signalled;
    return EXIT.fine;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    io.err(`Port ${configuration.port} is taken: set PORT to another one, or to 0 for any.\n`);
    return EXIT.failed;
  } finally {
    await service?.stop();
    await company.close();
    log.flush();
  }
};

/** Runs the service until it is told to stop. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    role: { type: 'string' },
    'no-demo': { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const wanted = { part: partOf(values.role), demo: values['no-demo'] !== true };
  return saying(io, () => serve(io, wanted));
};
