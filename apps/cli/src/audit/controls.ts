import { readFileSync } from 'node:fs';
import { csvLine } from '#statements';
import type { ControlName, ControlQuestion } from '../../../worker/src/controls.js';
import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { readAsOf, required, withCompany } from '../with-company.js';

const OPTIONS = {
  'as-of': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  payout: { type: 'string' },
  file: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const TAKES: Readonly<Record<ControlName, readonly (keyof typeof OPTIONS)[]>> = {
  imports: ['from', 'to'],
  adjustments: ['from', 'to'],
  plans: ['from', 'to'],
  access: ['as-of'],
  duties: ['from', 'to'],
  reconcile: ['payout', 'file'],
  forgotten: ['from', 'to'],
};

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--file ${file}: ${(error as Error).message}`);
  }
};

/** `audit CONTROL`: prints what a control found, and says how many exceptions there are. */
export const control =
  (name: ControlName) =>
  async (args: readonly string[], io: Io): Promise<number> => {
    const taken = Object.fromEntries(
      [...TAKES[name], 'json' as const].map((option) => [option, OPTIONS[option]]),
    );
    const { values, positionals } = readArgs(
      args,
      taken as Partial<typeof OPTIONS> as typeof OPTIONS,
    );
    if (positionals.length > 0 && name !== 'imports')
      throw new UsageError(`"${positionals[0]}" is not expected here.`);
    const from = readAsOf(values.from, '--from');
    const to = readAsOf(values.to ?? values['as-of'], values.to === undefined ? '--as-of' : '--to');
    const sent =
      values.file === undefined
        ? undefined
        : {
            payout: required('--payout, which --file is about,', values.payout),
            bytes: bytesOf(values.file),
          };
    return withCompany(io, async (company) => {
      const { controlOf } = await import('../../../worker/src/controls.js');
      const [first, last] = [await company.positionOf(from), await company.positionOf(to)];
      const question: ControlQuestion = {
        // What was recorded by an instant was there before: the span begins after it; at a position it begins with it.
        ...(first !== undefined && { from: /^\d+$/.test(`${from}`) ? first : first + 1n }),
        ...(last !== undefined && { to: last }),
        ...(values.payout !== undefined && { payout: values.payout }),
        ...(positionals.length > 0 && { files: positionals }),
        ...(sent && { sent }),
      };
      const { columns, findings } = await controlOf(company, name, question);
      if (!values.json) io.out(csvLine(columns));
      for (const finding of findings) {
        io.out(
          values.json
            ? `${JSON.stringify(finding)}\n`
            : csvLine(columns.map((column) => finding[column] ?? '')),
        );
      }
      const open = findings.filter(({ exception }) => exception !== '').length;
      io.err(`${findings.length} findings, ${open} with an exception.\n`);
      const isWrong = name === 'reconcile' && open > 0;
      return isWrong ? EXIT.unverified : EXIT.fine;
    });
  };
