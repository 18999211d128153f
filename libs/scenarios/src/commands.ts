import { accessHandlers } from '#access';
import { dealHandlers } from '#deals';
import { disputeHandlers } from '#disputes';
import {
  didYouMean,
  readShape,
  refuse,
  Refusal,
  requirePayee,
  shapeSchema,
  type Command,
  type CommandHandler,
  type DomainCommand,
  type DomainEvent,
  type Fault,
  type JsonSchema,
  type Known,
  type KnownFacts,
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

/** The first command of a stream, decided on by its content alone. */
export interface First {
  /** The type of the event to record; its data are the command's. */
  readonly event: string;
  /** The payees who must be known. */
  readonly payees: readonly string[];
}

/**
 * Decides on a command as the first of its stream, knowing nothing else. Undefined where more must
 * be known, and where the rule refuses: `decideCommand` says why.
 */
export const decideFirst = (command: DomainCommand): First | undefined => {
  const { type, data } = command;
  const { decider, payees, check, commits } = handlerOf(type);
  if (!payees || check || commits) return undefined;
  try {
    const [event, ...others] = decider.decide(command, decider.initial);
    if (!event || event.data !== data || others.length > 0) return undefined;
    return { event: event.type, payees: payees(data) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** Refuses what `decideFirst` has decided on where what else is known stands against it. */
export const checkFirst = (type: string, { payees }: First, facts: KnownFacts): void => {
  requireCalendar(type, facts);
  for (const payee of payees) requirePayee(facts, payee);
};

const requireCalendar = (type: string, facts: KnownFacts): void => {
  if (type === 'define-calendar' || facts.hasCalendar) return;
  refuse('CalendarNotDefined', 'Define the fiscal calendar first (define-calendar).');
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
  const { decider, payees, check, commits } = handlerOf(command.type);
  requireCalendar(command.type, known.facts);
  const said: Command = {
    ...command,
    isSamePerson: (name, other) => known.facts.isSamePerson(name, other),
    ...(commits && { with: { ...command.with, ...commits(command, known) } }),
  };
  const events = decider.decide(said, state);
  if (events.length === 0) return events;
  for (const payee of payees?.(command.data) ?? []) requirePayee(known.facts, payee);
  check?.(said, known);
  return events;
};

/** The JSON Schema of a command's content, from the same metadata that checks it. */
export const commandSchema = (type: string): JsonSchema => shapeSchema(handlerOf(type).shape);
