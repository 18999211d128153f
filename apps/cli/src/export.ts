import { createHash } from 'node:crypto';
import { didYouMean } from '#kernel';
import { csvLine, TABLES, type TableName } from '#statements';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { oneOf, readAsOf, withCompany } from './with-company.js';

export const help = `Examples
  everycent export earnings                                   every month, everybody
  everycent export attainment --period FY2026-Q1              where everybody stood at a quarter's end
  everycent export payable --payee ana --as-of 2026-03-01T00:00:00Z
  everycent export credits --format json                      one JSON object a line

Tables: ${Object.keys(TABLES).join(', ')}.
With --period (of any length) the rows are of that period, without it of every month or window.
Amounts are text in their currency's minor units.
Log position and content hash are said on stderr: the same position gives the same bytes.
`;

const tableNamed = (name: string | undefined): TableName => {
  const names = Object.keys(TABLES) as TableName[];
  const found = names.find((table) => table === name);
  if (found) return found;
  const valid = names.join(', ');
  if (name === undefined) throw new UsageError(`export needs a table; valid: ${valid}.`);
  throw new UsageError(`There is no table "${name}"${didYouMean(name, names)}; valid: ${valid}.`);
};

const CHUNK = 64 * 1024;

/** `export TABLE [--period P] [--payee X] [--as-of INSTANT] [--format csv|json]`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    period: { type: 'string' },
    payee: { type: 'string' },
    'as-of': { type: 'string' },
    format: { type: 'string' },
    json: { type: 'boolean' },
  });
  const table = tableNamed(positionals[0]);
  if (positionals.length > 1) throw new UsageError(`"${positionals[1]}" is not expected here.`);
  const format = oneOf('--format', values.format ?? (values.json ? 'json' : 'csv'), [
    'csv',
    'json',
  ]);
  const asOf = readAsOf(values['as-of']);
  const columns: readonly string[] = TABLES[table];
  if (table === 'uncredited' && values.payee !== undefined) {
    throw new UsageError(
      'export uncredited: a deal without credit has no payee; leave --payee out.',
    );
  }
  return withCompany(io, async (company) => {
    const { tableOf } = await import('../../worker/src/tables.js');
    const { periodNamed } = await import('../../worker/src/statements.js');
    const { requirePayee } = await import('#kernel');
    await company.catchUp();
    const book = await company.book();
    if (values.payee !== undefined) requirePayee(book, values.payee);
    const question = {
      ...(values.period !== undefined && { period: periodNamed(book, values.period) }),
      ...(values.payee !== undefined && { payee: values.payee }),
      ...(asOf !== undefined && { asOf }),
    };
    const hash = createHash('sha256');
    let [chunk, count] = [format === 'csv' ? csvLine(columns) : '', 0];
    const flush = (): void => {
      hash.update(chunk);
      io.out(chunk);
      chunk = '';
    };
    for await (const { cells } of tableOf(company, table, question)) {
      chunk +=
        format === 'csv'
          ? csvLine(cells)
          : `${JSON.stringify(Object.fromEntries(columns.map((column, i) => [column, cells[i]])))}\n`;
      count += 1;
      if (chunk.length > CHUNK) flush();
    }
    flush();
    const position = (await company.positionOf(asOf)) ?? (await company.followers.position());
    io.err(`${count} rows at position ${position}, sha256 ${hash.digest('hex')}\n`);
    return EXIT.fine;
  });
};
