import { ROLES } from '#access';
import { didYouMean, parseDay } from '#kernel';
import { readCommand, refuseMalformed } from '#scenarios';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { readAsOf, required, withCompany } from './with-company.js';

export const help = `Examples
  everycent role grant erin approver --by dana
  everycent role grant u-4711 manager --payee boss --by dana     that user is the payee "boss"
  everycent role revoke erin approver --by dana
  everycent role list
  everycent role list --user erin --as-of 2026-03-31T00:00:00Z --json

Says what a user may do from his next request on. As soon as a fact speaks of a user, only facts say what he may do, and
what his token says does not. Nobody grants a role to himself. Roles: ${ROLES.join(', ')}.
Many at once: everycent import roles.ndjson, one { "grant-role": { "user": ..., "role": ..., "payee": ... } } a line.
`;

const WHAT = ['grant', 'revoke', 'list'] as const;

type Shown = Readonly<Record<string, unknown>> & {
  readonly granted?: { readonly by: string; readonly at: string };
  readonly revoked?: { readonly by: string; readonly at: string };
};

const wordsOf = ({ user, role, payee, status, granted, revoked }: Shown): string =>
  [
    user,
    role,
    ...(payee === undefined ? [] : [`payee ${String(payee)}`]),
    status,
    ...(granted ? [`granted by ${granted.by} at ${granted.at}`] : []),
    ...(revoked ? [`revoked by ${revoked.by} at ${revoked.at}`] : []),
  ]
    .map(String)
    .join('  ');

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
  for (const { value } of resourcesOf(NOUNS.roles, book, today)) {
    if (user !== undefined && value['user'] !== user) continue;
    io.out(`${json ? JSON.stringify(value) : wordsOf(value as Shown)}\n`);
  }
  return EXIT.fine;
};

/** `role grant USER ROLE`, `role revoke USER ROLE`, `role list`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    payee: { type: 'string' },
    by: { type: 'string' },
    user: { type: 'string' },
    'as-of': { type: 'string' },
    json: { type: 'boolean' },
  });
  const [name = '', user, role, ...rest] = positionals;
  const what = WHAT.find((one) => one === name);
  if (!what) {
    const valid = WHAT.join(', ');
    throw new UsageError(`role ${name}: valid: ${valid}${didYouMean(name, WHAT)}.`);
  }
  const [extra] = what === 'list' ? positionals.slice(1) : rest;
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here.`);
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
