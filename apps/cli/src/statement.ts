import { readCommand, refuseMalformed } from '#scenarios';
import { statementCsv, type Statement } from '#statements';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, onlyOptions, readArgs, UsageError, type Io } from './cli.js';
import { statementText, table } from './statement-text.js';
import { oneOf, readAsOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent statement --payee ana --period FY2026-Q1
  everycent statement --payee ana --period FY2026-M02 --as-of 2026-03-01T00:00:00Z
  everycent statement --payee ana --period FY2026 --format pdf > ana.pdf
  everycent statement issue --period FY2026-M02 --by dana           to everybody; --payee ana to one
  everycent statement acknowledge --payee ana --period FY2026-M02 --by ana
  everycent statement issued --payee ana --period FY2026-M02        what was issued, and what was acknowledged
  everycent statement --payee ana --period FY2026-M02 --issued      the last that was issued, byte for byte

What the payee sees: where he stands, each line that he earned with its reason, adjustments beside
what they adjust, what is payable, what stands open. --format text (default), json, csv or pdf. An issued
statement stays what it was: --issued, or --issued-as SHA256 for an earlier one; as json it has the very bytes.
`;

const WRITTEN = {
  text: statementText,
  json: (statement: Statement): string => `${JSON.stringify(statement)}\n`,
  csv: statementCsv,
} as const;

const FORMATS = ['text', 'json', 'csv', 'pdf'] as const;

const OPTIONS = {
  payee: { type: 'string' },
  period: { type: 'string' },
  'as-of': { type: 'string' },
  issued: { type: 'boolean' },
  'issued-as': { type: 'string' },
  text: { type: 'string' },
  by: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readArgs<typeof OPTIONS>>['values'];

const WHAT = ['issue', 'acknowledge', 'issued'] as const;

const TAKES = {
  issue: ['payee', 'period', 'by'],
  acknowledge: ['payee', 'period', 'text', 'by'],
  issued: ['payee', 'period'],
  print: ['payee', 'period', 'as-of', 'issued', 'issued-as', 'format'],
} as const;

const give = async (
  company: OpenCompany,
  type: string,
  plain: object,
  by: string,
): Promise<boolean> => {
  const reading = readCommand(type, plain);
  if (reading.faults) return refuseMalformed(type, reading.faults);
  const { events } = await company.execute({ type, data: reading.data, by });
  return events.length > 0;
};

const issue = async (
  company: OpenCompany,
  io: Io,
  { payee, by = 'admin', ...values }: Values,
): Promise<number> => {
  const period = required('--period', values.period);
  const payees = payee === undefined ? (await company.book()).payeeIds : [payee];
  let count = 0;
  for (const one of payees)
    if (await give(company, 'issue-statement', { payee: one, period }, by)) count += 1;
  io.err(`${count} issued, ${payees.length - count} say what was issued already.\n`);
  return EXIT.fine;
};

const acknowledge = async (
  company: OpenCompany,
  io: Io,
  { by = 'admin', text, ...values }: Values,
): Promise<number> => {
  const [payee, period] = [required('--payee', values.payee), required('--period', values.period)];
  const isNew = await give(
    company,
    'acknowledge-statement',
    { payee, period, ...(text !== undefined && { text }) },
    by,
  );
  io.err(isNew ? 'Acknowledged.\n' : 'That was acknowledged already.\n');
  return EXIT.fine;
};

const listIssued = async (company: OpenCompany, io: Io, values: Values): Promise<number> => {
  const { issuedStatementsOf } = await import('../../worker/src/issued-statements.js');
  const [payee, period] = [required('--payee', values.payee), required('--period', values.period)];
  const found = await issuedStatementsOf(company.store, payee, period);
  if (values.json) for (const one of found) io.out(`${JSON.stringify(one)}\n`);
  else
    io.out(
      table(
        found.map(({ sha256, position, issued, acknowledged }) => [
          sha256,
          `position ${position}`,
          `issued by ${issued.by} ${issued.recorded}`,
          acknowledged
            ? `acknowledged by ${acknowledged.by} ${acknowledged.recorded}`
            : 'not acknowledged',
        ]),
      ),
    );
  return EXIT.fine;
};

interface Read {
  readonly statement: Statement;
  readonly sha256: string;
  /** Of an issued one: its very bytes. */
  readonly content?: string;
}

const read = async (company: OpenCompany, values: Values): Promise<Read> => {
  const [payee, period] = [required('--payee', values.payee), required('--period', values.period)];
  const asOf = readAsOf(values['as-of']);
  const hash = values['issued-as'];
  if (values.issued || hash !== undefined) {
    const { issuedStatement } = await import('../../worker/src/issued-statements.js');
    return issuedStatement(company.store, payee, period, hash);
  }
  const { statementAt, statementHash } = await import('../../worker/src/statements.js');
  await company.catchUp();
  const statement = await statementAt(company, {
    payee,
    period,
    ...(asOf !== undefined && { asOf }),
  });
  return { statement, sha256: statementHash(statement) };
};

const print = async (company: OpenCompany, io: Io, values: Values): Promise<number> => {
  const format = oneOf('--format', values.format ?? (values.json ? 'json' : 'text'), FORMATS);
  const { statement, sha256, content } = await read(company, values);
  if (format === 'pdf') {
    const { statementPdf } = await import('../../worker/src/statement-pdf.js');
    io.out(await statementPdf(statement, sha256));
  } else io.out(format === 'json' && content !== undefined ? content : WRITTEN[format](statement));
  io.err(
    `${statement.lines.length} lines at position ${statement.position}, content sha256 ${sha256}\n`,
  );
  return EXIT.fine;
};

/** `statement --payee X --period P [--as-of INSTANT] [--format text|json|csv|pdf]`, and what is done with it. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [name, ...rest] = positionals;
  const what = WHAT.find((one) => one === name);
  if ((name !== undefined && !what) || rest.length > 0) {
    throw new UsageError(
      `"${rest[0] ?? name}" is not expected here; valid: ${WHAT.join(', ')}, or nothing to print it.`,
    );
  }
  onlyOptions(what ? `statement ${what}` : 'statement', values, TAKES[what ?? 'print']);
  if (what !== 'issue') required('--payee', values.payee);
  required('--period', values.period);
  readAsOf(values['as-of']);
  return withCompany(io, (company) => {
    switch (what) {
      case 'issue':
        return issue(company, io, values);
      case 'acknowledge':
        return acknowledge(company, io, values);
      case 'issued':
        return listIssued(company, io, values);
      case undefined:
        return print(company, io, values);
    }
  });
};
