import { BadSource, planSteps, readStep } from '#imports';
import { formatUnits, minorUnits, type FiscalCalendar, type Period } from '#kernel';
import { csvLine } from '#statements';
import type { Difference, SimulatedStep } from '../../worker/src/simulation.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent simulate --with new-plan.yaml
  everycent simulate --with new-plan.yaml --from FY2026-M07 --to FY2026-M12
  everycent simulate --with what-if.ndjson --json

Adds the steps of a file (a scenario's, or NDJSON) to the real facts, in memory, and prints who gains and who
loses, by payee and component: earnings and adjustments of the months asked about, in the plan's currency. Nothing
is recorded. Exit: 3 where a step is not well formed or a rule does not allow it.
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

const summary = (differences: readonly Difference[]): string => {
  const sums = new Map<string, bigint>();
  for (const { currency, before, after } of differences) {
    sums.set(currency, (sums.get(currency) ?? 0n) + after - before);
  }
  const gain = differences.filter(({ before, after }) => after > before).length;
  const text = [...sums]
    .map(([currency, amount]) => `${formatUnits(amount, minorUnits(currency))} ${currency}`)
    .join(', ');
  return `${gain} gain, ${differences.length - gain} lose, together ${text || 'nothing'}. Nothing was recorded.\n`;
};

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
    const differences = await simulation.differences(
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
    io.err(summary(differences));
    return EXIT.fine;
  });
};
