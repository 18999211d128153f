import type { AttachEvidence, PinnedStatement } from '#disputes';
import { didYouMean, formatUnits, minorUnits, parseDay } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import type { Difference } from '../../worker/src/simulation-summary.js';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { section } from './statement-text.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent dispute open q1 --payee ana --deal d-17 --claim "My share was 50%" --expected 1200.00
  everycent dispute comment q1 --text "The split was agreed on 3 March" --by ana
  everycent dispute resolve q1 --outcome upheld --by dana \\
    --remedy '{ "adjust-credit": { "id": "a1", "deal": "d-17", "payee": "ana", "amount": "500", "on": "2026-03-31", "reason": "q1" } }'
  everycent dispute preview q1 --remedy '{ "adjust-earnings": { ... } }'     what it would change; nothing is recorded
  everycent dispute assign q1 --to dana --due 2026-04-15 --escalate-to cfo
  everycent dispute escalate                                 records of all that are overdue whose they are now
  everycent dispute attach q1 order.pdf --by ana
  everycent dispute download q1 SHA256 --out order.pdf
  everycent dispute withdraw q1 --by ana
  everycent dispute list --status open
  everycent dispute list --overdue
  everycent dispute show q1 --json

What it is about: --deal, --component, --period (one of them at least). Outcomes: upheld, partly-upheld, denied.
Nobody resolves a dispute about himself. It is overdue after its day (14 days after it was opened, where neither
the policy nor who assigned it says otherwise), and then for whom it goes to: the service records that by itself.
Files: PDF, PNG, JPEG, GIF, text, XLSX, DOCX, up to 10 MiB. --responsible USER lists what waits for somebody. Exit: 3 not well formed, 5 the state forbids it.
`;

const STEPS = ['open', 'assign', 'comment', 'resolve', 'withdraw'] as const;
const WHAT = [...STEPS, 'attach', 'download', 'escalate', 'preview', 'list', 'show'] as const;

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
  to: { type: 'string' },
  due: { type: 'string' },
  'escalate-to': { type: 'string' },
  responsible: { type: 'string' },
  status: { type: 'string' },
  overdue: { type: 'boolean' },
  out: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Flag = 'json' | 'overdue';
type Values = { readonly [N in Exclude<keyof typeof OPTIONS, Flag>]?: string | undefined } & {
  readonly [N in Flag]?: boolean;
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
    case 'assign':
      return given({
        dispute: id,
        to: values.to,
        due: values.due,
        escalateTo: values['escalate-to'],
      });
    case 'comment':
      return given({ dispute: id, text });
    case 'resolve':
      return given({ dispute: id, outcome, text, remedy: remedyOf(remedy) });
    case 'withdraw':
      return given({ dispute: id, text });
  }
};

type Shown = Readonly<Record<string, unknown>> & {
  readonly resolution?: {
    readonly outcome: string;
    readonly text?: string;
    readonly remedy?: object;
  };
  readonly statement?: PinnedStatement;
  readonly attachments: readonly AttachEvidence[];
  readonly thread: readonly Readonly<Record<string, unknown>>[];
};

const today = (): number => parseDay(new Date().toISOString().slice(0, 10)) as number;

const disputesIn = async (company: OpenCompany): Promise<Shown[]> =>
  [...resourcesOf(NOUNS.disputes, await company.book(), today())].map(
    ({ value }) => value as unknown as Shown,
  );

const aboutText = ({ about }: Shown): string =>
  Object.entries(about as object)
    .map(([name, of]) => `${name} ${String(of)}`)
    .join(', ');

const lineOf = (dispute: Shown): string => {
  const { id, status, payee, claim, responsible, due, overdue } = dispute;
  const waits =
    responsible === undefined
      ? ''
      : `  for ${String(responsible)}${due === undefined ? '' : `, due ${String(due)}`}`;
  return `${[id, status, payee, aboutText(dispute), claim].map(String).join('  ')}${waits}${overdue ? ', OVERDUE' : ''}\n`;
};

const differenceCells = ({ payee, component, currency, before, after }: Difference): string[] => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  return [
    payee,
    component,
    `${text(before)} -> ${text(after)} ${currency}`,
    `difference ${text(after - before)}`,
  ];
};

const differenceJson = ({ payee, component, currency, before, after }: Difference): object => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  return {
    payee,
    component,
    currency,
    before: text(before),
    after: text(after),
    difference: text(after - before),
  };
};

const threadCells = ({ type, by, recorded, ...said }: Shown['thread'][number]): string[] => {
  const { position: _position, remedy, ...words } = said;
  const told = Object.entries(words).map(([name, of]) => `${name}: ${String(of)}`);
  return [
    String(recorded),
    String(by),
    String(type),
    [...told, remedy && JSON.stringify(remedy)].filter(Boolean).join(', '),
  ];
};

const list = async (
  company: OpenCompany,
  io: Io,
  { payee, status, responsible, overdue, json }: Values,
): Promise<number> => {
  for (const dispute of await disputesIn(company)) {
    const wanted = { payee, status, responsible, overdue };
    if (Object.entries(wanted).some(([name, of]) => of !== undefined && dispute[name] !== of))
      continue;
    io.out(json ? `${JSON.stringify(dispute)}\n` : lineOf(dispute));
  }
  return EXIT.fine;
};

const show = async (company: OpenCompany, io: Io, id: string, json = false): Promise<number> => {
  const { effectOf } = await import('../../worker/src/disputes.js');
  const found = (await disputesIn(company)).find((dispute) => dispute['id'] === id);
  if (!found) {
    io.err(`There is no dispute "${id}".\n`);
    return EXIT.failed;
  }
  const { statement, resolution, attachments, thread } = found;
  const changed = await effectOf(company, resolution?.remedy);
  if (json) {
    io.out(
      `${JSON.stringify({ ...found, ...(resolution?.remedy && { changed: changed.map(differenceJson) }) })}\n`,
    );
    return EXIT.fine;
  }
  io.out(
    [
      lineOf(found),
      statement
        ? `about the statement of ${statement.period} at position ${statement.position}, ${statement.sha256}\n`
        : '',
      resolution
        ? `${resolution.outcome}${resolution.text === undefined ? '' : `: ${resolution.text}`}\n`
        : '',
      section('What it changed', changed.map(differenceCells)),
      section(
        'Attachments',
        attachments.map(({ name, mediaType, bytes, sha256 }) => [
          name,
          mediaType,
          `${bytes} bytes`,
          sha256,
        ]),
      ),
      section('Thread', thread.map(threadCells)),
    ].join(''),
  );
  return EXIT.fine;
};

const preview = async (
  company: OpenCompany,
  io: Io,
  id: string,
  values: Values,
): Promise<number> => {
  const { previewRemedy } = await import('../../worker/src/disputes.js');
  const { disputeNamed } = await import('../../worker/src/known-disputes.js');
  const given = {
    dispute: id,
    outcome: 'upheld',
    remedy: remedyOf(required('--remedy', values.remedy)),
  };
  const reading = readCommand('resolve-dispute', given);
  if (reading.faults) return refuseMalformed('resolve-dispute', reading.faults);
  disputeNamed(await company.book(), id);
  const { remedy } = reading.data as { remedy: object };
  const differences = await previewRemedy(company, remedy, values.by ?? 'admin');
  if (values.json)
    for (const one of differences) io.out(`${JSON.stringify(differenceJson(one))}\n`);
  else
    io.out(
      section('It would change', differences.map(differenceCells)) || 'It would change nothing.\n',
    );
  io.err('Nothing was recorded.\n');
  return EXIT.fine;
};

const step = async (
  company: OpenCompany,
  io: Io,
  what: (typeof STEPS)[number],
  id: string,
  values: Values,
): Promise<number> => {
  const type = `${what}-dispute`;
  const reading = readCommand(type, fieldsOf(what, id, values));
  if (reading.faults) return refuseMalformed(type, reading.faults);
  const { position, events } = await company.execute({
    type,
    data: reading.data,
    by: values.by ?? 'admin',
  });
  io.err(events.length > 0 ? `Recorded at position ${position}.\n` : 'That was known already.\n');
  return show(company, io, id, values.json);
};

const withFile = async (
  company: OpenCompany,
  io: Io,
  what: 'attach' | 'download',
  dispute: string,
  named: string,
  { by = 'admin', out, json }: Values,
): Promise<number> => {
  const files = await import('./dispute-files.js');
  if (what === 'download') return files.download(company, io, { dispute, sha256: named, out });
  await files.attach(company, io, { dispute, file: named, by });
  return show(company, io, dispute, json);
};

const escalate = async (company: OpenCompany, io: Io, by?: string): Promise<number> => {
  const { escalateOverdue } = await import('../../worker/src/escalations.js');
  for (const id of await escalateOverdue(company, by)) io.out(`${id}\n`);
  return EXIT.fine;
};

/** `dispute STEP ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [name, given, file, ...rest] = positionals;
  const what = WHAT.find((one) => one === name);
  if (!what) {
    const valid = WHAT.join(', ');
    throw new UsageError(
      `dispute ${name ?? ''}: there is no such step${didYouMean(name ?? '', WHAT)}; valid: ${valid}.`,
    );
  }
  const extra = what === 'attach' || what === 'download' ? rest[0] : (file ?? rest[0]);
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here.`);
  if (what === 'escalate') return withCompany(io, (company) => escalate(company, io, values.by));
  if (what === 'list') return withCompany(io, (company) => list(company, io, values));
  const id = required('The dispute', given);
  if (what === 'show') return withCompany(io, (company) => show(company, io, id, values.json));
  if (what === 'preview') return withCompany(io, (company) => preview(company, io, id, values));
  if (what === 'attach' || what === 'download') {
    const named = required(what === 'attach' ? 'The file' : 'The SHA-256', file);
    return withCompany(io, (company) => withFile(company, io, what, id, named, values));
  }
  // What is not well formed as an option is said before anything is opened.
  if (what === 'resolve') remedyOf(values.remedy);
  return withCompany(io, (company) => step(company, io, what, id, values));
};
