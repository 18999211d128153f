import { accessHandlers } from '#access';
import { dealHandlers } from '#deals';
import { disputeHandlers } from '#disputes';
import {
  didYouMean,
  readShape,
  refuse,
  shapeSchema,
  type Command,
  type CommandHandler,
  type DomainEvent,
  type Fault,
  type JsonSchema,
  type Known,
  type Reading,
} from '#kernel';
import { payeeHandlers } from '#payees';
import { payoutHandlers } from '#payouts';
import { periodHandlers } from '#periods';
import { planHandlers } from '#plans';
import { territoryHandlers } from '#territories';

/** Every command of the language, by its name; nothing else, not even what objects inherit. */
export const commandTable: Readonly<Record<string, CommandHandler>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, CommandHandler>,
    periodHandlers,
    payeeHandlers,
    territoryHandlers,
    planHandlers,
    dealHandlers,
    payoutHandlers,
    disputeHandlers,
    accessHandlers,
  ),
);

/** What is particular to a command; a name that does not exist is refused, naming the nearest. */
export const handlerOf = (type: string): CommandHandler => {
  const found = commandTable[type];
  if (found) return found;
  const names = Object.keys(commandTable);
  const message = `There is no command "${type}"${didYouMean(type, names)}.`;
  return refuse('UnknownCommand', message, { valid: names });
};

/**
 * Reads one command's content, wherever it comes from: YAML, NDJSON, HTTP. Its normal form, or all
 * of its faults. An unknown command is refused.
 */
export const readCommand = (type: string, plain: unknown): Reading<object> =>
  readShape(handlerOf(type).shape, plain);

/** Refuses a command that is not well formed, with all of its faults. */
export const refuseMalformed = (type: string, faults: readonly Fault[]): never => {
  const list = faults.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return refuse('Malformed', `${type}: ${list.join('\n')}`, { errors: faults });
};

/**
 * The command that is recorded because of another: the remedy of a dispute, in its normal form; a
 * malformed one is refused. It goes into the log before the decision that calls for it, so that a
 * retry after a failure between the two mends it.
 */
export const causedBy = (command: Command): Command | undefined => {
  if (command.type !== 'resolve-dispute') return undefined;
  const { remedy } = command.data as { remedy?: Readonly<Record<string, object>> };
  const [step] = Object.entries(remedy ?? {});
  if (!step) return undefined;
  const [type, plain] = step;
  const reading = readCommand(type, plain);
  if (reading.faults === undefined) return { ...command, type, data: reading.data };
  const faults = reading.faults.map((fault) => ({
    ...fault,
    path: ['remedy', type, fault.path].filter(Boolean).join('.'),
  }));
  return refuseMalformed(command.type, faults);
};

/**
 * Decides on any command, given the state of its stream and what else is known: the events to
 * record, none where it says again what is known. Throws a `Refusal`. What is recorded because of
 * it (`causedBy`) is decided on by itself.
 */
export const decideCommand = (
  command: Command,
  state: unknown,
  known: Known,
): readonly DomainEvent[] => {
  const { decider, check, commits } = handlerOf(command.type);
  if (command.type !== 'define-calendar' && !known.facts.hasCalendar) {
    refuse('CalendarNotDefined', 'Define the fiscal calendar first (define-calendar).');
  }
  const said: Command = {
    ...command,
    isSamePerson: (name, other) => known.facts.isSamePerson(name, other),
    ...(commits && { with: { ...command.with, ...commits(command, known) } }),
  };
  const events = decider.decide(said, state);
  if (events.length > 0) check?.(said, known);
  return events;
};

/** The JSON Schema of a command's content, from the same metadata that checks it. */
export const commandSchema = (type: string): JsonSchema => shapeSchema(handlerOf(type).shape);
