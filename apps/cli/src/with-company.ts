import { Conflict, ConfigurationError, isUnavailable, LogUnavailable } from '#event-store';
import { Refusal, REFUSAL_CODES } from '#kernel';
import type { OpenCompany } from '../../worker/src/company.js';
import { EXIT, UsageError, type Io } from './cli.js';

const exitOf = ({ code }: Refusal): number => {
  const { http } = REFUSAL_CODES[code];
  if (http === 409) return EXIT.conflict;
  return http === 422 ? EXIT.faults : EXIT.failed;
};

/** What a verb fails of without a fault of ours: said on stderr, it gives the exit code that scripts can rely on. */
export const saying = async (io: Io, work: () => Promise<number>): Promise<number> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) {
      io.err(`${error.code}: ${error.message}\n`);
      return exitOf(error);
    }
    if (error instanceof ConfigurationError) throw new UsageError(error.message);
    if (error instanceof Conflict) {
      io.err(`${error.message}\n`);
      return EXIT.conflict;
    }
    const silence = silenceOf(error);
    if (silence === undefined) throw error;
    io.err(`${silence}\n`);
    return EXIT.unreachable;
  }
};

/** What to say where the log or the database does not answer; nothing for any other error. */
export const silenceOf = (error: unknown): string | undefined => {
  if (error instanceof LogUnavailable) return error.message;
  if (!isUnavailable(error)) return undefined;
  return `The database does not answer: ${error instanceof Error ? error.message : String(error)}`;
};

/** Opens the company that the environment names, does the work with it and closes it; `saying` what it fails of. */
export const withCompany = (
  io: Io,
  work: (company: OpenCompany) => Promise<number>,
): Promise<number> =>
  saying(io, async () => {
    const { openCompany, readConfiguration } = await import('../../worker/src/company.js');
    const company = await openCompany(readConfiguration(io.env));
    try {
      return await work(company);
    } finally {
      await company.close();
    }
  });

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Reads `--as-of`, or an option like it: an instant in UTC or a position of the log. */
export const readAsOf = (text: string | undefined, option = '--as-of'): string | undefined => {
  if (text === undefined || INSTANT.test(text) || /^\d{1,15}$/.test(text)) return text;
  throw new UsageError(
    `${option} ${text}: valid: an instant in UTC, 2026-01-31T09:00:00Z, or a position of the log.`,
  );
};

/** The value of an option that must be one of a few. */
export const oneOf = <T extends string>(name: string, value: string, valid: readonly T[]): T => {
  const found = valid.find((item) => item === value);
  if (!found) throw new UsageError(`${name} ${value}: valid: ${valid.join(', ')}.`);
  return found;
};

/** The value of an option that cannot be left out. */
export const required = (name: string, value: string | undefined): string => {
  if (value === undefined || value === '') throw new UsageError(`${name} is missing.`);
  return value;
};
