import type { FiscalCalendar } from './calendar.js';
import type { Decider, DomainCommand, DomainEvent } from './decider.js';
import { didYouMean } from './nearest.js';
import { refuse } from './refusal.js';
import type { RefusalCode } from './refusal-codes.js';
import type { Shape } from './shape.js';

/** A command on its way: what is said, when it was learned, and who says so. */
export interface Command<
  T extends string = string,
  D extends object = object,
> extends DomainCommand {
  readonly type: T;
  readonly data: D;
  readonly recorded: string;
  readonly by: string;
  /** The payee who the user is, where the login says so; a user named as a payee is that payee. */
  readonly payee?: string;
  /** The role in which the user acts, where the login says so. */
  readonly role?: string;
  /** The API key with which he says so. */
  readonly key?: string;
  /** What was computed for the event to commit to (a position, a root hash, totals). */
  readonly with?: object;
  /** Who is the same person under two names, by all that is known; only equal names, without it. */
  readonly isSamePerson?: KnownFacts['isSamePerson'];
}

/**
 * Whether two names are of one person: users, payees or addresses. The one place that answers it:
 * every rule that somebody may not do a thing for himself asks here.
 */
export const areSame = (command: Pick<Command, 'isSamePerson'>, a: string, b: string): boolean =>
  a === b || (command.isSamePerson?.(a, b) ?? false);

/** Whether the user who sends a command is the person of that name, of a user or of a payee. */
export const isHimself = (
  command: Pick<Command, 'by' | 'payee' | 'isSamePerson'>,
  name: string,
): boolean =>
  areSame(command, command.by, name) ||
  (command.payee !== undefined && areSame(command, command.payee, name));

/** What other streams have to say about a command: a part of what a `Book` knows. */
export interface KnownFacts {
  readonly hasCalendar: boolean;
  readonly calendar: FiscalCalendar;
  /** The fiscal month after the last closed one; null where none is closed. */
  firstOpenMonth(): number | null;
  payee(id: string): KnownPayee | undefined;
  /** Whether a payee was ever added. */
  isPayee(id: string): boolean;
  readonly payeeIds: readonly string[];
  /** The attributes of payees that are personal data. */
  readonly personalAttributes: readonly string[];
  territory(id: string): object | undefined;
  readonly territories: readonly { readonly id: string }[];
  /** In order of their first days. */
  planVersions(id: string): readonly KnownPlanVersion[];
  readonly planIds: readonly string[];
  assignments(payee: string): readonly KnownAssignment[];
  readonly assignedPayees: readonly string[];
  deal(id: string): object | undefined;
  /**
   * Whether two names are of one person: of a user, of the payee who he is by a role that he ever
   * had or by what he did as that payee, or of an address by which a payee is known.
   */
  isSamePerson(name: string, other: string): boolean;
  /** What holds for what begins in a fiscal month. */
  policy(month: number): KnownPolicy;
}

/** By when disputes are to be decided, in days from their opening, and by whom. */
export interface KnownPolicy {
  readonly disputes: { readonly days: number; readonly to?: string; readonly escalateTo?: string };
}

/** A payee's reporting line: in order of `from`, the first since ever. */
export interface KnownPayee {
  readonly states: readonly { readonly from: number; readonly manager?: string }[];
}

/** A version of a plan with as much of its components as other rules ask for; days inclusive. */
export interface KnownPlanVersion {
  readonly from: number;
  readonly to: number;
  readonly plan: { readonly from: string; readonly components: readonly KnownComponent[] };
}

export interface KnownComponent {
  readonly id: string;
  readonly type: string;
  readonly window?: string;
  readonly rate?: string;
  readonly objectives?: readonly { readonly id: string }[];
}

/** That a payee is paid by a plan; days inclusive. */
export interface KnownAssignment {
  readonly plan: string;
  readonly from: number;
  readonly to: number;
}

/** What a payout needs before it is approved. */
export interface Approval {
  /** How many approvers, different people. */
  readonly approvers: number;
  /** The roles of which each of them must be; whoever may approve at all where none is named. */
  readonly roles?: readonly string[];
  /** What must not be unusual in it without somebody's note. */
  readonly notes?: readonly string[];
  /** Earlier payouts through the same month whose sums count with its own. */
  readonly countedWith?: readonly string[];
}

/** What the calculation has to say about a payout. */
export interface KnownPayouts {
  /** Whether facts that change its amounts arrived after its draft; never, once it is paid. */
  isStale(payout: string): boolean;
  /** Whom it pays. */
  payeesOf(payout: string): readonly string[];
  /** Who, besides those who drafted and submitted it, made it: imported its facts, for example. */
  makersOf(payout: string): readonly string[];
  /** What it needs to be approved, by the policy for its fiscal month and its sums. */
  approvalOf(payout: string): Approval;
  /** What the policy wants a note about and nobody has noted, in words. */
  unnotedOf(payout: string): readonly string[];
}

/** Everything that a command is checked against besides its own stream. */
export interface Known {
  readonly facts: KnownFacts;
  readonly payouts: KnownPayouts;
}

/**
 * All that is particular to one command: its form, the stream it concerns, the rule that decides
 * on it, and what other streams have to say. `check` throws a `Refusal`; it and `payees` are asked
 * only where the rule would record something.
 */
export interface CommandHandler {
  readonly shape: Shape;
  stream(data: object): string;
  readonly decider: Decider<DomainCommand, DomainEvent, unknown>;
  /**
   * The payees who must be known. Said only where the rule asks for nothing but the content, so that
   * the first command of a stream can be decided on by whoever reads it.
   */
  payees?(data: object): readonly string[];
  check?(command: Command, known: Known): void;
  /** What the event commits to besides what was said: asked before the rule decides. */
  commits?(command: Command, known: Known): object;
  /** Deals, besides its own stream, that `check` asks for: they are not kept in memory. */
  deals?(data: object): readonly string[];
}

interface Handling<D extends object> {
  stream(data: D): string;
  readonly decider: Decider<DomainCommand, DomainEvent, unknown>;
  payees?(data: D): readonly string[];
  check?(command: Command<string, D>, known: Known): void;
  commits?(command: Command<string, D>, known: Known): object;
  deals?(data: D): readonly string[];
}

/** A handler: its parts are checked against each other here, and need not be typed outside. */
export const handler = <D extends object>(
  shape: Shape<D>,
  handling: Handling<NoInfer<D>>,
): CommandHandler => ({ shape, ...(handling as Handling<object>) });

/** Refuses, naming what there is of that kind and was probably meant. */
export const refuseUnknown = (
  code: RefusalCode,
  noun: string,
  id: string,
  known: Iterable<string>,
): never => refuse(code, `There is no ${noun} "${id}"${didYouMean(id, known)}.`, { [noun]: id });

/** Refuses where there is no payee of an id. */
export const requirePayee = (facts: KnownFacts, id: string): void => {
  if (!facts.isPayee(id)) refuseUnknown('PayeeNotFound', 'payee', id, facts.payeeIds);
};
