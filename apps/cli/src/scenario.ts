import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { MalformedFile, readScenario, runScenario, type FileFault, type Outcome } from '#scenarios';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';

export const help = `Examples
  everycent scenario run my-plan.yaml              one file
  everycent scenario run plans/ more/extra.yaml    every .yaml file in a folder, and one beside
  everycent scenario run plans/ --json             one JSON object a file

Runs scenarios in memory, without a database: facts in the order in which they were recorded, and
what is expected of them. Prints one line a file and, for every expectation that fails, what was
expected, what came out, and why.

Exit: 0 all passed, 1 some failed, 2 a file is malformed (file, line, column, what would be valid).
`;

const isScenarioFile = (name: string): boolean => /\.ya?ml$/i.test(name);

// In the order of names, whatever order the file system gives.
const filesIn = (target: string): string[] => {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`There is no file or folder ${target}.`);
  if (!stat.isDirectory()) return [target];
  const names = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isScenarioFile(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  if (names.length === 0) throw new UsageError(`There is no .yaml file in ${target}.`);
  return names;
};

// Bytes that are no text are found, with their place, where the text is read.
const textOf = (file: string): string => new TextDecoder().decode(readFileSync(file));

interface Report {
  readonly file: string;
  readonly outcome?: Outcome;
  readonly malformed?: readonly FileFault[];
}

const runFile = (file: string, explain: boolean): Report => {
  try {
    return { file, outcome: runScenario(readScenario(textOf(file)), { explain }) };
  } catch (error) {
    if (error instanceof MalformedFile) return { file, malformed: error.faults };
    throw error;
  }
};

const asJson = ({ file, outcome, malformed }: Report): string => {
  const failures = (outcome?.failures ?? []).map(({ step, path: at, expected, actual }) => ({
    step,
    path: at,
    expected,
    actual,
  }));
  const [fault] = malformed ?? [];
  return JSON.stringify({
    file,
    passed: !malformed && failures.length === 0,
    failures,
    ...(fault && { malformed: fault }),
  });
};

const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

const asText = ({ file, outcome, malformed }: Report): string => {
  if (malformed) {
    const faults = malformed.map(
      ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
    );
    return `MALFORMED ${file}\n${indented(faults.join('\n'), '  ')}`;
  }
  const { scenario, failures, checks } = outcome as Outcome;
  if (failures.length === 0) return `ok ${file}: ${scenario} (${checks} checks)`;
  const each = failures.map(({ step, path: at, expected, actual, line, explanation }) => {
    const head = `step ${step}, line ${line}, ${at}: expected ${expected}, actual ${actual}`;
    return explanation === undefined ? head : `${head}\n${indented(explanation, '  ')}`;
  });
  return `FAILED ${file}: ${scenario}\n${indented(each.join('\n'), '  ')}`;
};

const exitOf = (reports: readonly Report[]): number => {
  if (reports.some(({ malformed }) => malformed)) return EXIT.usage;
  return reports.some(({ outcome }) => outcome?.failures.length !== 0) ? EXIT.failed : EXIT.fine;
};

/** `scenario run FILE|DIR... [--json]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  const [what, ...targets] = positionals;
  if (what !== 'run') {
    throw new UsageError('Expected "scenario run FILE|DIR...".');
  }
  if (targets.length === 0) throw new UsageError('scenario run needs a file or a folder.');
  const reports: Report[] = [];
  for (const file of targets.flatMap(filesIn)) {
    const report = runFile(file, !values.json);
    reports.push(report);
    io.out(`${values.json ? asJson(report) : asText(report)}\n`);
  }
  if (!values.json) {
    const failed = reports.filter(({ outcome }) => (outcome?.failures.length ?? 0) > 0).length;
    const malformed = reports.filter((report) => report.malformed).length;
    const passed = reports.length - failed - malformed;
    io.err(`${passed} passed, ${failed} failed, ${malformed} malformed\n`);
  }
  return exitOf(reports);
};
