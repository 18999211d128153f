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

/** How long a line of a help text may be. */
export const HELP_WIDTH = 116;

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

// What every step takes.
const ALWAYS = ['json'];

/** Refuses options that would do nothing: whoever gives one expects something of it. */
export const onlyOptions = (
  said: string,
  values: Readonly<Record<string, unknown>>,
  takes: readonly string[],
): void => {
  const valid = [...takes, ...ALWAYS];
  const unused = Object.keys(values).find((name) => !valid.includes(name));
  if (unused === undefined) return;
  const names = valid.map((name) => `--${name}`).join(', ');
  throw new UsageError(`"${said}" does not take --${unused}; valid: ${names}.`);
};

/**
 * Reads `VERB STEP …`: which step it is, its plain arguments and its options. `takes` lists the steps, each with its
 * options; one that the step does not take is an error, and so is a step that there is not.
 */
export const readStep = <S extends string, T extends Options>(
  verb: string,
  args: readonly string[],
  options: T,
  takes: Readonly<Record<S, readonly (keyof T & string)[]>>,
): { readonly what: S; readonly values: Read<T>['values']; readonly rest: readonly string[] } => {
  const { values, positionals } = readArgs(args, options);
  const [name, ...rest] = positionals;
  const steps = Object.keys(takes) as S[];
  const what = steps.find((step) => step === name);
  if (what === undefined) {
    const problem =
      name === undefined
        ? `${verb} needs a step`
        : `${verb} ${name}: there is no such step${didYouMean(name, steps)}`;
    throw new UsageError(`${problem}; valid: ${steps.join(', ')}.`);
  }
  onlyOptions(`${verb} ${what}`, values, takes[what]);
  return { what, values, rest };
};

/** Refuses plain arguments beyond so many. */
export const atMost = (rest: readonly string[], count: number): void => {
  if (rest.length > count) throw new UsageError(`"${rest[count]}" is not expected here.`);
};

/** A list of names for a help text, in lines that a terminal shows whole. */
export const listed = (names: readonly string[], indent = '  '): string =>
  names
    .reduce<string[]>(
      (lines, name) => {
        const last = lines.at(-1) as string;
        const longer = last === '' ? `${indent}${name}` : `${last}, ${name}`;
        return longer.length <= HELP_WIDTH
          ? [...lines.slice(0, -1), longer]
          : [...lines.slice(0, -1), `${last},`, `${indent}${name}`];
      },
      [''],
    )
    .join('\n');
