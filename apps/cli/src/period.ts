import { readCommand, refuseMalformed } from '#scenarios';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { withCompany } from './with-company.js';

export const help = `Examples
  everycent period close FY2026-M01
  everycent period close FY2026-M02 --by ana

Closes a fiscal month: its figures stay what they are now, and what is learned later about it shows as an
adjustment in the first open month. Months are closed in order; closing again changes nothing.
`;

/** `period close P`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    by: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [what, period, ...rest] = positionals;
  if (what !== 'close' || period === undefined || rest.length > 0) {
    throw new UsageError('Expected "period close FY2026-M01".');
  }
  return withCompany(io, async (company) => {
    const reading = readCommand('close-period', { period });
    if (reading.faults) return refuseMalformed('close-period', reading.faults);
    const { position, events } = await company.execute({
      type: 'close-period',
      data: reading.data,
      by: values.by ?? 'admin',
    });
    await company.catchUp();
    const closed = { period, position: Number(position), recorded: events.length > 0 };
    if (values.json) io.out(`${JSON.stringify(closed)}\n`);
    else
      io.err(
        closed.recorded
          ? `${period} is closed, at position ${position}.\n`
          : `${period} was closed already.\n`,
      );
    return EXIT.fine;
  });
};
