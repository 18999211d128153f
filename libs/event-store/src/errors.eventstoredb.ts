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

// What the client wraps around the reason.
const AROUND =
  /^\d+ [A-Z_]+: (?:No connection established\. )?(?:Last error: )?(?:Error: )?|\s*Resolution note:\s*$/g;

/** That the log is not there, in words that an operator can act on. */
export const away = (error: unknown): LogUnavailable => {
  const text = (error instanceof Error ? error.message : String(error)).replace(AROUND, '').trim();
  const isPlain = /wrong version number|packet length too long/.test(text);
  const said = isPlain
    ? 'the server does not speak TLS; ?tls=false in its address is for that'
    : text.replace(/\.$/, '');
  const isUntrusted = /self-signed|certificate/.test(text);
  const advice = isUntrusted ? '; ?tlsCAFile=FILE in its address names who has signed it' : '';
  return new LogUnavailable(error, said + advice);
};
