import { LogUnavailable } from './event-store.js';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

// Connection failures, insufficient resources (a full disk too), and an operator's or a crash's intervention.
const UNAVAILABLE =
  /^(08...|53...|57P0[1-5]|58...|25006|ECONN\w+|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN)$/;
// A socket that is not there; a file that is missing has the same code.
const isSocketGone = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'connect';
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Cannot use a pool after calling end/;

/** Whether the database could not do it now, rather than would not do it at all. */
export const isUnavailable = (error: unknown): boolean =>
  UNAVAILABLE.test(codeOf(error)) ||
  isSocketGone(error) ||
  (error instanceof Error && LOST.test(error.message));

/** The same error, as the port names it. */
export const named = (error: unknown): unknown =>
  isUnavailable(error) ? new LogUnavailable(error) : error;

/** Whether a UNIQUE constraint refused a row. */
export const isDuplicate = (error: unknown): boolean => codeOf(error) === '23505';
