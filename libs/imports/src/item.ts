import { didYouMean, isObject, kinds, shown } from '#kernel';
import { commandTable, readCommand, type First } from '#scenarios';

/** What is wrong with one place of a row. */
export interface ItemFault {
  /** A reason of the closed list of refusals. */
  readonly code: string;
  readonly message: string;
  /** The CSV column, or the character of the line, where it stands. */
  readonly column?: string | number;
  /** The field of the command. */
  readonly field?: string;
}

/** One row of a file: a step as somebody states it, or what is wrong with the row itself. */
export interface Item {
  readonly line: number;
  readonly step?: unknown;
  /** The step, where it has been read and checked already. */
  readonly read?: ReadStep;
  readonly faults?: readonly ItemFault[];
  /** The row as it was read, for whoever mends it, where it is not the step itself. */
  readonly row?: () => unknown;
  readonly columnOf?: (field: string) => string | undefined;
}

/** A step in its normal form; `recorded` and `by` only where it says them. */
export interface ReadStep {
  readonly type: string;
  readonly data: object;
  /** The data as canonical JSON, where it was written already. */
  readonly json?: string;
  readonly recorded?: string | undefined;
  readonly by?: string | undefined;
  /** Where another thread has read it: what whoever takes it need not read its data for. */
  readonly ahead?: Ahead;
}

/** What is known of a step without a look at its data. */
export interface Ahead {
  readonly stream: string;
  /** Where it could be decided on by itself, as the first of its stream. */
  readonly first?: First | undefined;
  readonly booked?: Booked | undefined;
}

/** What a booking adds to the sums of a file. */
export interface Booked {
  readonly currency: string;
  readonly amounts: readonly string[];
}

const MARKS = ['recorded', 'by'];
const valid = Object.keys(commandTable);

const malformed = (message: string, field?: string): ItemFault => ({
  code: 'Malformed',
  message: field === undefined ? message : `${field}: ${message}`,
  ...(field !== undefined && { field }),
});

const nameIn = (step: Readonly<Record<string, unknown>>): string | ItemFault[] => {
  const names = Object.keys(step).filter((name) => !MARKS.includes(name));
  if (names.length === 1 && (names[0] as string) in commandTable) return names[0] as string;
  const unknown = names.filter((name) => !(name in commandTable));
  if (unknown.length > 0) {
    return unknown.map((name) => ({
      code: 'UnknownCommand',
      message: `there is no step ${shown(name)}${didYouMean(name, [...valid, ...MARKS])}`,
      field: name,
    }));
  }
  if (names.length === 0) return [malformed(`a step needs one of ${valid.join(', ')}`)];
  return [malformed(`a step does one thing and has ${names.join(' and ')}`)];
};

/**
 * Reads a step: one command, and perhaps when it was recorded and by whom. All faults are listed.
 */
export const readStep = (step: unknown): ReadStep | ItemFault[] => {
  if (!isObject(step)) {
    return [malformed(`found ${shown(step)}, expected a step such as {"book-deal": {...}}`)];
  }
  const name = nameIn(step);
  if (typeof name !== 'string') return name;
  const { recorded, by } = step;
  const faults: ItemFault[] = [];
  if (recorded !== undefined && kinds.instant.read(recorded) === undefined) {
    faults.push(malformed(`found ${shown(recorded)}, expected ${kinds.instant.valid}`, 'recorded'));
  }
  if (by !== undefined && kinds.id.read(by) === undefined) {
    faults.push(malformed(`found ${shown(by)}, expected ${kinds.id.valid}`, 'by'));
  }
  const reading = readCommand(name, step[name]);
  if (reading.faults) {
    faults.push(
      ...reading.faults.map(({ path, message }) => malformed(message, path || undefined)),
    );
  }
  if (faults.length > 0 || reading.faults) return faults;
  const { data } = reading;
  if (recorded === undefined && by === undefined) return { type: name, data };
  return {
    type: name,
    data,
    ...(typeof recorded === 'string' && { recorded }),
    ...(typeof by === 'string' && { by }),
  };
};
