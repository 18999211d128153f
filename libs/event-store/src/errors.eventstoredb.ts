import { ErrorType } from '@eventstore/db-client';

const PASSING: ReadonlySet<unknown> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
]);

// gRPC's UNKNOWN and INTERNAL: what a connection that breaks in the middle comes to.
const BROKEN: ReadonlySet<unknown> = new Set([undefined, 2, 13]);

const LOST = /^Failed to discover|write after end|Channel has been shut down|ECONN|EPIPE|ETIMEDOUT/;

/** Whether the server could not do it now, rather than would not do it at all. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  return (
    PASSING.has(type) ||
    (type === ErrorType.UNKNOWN && BROKEN.has(code)) ||
    LOST.test(error.message)
  );
};
