import { readCommand, refuseMalformed } from '#scenarios';
import { KEY_ROLES, type CreateKey } from '#access';
import { parseDay } from '#kernel';
import { checkScopes, newKey, scopesOf } from '../../api/src/keys.js';
import { NOUNS, resourcesOf } from '../../api/src/nouns.js';
import { KeyUses } from '../../api/src/key-uses.postgres.js';
import type { OpenCompany } from '../../worker/src/company.js';
import { atMost, EXIT, listed, readStep, type Io } from './cli.js';
import { table } from './statement-text.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent key create crm --role integration --scopes deals,accounts --expires 2026-12-31 --by dana
  everycent key create bi --role auditor --scopes earnings,payouts --expires 2026-12-31 --by dana
  curl -H "Authorization: Bearer evk_..." localhost:3000/v1/me
  everycent key list
  everycent key revoke crm --reason "It leaked" --by dana

Makes a key with which another system sends requests, and prints it, this once. --expires is the first day on which
it is not valid any more, a year ahead at most. What is recorded with a key is recorded as by --by, its owner: he
cannot approve it. A key ends with its owner's role of comp-admin. Roles and their scopes:
${KEY_ROLES.map((role) => `  ${role}\n${listed(scopesOf(role), '    ')}`).join('\n')}
`;

const OPTIONS = {
  role: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
  note: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const TAKES = {
  create: ['role', 'scopes', 'expires', 'note', 'by'],
  list: [],
  revoke: ['reason', 'by'],
} as const;

interface Values {
  readonly role?: string | undefined;
  readonly scopes?: string | undefined;
  readonly expires?: string | undefined;
  readonly note?: string | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly json?: boolean | undefined;
}

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const create = async (
  company: OpenCompany,
  io: Io,
  id: string,
  { role, scopes, expires, note, by = 'admin', json }: Values,
): Promise<number> => {
  const reading = readCommand(
    'create-key',
    given({ id, role, scopes: scopes?.split(','), expiresOn: expires, note }),
  );
  if (reading.faults) return refuseMalformed('create-key', reading.faults);
  const data = reading.data as CreateKey;
  checkScopes(data);
  const { text, mark } = newKey();
  const { events } = await company.execute({ type: 'create-key', data, by, with: mark });
  if (events.length === 0) {
    io.err('That key was made already, and is not shown again.\n');
    return EXIT.fine;
  }
  io.out(`${json ? JSON.stringify({ id, key: text, prefix: mark.prefix }) : text}\n`);
  io.err('Keep the key: it is not shown again.\n');
  return EXIT.fine;
};

const revoke = async (
  company: OpenCompany,
  io: Io,
  id: string,
  { reason, by = 'admin' }: Values,
): Promise<number> => {
  const reading = readCommand('revoke-key', given({ key: id, reason }));
  if (reading.faults) return refuseMalformed('revoke-key', reading.faults);
  const { events } = await company.execute({ type: 'revoke-key', data: reading.data, by });
  io.err(events.length > 0 ? 'It is not valid any more.\n' : 'It was revoked already.\n');
  return EXIT.fine;
};

const list = async (company: OpenCompany, io: Io, { json }: Values): Promise<number> => {
  const book = await company.book();
  const today = parseDay(new Date().toISOString().slice(0, 10)) as number;
  const used = await new KeyUses(company.database.pool, () => undefined).lastOf(book.idsOf('key'));
  const rows: string[][] = [];
  for (const { id, value } of resourcesOf(NOUNS['api-keys'], book, today)) {
    const lastUsedAt = used.get(id);
    const shown = { ...value, ...(lastUsedAt !== undefined && { lastUsedAt }) };
    const { prefix, role, scopes, owner, status, expiresOn } = shown as Readonly<
      Record<string, unknown>
    >;
    if (json) io.out(`${JSON.stringify(shown)}\n`);
    const use = lastUsedAt === undefined ? 'never used' : `last used ${lastUsedAt}`;
    const until = `${status}, until ${expiresOn}`;
    rows.push([id, `${prefix}...`, role, scopes, `of ${owner}`, until, use].map(String));
  }
  if (!json) io.out(table(rows));
  return EXIT.fine;
};

/** `key create ID`, `key list`, `key revoke ID`. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { what, values, rest } = readStep('key', args, OPTIONS, TAKES);
  atMost(rest, what === 'list' ? 0 : 1);
  if (what === 'list') return withCompany(io, (company) => list(company, io, values));
  const named = required('The id of the key', rest[0]);
  return withCompany(io, (company) =>
    what === 'create' ? create(company, io, named, values) : revoke(company, io, named, values),
  );
};
