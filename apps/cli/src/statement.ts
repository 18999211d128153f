import { csvLine, statementContent, type Statement } from '#statements';
import { createHash } from 'node:crypto';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { statementText } from './statement-text.js';
import { oneOf, readAsOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent statement --payee ana --period FY2026-Q1
  everycent statement --payee ana --period FY2026-M02 --as-of 2026-03-01T00:00:00Z
  everycent statement --payee ana --period FY2026 --format pdf > ana.pdf

What the payee sees: where he stands, each line that he earned with its reason, adjustments beside
what they adjust, what is payable, what stands open. --format text (default), json, csv or pdf.
`;

const COLUMNS = ['id', 'component', 'month', 'deal', 'line', 'kind', 'on', 'reason', 'amount', 'currency'];

const asCsv = ({ lines }: Statement): string =>
  [
    csvLine(COLUMNS),
    ...lines.map(({ id, component, month, deal, line, kind, on, reason, amount }) =>
      csvLine([id, component, month, deal ?? '', line ?? '', kind ?? '', on ?? '', reason, amount.amount, amount.currency])),
  ].join('');

const WRITTEN = {
  text: statementText,
  json: (statement: Statement): string => `${JSON.stringify(statement)}\n`,
  csv: asCsv,
} as const;

/** `statement --payee X --period P [--as-of INSTANT] [--format text|json|csv|pdf]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    payee: { type: 'string' },
    period: { type: 'string' },
    'as-of': { type: 'string' },
    format: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const payee = required('--payee', values.payee);
  const period = required('--period', values.period);
  const format = oneOf('--format', values.format, ['text', 'json', 'csv', 'pdf'], values.json ? 'json' : 'text');
  const asOf = readAsOf(values['as-of']);
  return withCompany(io, async (company) => {
    const { statementAt } = await import('../../worker/src/statements.js');
    await company.catchUp();
    const statement = await statementAt(company, { payee, period, ...(asOf !== undefined && { asOf }) });
    const sum = createHash('sha256').update(statementContent(statement)).digest('hex');
    if (format === 'pdf') {
      const { statementPdf } = await import('../../worker/src/statement-pdf.js');
      io.out(await statementPdf(statement, sum));
    } else io.out(WRITTEN[format](statement));
    io.err(`${statement.lines.length} lines at position ${statement.position}, content sha256 ${sum}\n`);
    return EXIT.fine;
  });
};
