import { BadSource, planSteps, readStep } from '#imports';
import {
  Exact,
  formatUnits,
  minorUnits,
  showRatio,
  type FiscalCalendar,
  type Period,
} from '#kernel';
import { csvLine } from '#statements';
import type { SimulatedStep } from '../../worker/src/simulation.js';
import type { Cost, Difference, SimulationSummary } from '../../worker/src/simulation-summary.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { section } from './statement-text.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent simulate --with new-plan.yaml
  everycent simulate --with new-plan.yaml --from FY2026-M07 --to FY2026-M12
  everycent simulate --with what-if.ndjson --json

Adds the steps of a file (a scenario's, or NDJSON) to the real facts, in memory, and prints who gains and who
loses, by payee and component: earnings and adjustments of the months asked about, in the plan's currency; and on
stderr what it costs, and how many gain or lose how much of what they earned. Nothing is recorded.

Exit: 3 where a step is not well formed or a rule does not allow it.
`;

const COLUMNS = ['payee', 'component', 'currency', 'before', 'after', 'difference'];

const stepsOf = async (file: string, io: Io): Promise<SimulatedStep[] | undefined> => {
  const steps: SimulatedStep[] = [];
  let isFaulty = false;
  for (const plan of planSteps([file])) {
    const { pages } = await plan.open(() => undefined);
    for await (const items of pages) {
      for (const { line, step, faults } of items) {
        const read = faults ? [...faults] : readStep(step);
        if (!Array.isArray(read)) {
          steps.push({ ...read, source: `${file}:${line}` });
          continue;
        }
        isFaulty = true;
        for (const { message } of read) io.err(`${file}:${line}: ${message}\n`);
      }
    }
  }
  return isFaulty ? undefined : steps;
};

const monthsOf = (calendar: FiscalCalendar, from: string | undefined, to: string | undefined) => {
  const named = (option: string, name: string | undefined): Period | undefined => {
    const period = name === undefined ? undefined : calendar.parse(name);
    if (name !== undefined && !period)
      throw new UsageError(`${option} ${name}: valid: FY2026, FY2026-Q1, FY2026-M01.`);
    return period;
  };
  const [first, last] = [named('--from', from), named('--to', to)];
  return first || last
    ? { first: first?.first ?? -Infinity, last: last?.last ?? Infinity }
    : undefined;
};

const cellsOf = ({ payee, component, currency, before, after }: Difference): string[] => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  return [payee, component, currency, text(before), text(after), text(after - before)];
};

const costCells = ({ currency, before, after }: Cost): string[] => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  const percent = before > 0n ? Exact.of(after - before, before) : undefined;
  return [
    currency,
    `before ${text(before)}`,
    `after ${text(after)}`,
    `difference ${text(after - before)}`,
    percent ? showRatio(percent) : '',
  ];
};

const summaryText = ({ payees, winners, losers, cost, distribution }: SimulationSummary): string =>
  [
    `${winners} gain, ${losers} lose, of ${payees} payees concerned. Nothing was recorded.\n`,
    section('Cost of those concerned', cost.map(costCells)),
    section(
      'How much of what they earned',
      distribution
        .filter((band) => band.payees > 0)
        .map((band) => [band.change, String(band.payees)]),
    ),
  ].join('');

/** `simulate --with FILE [--from P] [--to P]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    with: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const file = required('--with', values.with);
  const steps = await stepsOf(file, io).catch((error: unknown) => {
    if (error instanceof BadSource) throw new UsageError(error.message);
    throw error;
  });
  if (!steps) return EXIT.faults;
  return withCompany(io, async (company) => {
    const { Simulation } = await import('../../worker/src/simulation.js');
    const simulation = await Simulation.open(company);
    for (const step of steps) await simulation.add(step);
    const { differences, summary } = await simulation.outcome(
      monthsOf(simulation.calendar, values.from, values.to),
    );
    if (!values.json) io.out(csvLine(COLUMNS));
    for (const cells of differences.map(cellsOf)) {
      io.out(
        values.json
          ? `${JSON.stringify(Object.fromEntries(COLUMNS.map((column, i) => [column, cells[i]])))}\n`
          : csvLine(cells),
      );
    }
    io.err(summaryText(summary));
    return EXIT.fine;
  });
};
