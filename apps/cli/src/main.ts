import { didYouMean } from '#kernel';
import { EXIT, UsageError, type Io, type Verb } from './cli.js';

interface Listed {
  readonly says: string;
  /** Loads the verb only when it is asked for, so that each starts as fast as it can. */
  readonly load: () => Promise<Verb>;
}

const VERBS: Readonly<Record<string, Listed>> = {
  start: { says: 'run the service: API and followers', load: () => import('./start.js') },
  import: { says: 'record facts from files', load: () => import('./import.js') },
  demo: { says: 'load the demo company', load: () => import('./demo.js') },
  dispute: { says: 'open, discuss and resolve disputes', load: () => import('./dispute.js') },
  token: { says: 'print a development token', load: () => import('./token.js') },
  role: { says: 'who may do what', load: () => import('./role.js') },
  key: { says: 'API keys for other systems', load: () => import('./key.js') },
  migrate: { says: "bring the database's tables up to date", load: () => import('./migrate.js') },
  doctor: { says: 'check the configuration and the database', load: () => import('./doctor.js') },
  export: { says: 'the tables of the language, as CSV or JSON', load: () => import('./export.js') },
  statement: { says: 'what a payee sees of a period', load: () => import('./statement.js') },
  explain: { says: 'why each line came to its amount', load: () => import('./explain.js') },
  payout: {
    says: 'draft, submit, approve, reject, confirm, reverse, export',
    load: () => import('./payout.js'),
  },
  payee: { says: 'forget the personal data of a payee', load: () => import('./payee.js') },
  webhook: { says: 'tell others what happens', load: () => import('./webhook.js') },
  period: { says: 'close a fiscal month', load: () => import('./period.js') },
  audit: {
    says: 'verify the log, prove, replay, compare; the controls',
    load: () => import('./audit.js'),
  },
  rebuild: {
    says: 'all rows again from the log, or only compare',
    load: () => import('./rebuild.js'),
  },
  simulate: {
    says: 'what if the steps of a file were recorded',
    load: () => import('./simulate.js'),
  },
  bench: {
    says: 'measure the performance goals beside the limits',
    load: () => import('./bench.js'),
  },
  log: { says: 'copy the event log, and compare', load: () => import('./log.js') },
  scenario: {
    says: 'run scenario files: facts, and what is expected of them',
    load: () => import('./scenario.js'),
  },
};

const help = (): string => {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length)) + 2;
  const verbs = Object.entries(VERBS).map(([name, { says }]) => `  ${name.padEnd(width)}${says}`);
  return [
    'Examples',
    '  everycent scenario run my-plan.yaml     test a plan before it is published',
    '  everycent scenario --help               what a verb does, with examples of its own',
    '',
    'Verbs',
    ...verbs,
    '',
    'stdout is data, stderr is talk; --json gives one JSON object a line.',
    'Exit: 0 fine, 1 failed, 2 usage, 3 validation found faults, 4 verification failed, 5 conflict,',
    '6 unreachable.',
    '',
  ].join('\n');
};

const isHelp = (arg: string | undefined): boolean => arg === '--help' || arg === '-h';

const runVerb = async (args: readonly string[], io: Io): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || isHelp(name)) {
    (name === undefined ? io.err : io.out)(help());
    return name === undefined ? EXIT.usage : EXIT.fine;
  }
  if (!Object.hasOwn(VERBS, name)) {
    const names = Object.keys(VERBS);
    const valid = names.join(', ');
    throw new UsageError(`There is no verb "${name}"${didYouMean(name, names)}; valid: ${valid}.`);
  }
  const verb = await (VERBS[name] as Listed).load();
  if (rest.some(isHelp)) {
    io.out(verb.help);
    return EXIT.fine;
  }
  return verb.run(rest, io);
};

/** Runs one command line and gives its exit code; whatever goes wrong is said on stderr. */
const main = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    return await runVerb(args, io);
  } catch (error) {
    if (error instanceof UsageError) {
      const verb = Object.hasOwn(VERBS, args[0] ?? '') ? `${args[0]} ` : '';
      io.err(`${error.message}\nTry: everycent ${verb}--help\n`);
      return EXIT.usage;
    }
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
    if (io.env.LOG_LEVEL === 'debug' && error instanceof Error) io.err(`${error.stack}\n`);
    return EXIT.failed;
  }
};

// Whoever reads our output may stop reading (`| head`); that is no fault of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.fine);
  });

process.exitCode = await main(process.argv.slice(2), {
  out: (data) => void process.stdout.write(data),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isWatched: process.stderr.isTTY === true,
});
