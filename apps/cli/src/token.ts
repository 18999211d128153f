import { ConfigurationError, readConfiguration } from '#event-store';
import { kinds } from '#kernel';
import { ROLES } from '../../api/src/caller.js';
import { developmentToken } from '../../api/src/development-issuer.js';
import { EXIT, readArgs, UsageError, type Io } from './cli.js';
import { oneOf, required } from './with-company.js';

export const help = `Examples
  everycent token --user dana --role comp-admin
  everycent token --user ana --role rep --payee ana
  TOKEN=$(npm run -s everycent -- token --user dana --role auditor)
  curl -H "Authorization: Bearer $TOKEN" localhost:3000/v1/payees

Prints a development token, valid for twelve hours, and nothing else.
Roles: ${ROLES.join(', ')}.
  --user U    who it is; one user under two roles is one person, who cannot approve what he made
  --role R    what he may do
  --payee X   the payee who he is; for rep and manager the user's own name, if not given
Refused with NODE_ENV=production and where AUTH_ISSUER names an OpenID provider: ask that one.
`;

const isName = (text: string | undefined): text is string => kinds.id.read(text) !== undefined;

/** Prints a token of the development issuer. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    user: { type: 'string' },
    role: { type: 'string' },
    payee: { type: 'string' },
  });
  const { payee } = values;
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const user = required('--user', values.user);
  const role = oneOf('--role', required('--role', values.role), ROLES);
  if (!isName(user)) throw new UsageError(`--user: expected ${kinds.id.valid}.`);
  if (payee !== undefined && !isName(payee))
    throw new UsageError(`--payee: expected ${kinds.id.valid}.`);
  const configuration = readConfiguration(io.env);
  if (configuration.auth) {
    throw new ConfigurationError([
      'AUTH_ISSUER names an OpenID provider: development tokens are not accepted.',
    ]);
  }
  const himself = payee ?? (role === 'rep' || role === 'manager' ? user : undefined);
  const caller = { user, role, ...(himself === undefined ? {} : { payee: himself }) };
  io.out(`${await developmentToken(configuration.home, caller)}\n`);
  return EXIT.fine;
};
