import { DISPUTE_STATUSES } from '#disputes';
import { parseDay } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import type { OpenCompany } from '../../worker/src/company.js';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import { atMost, EXIT, readStep, UsageError, type Io } from './cli.js';
import {
  cellsOf,
  differenceCells,
  differenceJson,
  disputeText,
  type Shown,
} from './dispute-text.js';
import { section, table } from './statement-text.js';
import { oneOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent dispute open q1 --payee ana --deal d-17 --claim "My share was 50%" --expected 1200.00
  everycent dispute comment q1 --text "The split was agreed on 3 March" --by ana
  everycent dispute resolve q1 --outcome denied --text "The contract says 40%" --by dana
  everycent dispute preview q1 --remedy "$REMEDY"            what it would change; nothing is recorded
  everycent dispute resolve q1 --outcome upheld --remedy "$REMEDY" --by dana
  everycent dispute assign q1 --to dana --due 2026-04-15 --escalate-to cfo
  everycent dispute escalate                                 records of all that are overdue whose they are now
  everycent dispute attach q1 order.pdf --by ana
  everycent dispute download q1 SHA256 --out order.pdf
  everycent dispute withdraw q1 --by ana
  everycent dispute list --status open
  everycent dispute list --overdue
  everycent dispute list --responsible dana                  what waits for somebody
  everycent dispute show q1 --json

What it is about: --deal, --component, --period (one of them at least). Outcomes: upheld, partly-upheld, denied.
Nobody resolves a dispute about himself. It is overdue after its day (14 days after it was opened, where neither
the policy nor who assigned it says otherwise), and then for whom it goes to: the service records that by itself.
Files: PDF, PNG, JPEG, GIF, text, XLSX, DOCX, up to 10 MiB. Without --by it is admin who says so.

A remedy is a step that mends what is wrong, adjust-credit or adjust-earnings:
  REMEDY='{ "adjust-credit": { "id": "a1", "deal": "d-17", "payee": "ana", "amount": "500",
    "on": "2026-03-31", "reason": "q1" } }'

Exit: 3 not well formed, 5 the state forbids it.
`;

type Step = 'open' | 'assign' | 'comment' | 'resolve' | 'withdraw';

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

const TAKES = {
  open: ['payee', 'deal', 'component', 'period', 'claim', 'expected', 'by'],
  assign: ['to', 'due', 'escalate-to', 'by'],
  comment: ['text', 'by'],
  resolve: ['outcome', 'text', 'remedy', 'by'],
  withdraw: ['text', 'by'],
  attach: ['by'],
  download: ['out'],
  escalate: ['by'],
  preview: ['remedy', 'by'],
  list: ['payee', 'status', 'responsible', 'overdue'],
  show: [],
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

const fieldsOf = (what: Step, id: string, values: Values): object => {
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

const today = (): number => parseDay(new Date().toISOString().slice(0, 10)) as number;

const disputesIn = async (company: OpenCompany): Promise<Shown[]> =>
  [...resourcesOf(NOUNS.disputes, await company.book(), today())].map(
    ({ value }) => value as unknown as Shown,
  );

const list = async (
  company: OpenCompany,
  io: Io,
  { payee, status, responsible, overdue, json }: Values,
): Promise<number> => {
  const wanted = Object.entries({ payee, status, responsible, overdue });
  const found = (await disputesIn(company)).filter((dispute) =>
    wanted.every(([name, of]) => of === undefined || dispute[name] === of),
  );
  if (json) for (const dispute of found) io.out(`${JSON.stringify(dispute)}\n`);
  else io.out(table(found.map(cellsOf)));
  return EXIT.fine;
};

const show = async (company: OpenCompany, io: Io, id: string, json = false): Promise<number> => {
  const { effectOf } = await import('../../worker/src/disputes.js');
  const found = (await disputesIn(company)).find((dispute) => dispute['id'] === id);
  if (!found) {
    io.err(`There is no dispute "${id}".\n`);
    return EXIT.failed;
  }
  const remedy = found.resolution?.remedy;
  const changed = await effectOf(company, remedy);
  if (json) {
    io.out(
      `${JSON.stringify({ ...found, ...(remedy && { changed: changed.map(differenceJson) }) })}\n`,
    );
    return EXIT.fine;
  }
  io.out(disputeText(found, changed));
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
  what: Step,
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
  const { what, values, rest } = readStep('dispute', args, OPTIONS, TAKES);
  const isAboutFile = what === 'attach' || what === 'download';
  atMost(rest, what === 'list' || what === 'escalate' ? 0 : isAboutFile ? 2 : 1);
  const [given, file] = rest;
  if (what === 'escalate') return withCompany(io, (company) => escalate(company, io, values.by));
  if (values.status !== undefined) oneOf('--status', values.status, DISPUTE_STATUSES);
  if (what === 'list') return withCompany(io, (company) => list(company, io, values));
  const id = required('The id of the dispute', given);
  if (what === 'show') return withCompany(io, (company) => show(company, io, id, values.json));
  if (what === 'preview') return withCompany(io, (company) => preview(company, io, id, values));
  if (isAboutFile) {
    const named = required(what === 'attach' ? 'The file' : 'The SHA-256', file);
    return withCompany(io, (company) => withFile(company, io, what, id, named, values));
  }
  // What is not well formed as an option is said before anything is opened.
  if (what === 'resolve') remedyOf(values.remedy);
  return withCompany(io, (company) => step(company, io, what, id, values));
};
