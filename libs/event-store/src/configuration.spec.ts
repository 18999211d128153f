import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { ConfigurationError, readConfiguration } from './configuration.js';
import { clientUrl } from './eventstoredb-url.js';

const faults = (...given: Parameters<typeof readConfiguration>): readonly string[] => {
  try {
    readConfiguration(...given);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
};

const pem = (type: 'ed25519' | 'x25519'): string =>
  String(
    generateKeyPairSync(type as 'ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );

describe('the configuration', () => {
  it('needs nothing: a home in the working folder, the embedded database, a development issuer', () => {
    expect(readConfiguration({})).toEqual({
      home: path.resolve('.everycent'),
      port: 3000,
      logLevel: 'info',
      production: false,
    });
  });

  it('takes what is given; an empty variable is none', () => {
    const key = pem('ed25519');
    expect(
      readConfiguration(
        {
          EVERYCENT_HOME: '/var/lib/everycent',
          DATABASE_URL: 'postgresql://u:p@db/everycent',
          EVENT_STORE: 'esdb://node:2113?tls=false',
          PORT: '0',
          AUTH_ISSUER: 'https://login.example.com',
          AUTH_AUDIENCE: 'everycent',
          AUTH_ADMIN: 'auth0|4711',
          AUDIT_KEY: key.replaceAll('\n', '\\n'),
          LOG_LEVEL: '',
          NODE_ENV: 'production',
        },
        'service',
      ),
    ).toEqual({
      home: '/var/lib/everycent',
      databaseUrl: 'postgresql://u:p@db/everycent',
      eventStoreUrl: 'esdb://node:2113?tls=false',
      port: 0,
      auth: { issuer: 'https://login.example.com', audience: 'everycent' },
      admin: 'auth0|4711',
      auditKey: key,
      logLevel: 'info',
      production: true,
    });
    expect(readConfiguration({ EVENT_STORE: 'postgres' }).eventStoreUrl).toBeUndefined();
  });

  it('lists every fault, and repeats no password', () => {
    const found = faults({
      DATABASE_URL: 'mysql://root:secret@db/x',
      EVENT_STORE: 'mongodb',
      PORT: '70000',
      AUTH_ISSUER: 'login',
      AUDIT_KEY: pem('x25519'),
      LOG_LEVEL: 'loud',
    });
    expect(found).toEqual([
      'DATABASE_URL is not usable; valid is for example postgres://user:password@host:5432/name.',
      'EVENT_STORE is not usable; valid is for example "postgres" or esdb://host:2113,host2:2113?tls=false.',
      'PORT is "70000"; valid: 0 (any free one) to 65535.',
      'LOG_LEVEL is "loud"; valid: trace, debug, info, warn, error, fatal, silent.',
      'AUDIT_KEY is not an Ed25519 private key in PEM form.',
      `AUTH_ISSUER is "login"; valid: the issuer's URL, such as https://login.example.com.`,
      'AUTH_AUDIENCE is missing; AUTH_ISSUER needs it.',
    ]);
    expect(found.join()).not.toContain('secret');
  });

  it.each([
    ['esdb://node', true],
    ['esdb://admin:changeit@a:2113,b:2113,c:2113?tlsCAFile=/ca.crt&nodePreference=leader', true],
    ['kurrentdb+discover://cluster.example.com:2113', true],
    ['kdb://node1,node2?tls=true', true],
    ['kurrent://node', true],
    ['esdb://admin:a%3Ab%40c@node/?tls=false', true],
    ['esdb://admin:a:b@node', false],
    ['esdb://admin:100%@node', false],
    ['esdb://node1:2113?connectionName=a@b', false],
    ['esdb://a:2113?tls=no', false],
    ['esdb://a:2113?keepAliveInterval=10s', false],
    ['esdb://a:2113?nodePreference=follower', false],
    ['esdb+discover://a:2113,b:2113', false],
    ['esdb://a:2113?tlsVerifyCert=false', false],
    ['esdb://a:2113?retries=3', false],
    ['esdb://a:2113?tls=', false],
    ['esdb://', false],
    ['http://a:2113', false],
  ])('knows a log by its connection string: %s', (url, isUsable) => {
    expect(faults({ EVENT_STORE: url })).toHaveLength(isUsable ? 0 : 1);
  });

  it.each([
    [
      'tls=false&tlsVerifyCert=false',
      'there is no option "tlsVerifyCert"; valid: connectionName, ',
    ],
    ['tls', 'its option "tls" has no value'],
  ])('says which option of a connection string is not understood: %s', (options, words) => {
    const [fault, ...more] = faults({ EVENT_STORE: `esdb://admin:secret@node:2113?${options}` });
    expect(fault).toContain(`EVENT_STORE is not usable: ${words}`);
    expect([fault, more]).toEqual([expect.not.stringContaining('secret'), []]);
  });

  it.each(['admin:sec:ret@node', 'admin:sec%ret@node', 'admin:sec/ret@node', 'admin:sec?ret@node'])(
    'says how a login is written in which there are signs of its own: %s',
    (place) => {
      const found = faults({ EVENT_STORE: `esdb://${place}:2113?tls=false` });
      expect(found).toEqual([expect.stringContaining('is written %3A, %40, %2F, %3F or %25')]);
      expect(found).toEqual([expect.not.stringContaining('ret@')]);
    },
  );

  it('says what an option may be', () => {
    const found = faults({ EVENT_STORE: 'esdb://node:2113?nodePreference=follower' });
    expect(found).toEqual([
      expect.stringContaining('its option "nodePreference" is not usable; valid: leader;'),
    ]);
  });

  it('says so also of a name that stands for the nodes', () => {
    const found = faults({ EVENT_STORE: 'esdb+discover://cluster.example?tsl=false' });
    expect(found).toEqual([expect.stringContaining('there is no option "tsl"')]);
  });

  it('repeats no password in which there is a question mark', () => {
    const found = faults({ EVENT_STORE: 'esdb://admin:12?secret@node:2113?tls=false' });
    expect(found).toEqual([expect.not.stringContaining('secret')]);
  });

  it('demands a real issuer of a service in production, not of a command', () => {
    expect(faults({ NODE_ENV: 'production' }, 'service')).toEqual([
      'AUTH_ISSUER and AUTH_AUDIENCE are missing; with NODE_ENV=production there is no development issuer.',
    ]);
    expect(faults({ NODE_ENV: 'production' })).toEqual([]);
    expect(faults({ AUTH_AUDIENCE: 'everycent' })).toEqual([
      'AUTH_ISSUER is missing; AUTH_AUDIENCE needs it.',
    ]);
  });
});

describe('the connection string as the client takes it', () => {
  it.each([
    ['kurrentdb+discover://a.example/', 'esdb+discover://a.example?'],
    ['kdb://u:p@a/?tls=false', 'esdb://u:p@a?tls=false&'],
  ])('has the first name of later servers, and looks for nodes only once: %s', (url, first) => {
    expect(clientUrl(url)).toBe(`${first}maxDiscoverAttempts=1&gossipTimeout=2`);
  });

  it('looks for nodes as it was told', () => {
    const url = 'esdb://a,b?gossip_timeout=9&maxDiscoverAttempts=3';
    expect(clientUrl(url)).toBe(url);
  });
});
