import { explainLine, explainNode, type Statement } from '#statements';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { readAsOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent explain --payee ana --period FY2026-M02
  everycent explain --payee ana --period FY2026-Q1 --component bookings --deal d1
  everycent explain --payee ana --period FY2026-Q1 --json

Why each line came to its amount: the tree of rules, down to the positions of the facts in the log.
With --json, one line of the statement a JSON object, with its tree.
`;

const linesThereAre = ({ lines, period }: Statement): string => {
  if (lines.length === 0) return `nothing was earned in ${period}`;
  const components = [...new Set(lines.map(({ component }) => component))].join(', ');
  return `${period} has ${lines.length} lines, of the components ${components}`;
};

/** `explain --payee X --period P [--component C] [--deal D] [--as-of INSTANT]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    payee: { type: 'string' },
    period: { type: 'string' },
    component: { type: 'string' },
    deal: { type: 'string' },
    'as-of': { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const payee = required('--payee', values.payee);
  const period = required('--period', values.period);
  const asOf = readAsOf(values['as-of']);
  return withCompany(io, async (company) => {
    const { statementAt } = await import('../../worker/src/statements.js');
    await company.catchUp();
    const statement = await statementAt(company, {
      payee,
      period,
      trace: true,
      ...(asOf !== undefined && { asOf }),
    });
    const lines = statement.lines.filter(
      ({ component, deal }) =>
        (values.component ?? component) === component && (values.deal ?? deal) === deal,
    );
    for (const line of lines) {
      const { trace, ...rest } = line;
      const shown = { ...rest, ...(trace && { explanation: explainNode(trace) }) };
      io.out(values.json ? `${JSON.stringify(shown)}\n` : `${explainLine(line)}\n`);
    }
    if (lines.length === 0) io.err(`There is no such line; ${linesThereAre(statement)}.\n`);
    return EXIT.fine;
  });
};
