import { ErrorType } from '@eventstore/db-client';
import { LogUnavailable } from './event-store.js';

const PASSING: ReadonlySet<unknown> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
]);

// gRPC's CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL and UNAVAILABLE: what a connection that breaks in the
// middle comes to, where the client has no name of its own for it.
const BROKEN: ReadonlySet<unknown> = new Set([undefined, 1, 2, 4, 10, 13, 14]);

const LOST = /^Failed to discover|write after end|Channel has been shut down|ECONN|EPIPE|ETIMEDOUT/;

/** Whether the server could not do it now, rather than would not do it at all. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  const isUnnamed = type === ErrorType.UNKNOWN || (type === undefined && typeof code === 'number');
  return PASSING.has(type) || (isUnnamed && BROKEN.has(code)) || LOST.test(error.message);
};

/** Whether the server does not know the login, or allows it less than we need. */
export const isDenied = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  // gRPC's PERMISSION_DENIED and UNAUTHENTICATED.
  return type === ErrorType.ACCESS_DENIED || code === 7 || code === 16;
};

/**
 * Whether the client keeps the failure and gives it to everybody who asks later: that it found no cluster, or whatever it
 * was told when it asked what the server can do, the only failure that it does not name.
 */
export const isKept = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  const isUnnamed = type === undefined && typeof code === 'number';
  return isUnnamed || error.message.startsWith('Failed to discover');
};

// What the client wraps around the reason.
const AROUND =
  /^\d+ [A-Z_]+: (?:No connection established\. )?(?:Last error: )?(?:Error: )?|\s*Resolution note:\s*$/g;

/** That the log is not there, in words that an operator can act on. */
export const away = (error: unknown): LogUnavailable => {
  const text = (error instanceof Error ? error.message : String(error)).replace(AROUND, '').trim();
  if (isDenied(error))
    return new LogUnavailable(
      error,
      'access denied; the server must know the login in its address, and let it read $all and write',
    );
  if (text.startsWith('Failed to discover'))
    return new LogUnavailable(
      error,
      'no node of the cluster answers, or none leads it; hosts, ports, tls and tlsCAFile in its address must fit',
    );
  if (text.startsWith('Failed to connect'))
    return new LogUnavailable(
      error,
      'the server ends each connection, as one with TLS does where ?tls=false is in its address',
    );
  // What is said of one append among many is only a type.
  if (text === '') return new LogUnavailable(error, 'nothing was recorded in time');
  const isPlain = /wrong version number|packet length too long/.test(text);
  const said = isPlain
    ? 'the server does not speak TLS; ?tls=false in its address is for that'
    : text.replace(/\.$/, '');
  const isUntrusted = /self-signed|certificate/.test(text);
  const advice = isUntrusted ? '; ?tlsCAFile=FILE in its address names who has signed it' : '';
  return new LogUnavailable(error, said + advice);
};
