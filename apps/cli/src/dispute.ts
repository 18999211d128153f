import { didYouMean } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent dispute open q1 --payee ana --deal d-17 --claim "My share was 50%" --expected 1200.00
  everycent dispute comment q1 --text "The split was agreed on 3 March" --by ana
  everycent dispute resolve q1 --outcome upheld --by dana \\
    --remedy '{ "adjust-credit": { "id": "a1", "deal": "d-17", "payee": "ana", "amount": "500", "on": "2026-03-31", "reason": "q1" } }'
  everycent dispute withdraw q1 --by ana
  everycent dispute list --status open
  everycent dispute show q1 --json

What it is about: --deal, --component, --period (one of them at least). Outcomes: upheld, partly-upheld, denied.
Nobody resolves a dispute about himself. Exit: 3 not well formed, 5 the state forbids it.
`;

const STEPS = ['open', 'comment', 'resolve', 'withdraw'] as const;
const WHAT = [...STEPS, 'list', 'show'] as const;

const OPTIONS = {
  payee: { type: 'string' },
  deal: { type: 'string' },
  component: { type: 'string' },
  period: { type: 'string' },
  claim: { type: 'string' },
  expected: { type: 'string' },
  text: { type: 'string' },
  outcome: { type: 'string' },
  remedy: { type: 'string' },
  status: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = { readonly [N in Exclude<keyof typeof OPTIONS, 'json'>]?: string | undefined } & {
  readonly json?: boolean;
};

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const remedyOf = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--remedy is not JSON: ${(error as Error).message}`);
  }
};

const fieldsOf = (what: (typeof STEPS)[number], id: string, values: Values): object => {
  const { payee, deal, component, period, claim, expected, text, outcome, remedy } = values;
  switch (what) {
    case 'open':
      return given({ id, payee, about: given({ deal, component, period }), claim, expected });
    case 'comment':
      return given({ dispute: id, text });
    case 'resolve':
      return given({ dispute: id, outcome, text, remedy: remedyOf(remedy) });
    case 'withdraw':
      return given({ dispute: id, text });
  }
};

const show = async (
  company: OpenCompany,
  io: Io,
  id: string | undefined,
  { payee, status, json }: Values,
): Promise<number> => {
  let count = 0;
  for (const { value } of resourcesOf(NOUNS.disputes, await company.book(), 0)) {
    const dispute = value as Readonly<Record<string, unknown>>;
    if (id !== undefined && dispute['id'] !== id) continue;
    if (payee !== undefined && dispute['payee'] !== payee) continue;
    if (status !== undefined && dispute['status'] !== status) continue;
    count += 1;
    const about = Object.entries(dispute['about'] as object).map(
      ([name, of]) => `${name} ${String(of)}`,
    );
    const line = [
      dispute['id'],
      dispute['status'],
      dispute['payee'],
      about.join(', '),
      dispute['claim'],
    ].join('  ');
    io.out(json ? `${JSON.stringify(dispute)}\n` : `${line}\n`);
  }
  if (id === undefined || count > 0) return EXIT.fine;
  io.err(`There is no dispute "${id}".\n`);
  return EXIT.failed;
};

/** `dispute STEP ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [name, id, ...rest] = positionals;
  const what = WHAT.find((step) => step === name);
  if (!what) {
    const valid = WHAT.join(', ');
    throw new UsageError(
      `dispute ${name ?? ''}: there is no such step${didYouMean(name ?? '', WHAT)}; valid: ${valid}.`,
    );
  }
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here.`);
  if (what === 'list' || what === 'show') {
    const one = what === 'show' ? required('The dispute', id) : id;
    return withCompany(io, (company) => show(company, io, one, values));
  }
  const data = fieldsOf(what, required('The dispute', id), values);
  return withCompany(io, async (company) => {
    const type = `${what}-dispute`;
    const reading = readCommand(type, data);
    if (reading.faults) return refuseMalformed(type, reading.faults);
    const { position, events } = await company.execute({
      type,
      data: reading.data,
      by: values.by ?? 'admin',
    });
    io.err(events.length > 0 ? `Recorded at position ${position}.\n` : 'That was known already.\n');
    return show(company, io, id, { json: values.json ?? false });
  });
};
