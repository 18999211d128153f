import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { isEventStoreDbUrl, optionFault } from './eventstoredb-url.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What the environment asks for; see `docs` for each variable. */
export interface Configuration {
  /** Where the embedded database, keys and signed heads live; absolute. */
  readonly home: string;
  /** An external PostgreSQL; without it, the embedded one. */
  readonly databaseUrl?: string;
  /** An EventStoreDB or KurrentDB that keeps the log; without it, PostgreSQL does. */
  readonly eventStoreUrl?: string;
  readonly port: number;
  /** Who issues tokens; without it, a development issuer does, which production refuses. */
  readonly auth?: { readonly issuer: string; readonly audience: string };
  /** The user who is comp-admin until facts speak of him; with him, tokens do not say what their users may do. */
  readonly admin?: string;
  /** The Ed25519 private key that signs tree heads, PEM; made on first start without it. */
  readonly auditKey?: string;
  /** A shell command that is given every signed head as a line of JSON, to keep it where we cannot change it. */
  readonly auditCommand?: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly production: boolean;
}

/** The environment is not usable; every fault is listed, each naming its variable and what would be valid. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(['The configuration has faults:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
  }
}

/**
 * Reads the configuration from the environment. Throws `ConfigurationError` with every fault found. Only a `service`
 * needs to know who issues tokens in production.
 */
export const readConfiguration = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  purpose: 'command' | 'service' = 'command',
): Configuration => {
  const faults: string[] = [];
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

  // What these hold may be a password: it is not repeated.
  const databaseUrl = given('DATABASE_URL');
  if (databaseUrl !== undefined && !isUrl(databaseUrl, ['postgres', 'postgresql']))
    faults.push(
      'DATABASE_URL is not usable; valid is for example postgres://user:password@host:5432/name.',
    );
  const eventStore = given('EVENT_STORE');
  const eventStoreUrl = eventStore === 'postgres' ? undefined : eventStore;
  if (eventStoreUrl !== undefined && !isEventStoreDbUrl(eventStoreUrl))
    faults.push(
      `EVENT_STORE is not usable${ofOption(eventStoreUrl)}; valid is for example "postgres" or esdb://host:2113,host2:2113?tls=false.`,
    );
  const port = given('PORT') ?? '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    faults.push(`PORT is "${port}"; valid: 0 (any free one) to 65535.`);
  const logLevel = LOG_LEVELS.find((level) => level === (given('LOG_LEVEL') ?? 'info'));
  if (!logLevel)
    faults.push(`LOG_LEVEL is "${given('LOG_LEVEL')}"; valid: ${LOG_LEVELS.join(', ')}.`);
  const auditKey = given('AUDIT_KEY')?.replaceAll('\\n', '\n');
  if (auditKey !== undefined && !isEd25519(auditKey))
    faults.push('AUDIT_KEY is not an Ed25519 private key in PEM form.');
  const auditCommand = given('AUDIT_COMMAND');
  const admin = given('AUTH_ADMIN');
  const production = env['NODE_ENV'] === 'production';
  const auth = readAuth(
    given('AUTH_ISSUER'),
    given('AUTH_AUDIENCE'),
    production && purpose === 'service',
    faults,
  );

  if (faults.length > 0 || !logLevel) throw new ConfigurationError(faults);
  return {
    home: path.resolve(given('EVERYCENT_HOME') ?? '.everycent'),
    port: Number(port),
    logLevel,
    production,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(eventStoreUrl === undefined ? {} : { eventStoreUrl }),
    ...(auth === undefined ? {} : { auth }),
    ...(admin === undefined ? {} : { admin }),
    ...(auditKey === undefined ? {} : { auditKey }),
    ...(auditCommand === undefined ? {} : { auditCommand }),
  };
};

const readAuth = (
  issuer: string | undefined,
  audience: string | undefined,
  required: boolean,
  faults: string[],
): Configuration['auth'] => {
  if (issuer !== undefined && !isUrl(issuer, ['https', 'http'])) {
    faults.push(
      `AUTH_ISSUER is "${issuer}"; valid: the issuer's URL, such as https://login.example.com.`,
    );
  }
  if (issuer !== undefined && audience === undefined)
    faults.push('AUTH_AUDIENCE is missing; AUTH_ISSUER needs it.');
  if (issuer === undefined && audience !== undefined)
    faults.push('AUTH_ISSUER is missing; AUTH_AUDIENCE needs it.');
  if (required && issuer === undefined && audience === undefined) {
    faults.push(
      'AUTH_ISSUER and AUTH_AUDIENCE are missing; with NODE_ENV=production there is no development issuer.',
    );
  }
  return issuer === undefined || audience === undefined ? undefined : { issuer, audience };
};

const ofOption = (url: string): string => {
  const fault = optionFault(url);
  return fault === undefined ? '' : `: ${fault}`;
};

const isUrl = (text: string, schemes: readonly string[]): boolean => {
  try {
    const { protocol, host } = new URL(text);
    // A database on a socket has no host but a query.
    return schemes.includes(protocol.slice(0, -1)) && (host !== '' || text.includes('?host='));
  } catch {
    return false;
  }
};

const isEd25519 = (pem: string): boolean => {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
};
