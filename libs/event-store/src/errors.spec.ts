import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { ErrorType } from '@eventstore/db-client';
import { away, isPassing } from './errors.eventstoredb.js';
import { isUnavailable, named } from './errors.postgres.js';
import { LogUnavailable } from './event-store.js';

const system = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

const failureOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a database that does not answer', () => {
  it.each([
    ['has no address', system('ENOTFOUND', 'getaddrinfo')],
    ['has an address that cannot be asked for now', system('EAI_AGAIN', 'getaddrinfo')],
    ['is out of reach', system('EHOSTUNREACH', 'connect')],
    ['is in a network that is out of reach', system('ENETUNREACH', 'connect')],
    ['refuses connections', system('ECONNREFUSED', 'connect')],
    ['has no socket', system('ENOENT', 'connect')],
    ['is shutting down', Object.assign(new Error('shutdown'), { code: '57P01' })],
  ])('is away where it %s', (_, error) => {
    expect([isUnavailable(error), named(error)]).toEqual([true, expect.any(LogUnavailable)]);
  });

  it('is away where its socket is not there', async () => {
    const error = await failureOf(
      () => new Promise((_, reject) => connect('/nowhere/.s.PGSQL.5432').once('error', reject)),
    );
    expect(isUnavailable(error)).toBe(true);
  });

  it('is not what a file is that is missing', async () => {
    expect(isUnavailable(await failureOf(() => readFile('/nowhere/at all')))).toBe(false);
  });
});

describe('what passes by waiting for an EventStoreDB', () => {
  it.each([
    [true, { type: ErrorType.UNAVAILABLE }],
    [true, { type: ErrorType.NOT_LEADER }],
    [true, { type: ErrorType.UNKNOWN, code: 13 }],
    [false, { type: ErrorType.ACCESS_DENIED }],
    [false, { type: ErrorType.UNKNOWN, code: 16 }],
    [false, { type: ErrorType.WRONG_EXPECTED_VERSION }],
  ])('is %s for %j', (passes, what) => {
    expect(isPassing(Object.assign(new Error('it failed'), what))).toBe(passes);
  });
});

describe('what is said of an EventStoreDB that is away', () => {
  it.each([
    [
      '14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2113. Resolution note: ',
      'connect ECONNREFUSED 127.0.0.1:2113',
    ],
    [
      '14 UNAVAILABLE: No connection established. Last error: Error: 802C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:350:\n. Resolution note: ',
      'the server does not speak TLS; ?tls=false in its address is for that',
    ],
    [
      '14 UNAVAILABLE: No connection established. Last error: Error: self-signed certificate in certificate chain. Resolution note: ',
      'self-signed certificate in certificate chain; ?tlsCAFile=FILE in its address names who has signed it',
    ],
    [
      'Failed to discover after 10 attempts.',
      'no node of the cluster answers, or none leads it; hosts, ports, tls and tlsCAFile in its address must fit',
    ],
    [
      '14 UNAVAILABLE: No connection established. Last error: Failed to connect (2026-11-26T07:28:43.991Z). Resolution note: ',
      'the server ends each connection, as one with TLS does where ?tls=false is in its address',
    ],
    ['', 'nothing was recorded in time'],
  ])('%s', (text, said) => {
    const error = new Error(text);
    expect(away(error).message).toBe(`The event log is not available: ${said}`);
    expect(away(error).cause).toBe(error);
  });
});
