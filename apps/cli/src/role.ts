import { ROLES } from '#access';
import { parseDay } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import type { OpenCompany } from '../../worker/src/company.js';
import { atMost, EXIT, readStep, type Io } from './cli.js';
import { table } from './statement-text.js';
import { readAsOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent role grant erin approver --by dana
  everycent role grant u-4711 manager --payee boss --by dana     that user is the payee "boss"
  everycent role revoke erin approver --by dana
  everycent role list
  everycent role list --user erin --as-of 2026-03-31T00:00:00Z --json

Says what a user may do from his next request on. As soon as a fact speaks of a user, only facts say what he may do,
and what his token says does not. Nobody grants a role to himself; without --by it is admin who does.
Roles: ${ROLES.join(', ')}.

Many at once: everycent import roles.ndjson, of lines such as
  { "grant-role": { "user": "ana", "role": "rep", "payee": "ana" } }
`;

const OPTIONS = {
  payee: { type: 'string' },
  by: { type: 'string' },
  user: { type: 'string' },
  'as-of': { type: 'string' },
  json: { type: 'boolean' },
} as const;

const TAKES = { grant: ['payee', 'by'], revoke: ['by'], list: ['user', 'as-of'] } as const;

type Shown = Readonly<Record<string, unknown>> & {
  readonly granted?: { readonly by: string; readonly at: string };
  readonly revoked?: { readonly by: string; readonly at: string };
};

const cellsOf = ({ user, role, payee, status, granted, revoked }: Shown): string[] =>
  [
    user,
    role,
    payee === undefined ? '' : `payee ${String(payee)}`,
    status,
    granted ? `granted by ${granted.by} at ${granted.at}` : '',
    revoked ? `revoked by ${revoked.by} at ${revoked.at}` : '',
  ].map(String);

const list = async (
  company: OpenCompany,
  io: Io,
  { user, asOf, json }: { readonly user?: string; readonly asOf?: string; readonly json: boolean },
): Promise<number> => {
  await company.catchUp();
  const position = await company.positionOf(asOf);
  const now = await company.book();
  const book = position === undefined ? now : now.asOf(Number(position));
  const today = parseDay(new Date().toISOString().slice(0, 10)) as number;
  const found = [...resourcesOf(NOUNS.roles, book, today)]
    .map(({ value }) => value as Shown)
    .filter((value) => user === undefined || value['user'] === user);
  if (json) for (const value of found) io.out(`${JSON.stringify(value)}\n`);
  else io.out(table(found.map(cellsOf)));
  return EXIT.fine;
};

/** `role grant USER ROLE`, `role revoke USER ROLE`, `role list`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { what, values, rest } = readStep('role', args, OPTIONS, TAKES);
  atMost(rest, what === 'list' ? 0 : 2);
  const [user, role] = rest;
  if (what === 'list') {
    const asOf = readAsOf(values['as-of']);
    const asked = {
      json: values.json ?? false,
      ...(values.user !== undefined && { user: values.user }),
      ...(asOf !== undefined && { asOf }),
    };
    return withCompany(io, (company) => list(company, io, asked));
  }
  const type = `${what}-role`;
  const reading = readCommand(type, {
    user: required('The user', user),
    role: required('The role', role),
    ...(values.payee !== undefined && { payee: values.payee }),
  });
  const { faults } = reading;
  return withCompany(io, async (company) => {
    if (faults) return refuseMalformed(type, faults);
    const { data } = reading;
    const { position, events } = await company.execute({ type, data, by: values.by ?? 'admin' });
    io.err(events.length > 0 ? `Recorded at position ${position}.\n` : 'That was known already.\n');
    return EXIT.fine;
  });
};
