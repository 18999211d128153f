import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '#kernel';

/** How a command ends: what scripts can rely on. */
export const EXIT = {
  fine: 0,
  failed: 1,
  usage: 2,
  faults: 3,
  unverified: 4,
  conflict: 5,
  unreachable: 6,
} as const;

/** Where a verb reads and writes: stdout is data, stderr is talk. */
export interface Io {
  readonly out: (data: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  readonly env: NodeJS.ProcessEnv;
  /** Whether somebody is watching: only then is there progress. */
  readonly isWatched: boolean;
}

/** One verb of the command line, in a file of its own that is loaded when it is asked for. */
export interface Verb {
  /** What `--help` prints: examples first. */
  readonly help: string;
  /** Does it, and gives the exit code. */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command line does not say what to do: the message names what would be valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Read<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

/** Reads options and plain arguments. An unknown option is an error that names the nearest one. */
export const readArgs = <T extends Options>(args: readonly string[], options: T): Read<T> => {
  const names = Object.keys(options).map((name) => `--${name}`);
  for (const arg of args) {
    if (arg === '--') break;
    const name = arg.split('=', 1)[0] as string;
    if (!name.startsWith('--') || names.includes(name)) continue;
    const valid = names.length === 0 ? 'there are none here' : `valid: ${names.join(', ')}`;
    throw new UsageError(`There is no option ${name}${didYouMean(name, names)}; ${valid}.`);
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n', 1)[0] as string);
  }
};
