import { areSame, isHimself, refuse, same, type Command, type Decider } from '#kernel';
import type {
  AssignDispute,
  CommentDispute,
  OpenDispute,
  ResolveDispute,
  WithdrawDispute,
} from './dispute.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** The statement that a dispute talks about: as it was when it was opened, for ever. */
export interface PinnedStatement {
  readonly period: string;
  /** The log position at which it was read, and the SHA-256 of its content. */
  readonly position: number;
  readonly sha256: string;
}

/** What happens to a dispute, and who did it; all of it in the stream `dispute-<id>`. */
export type DisputeEvent =
  | { readonly type: 'DisputeOpened'; readonly data: Opened & By }
  | { readonly type: 'DisputeAssigned'; readonly data: AssignDispute & By }
  | { readonly type: 'DisputeCommented'; readonly data: CommentDispute & By }
  | { readonly type: 'DisputeResolved'; readonly data: ResolveDispute & By }
  | { readonly type: 'DisputeWithdrawn'; readonly data: WithdrawDispute & By };

type Opened = OpenDispute & { readonly statement?: PinnedStatement };

interface By {
  readonly by: string;
}

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a dispute. */
export type DisputeCommand =
  | Command<'open-dispute', OpenDispute>
  | Command<'assign-dispute', AssignDispute>
  | Command<'comment-dispute', CommentDispute>
  | Command<'resolve-dispute', ResolveDispute>
  | Command<'withdraw-dispute', WithdrawDispute>;

// ---- State -----------------------------------------------------------------------------

/** Where a dispute stands. */
export type DisputeStatus = 'open' | 'upheld' | 'partly-upheld' | 'denied' | 'withdrawn';

/** A dispute as far as its rules ask. */
export interface Dispute {
  readonly opened: OpenDispute;
  readonly status: DisputeStatus;
  readonly statement?: PinnedStatement;
  readonly assigned?: AssignDispute;
  readonly lastComment?: CommentDispute & By;
  readonly resolved?: ResolveDispute;
}

// ---- Rules -----------------------------------------------------------------------------

type CommandOf<T extends DisputeCommand['type']> = Extract<DisputeCommand, { type: T }>;

const open = (command: CommandOf<'open-dispute'>, state: Dispute | undefined) => {
  const { data, by } = command;
  if (!state) return [{ type: 'DisputeOpened', data: { ...data, ...command.with, by } }] as const;
  if (same(state.opened, data)) return [];
  const message = `Dispute "${data.id}" is known with other content; give this one another id.`;
  return refuse('DisputeOpenedDifferently', message, { dispute: data.id });
};

const refuseUnlessOpen = ({ status }: Dispute): void => {
  if (status !== 'open') refuse('DisputeClosed', `The dispute is ${status}.`, { status });
};

const comment = ({ data, by }: CommandOf<'comment-dispute'>, state: Dispute) => {
  if (same(state.lastComment, { ...data, by })) return [];
  refuseUnlessOpen(state);
  return [{ type: 'DisputeCommented', data: { ...data, by } }] as const;
};

const assign = (command: CommandOf<'assign-dispute'>, state: Dispute) => {
  const { data, by } = command;
  if (same(state.assigned, data)) return [];
  refuseUnlessOpen(state);
  const { payee } = state.opened;
  const names = [data.to, data.escalateTo];
  if (names.some((name) => name !== undefined && areSame(command, name, payee))) {
    refuse('OwnDispute', `The dispute is about "${payee}", who cannot decide on it himself.`);
  }
  return [{ type: 'DisputeAssigned', data: { ...data, by } }] as const;
};

const resolve = (command: CommandOf<'resolve-dispute'>, state: Dispute) => {
  const { data, by } = command;
  if (same(state.resolved, data)) return [];
  refuseUnlessOpen(state);
  if (isHimself(command, state.opened.payee)) {
    const message = `The dispute is about "${state.opened.payee}", who cannot resolve it himself.`;
    refuse('OwnDispute', message);
  }
  return [{ type: 'DisputeResolved', data: { ...data, by } }] as const;
};

const withdraw = ({ data, by }: CommandOf<'withdraw-dispute'>, state: Dispute) => {
  if (state.status === 'withdrawn') return [];
  refuseUnlessOpen(state);
  return [{ type: 'DisputeWithdrawn', data: { ...data, by } }] as const;
};

const existing = (state: Dispute | undefined, id: string): Dispute =>
  state ?? refuse('DisputeNotFound', `There is no dispute "${id}".`, { dispute: id });

/** The rules of a dispute. */
export const dispute: Decider<DisputeCommand, DisputeEvent, Dispute | undefined> = {
  initial: undefined,

  decide(command, state) {
    switch (command.type) {
      case 'open-dispute':
        return open(command, state);
      case 'assign-dispute':
        return assign(command, existing(state, command.data.dispute));
      case 'comment-dispute':
        return comment(command, existing(state, command.data.dispute));
      case 'resolve-dispute':
        return resolve(command, existing(state, command.data.dispute));
      case 'withdraw-dispute':
        return withdraw(command, existing(state, command.data.dispute));
    }
  },

  evolve(state, event) {
    if (event.type === 'DisputeOpened') {
      const { by: _by, statement, ...opened } = event.data;
      return { opened, status: 'open', ...(statement && { statement }) };
    }
    const before = existing(state, event.data.dispute);
    switch (event.type) {
      case 'DisputeAssigned': {
        const { by: _by, ...assigned } = event.data;
        return { ...before, assigned };
      }
      case 'DisputeCommented':
        return { ...before, lastComment: event.data };
      case 'DisputeResolved': {
        const { by: _by, ...resolved } = event.data;
        return { ...before, resolved, status: resolved.outcome };
      }
      case 'DisputeWithdrawn':
        return { ...before, status: 'withdrawn' };
    }
  },
};

/** Whom a dispute waits for, and since when it is late. */
export interface Waiting {
  readonly due?: string;
  readonly overdue: boolean;
  /** Who is to decide: who it was assigned to or, once it is overdue, whom it goes to then. */
  readonly responsible?: string;
}

/** Whom an open dispute waits for on a day, given as `2026-01-31`; undefined once it is closed. */
export const waitingOn = ({ status, assigned }: Dispute, day: string): Waiting | undefined => {
  if (status !== 'open') return undefined;
  if (!assigned) return { overdue: false };
  const { to, due, escalateTo } = assigned;
  const overdue = due !== undefined && due < day;
  const responsible = overdue ? (escalateTo ?? to) : to;
  return { ...(due !== undefined && { due }), overdue, responsible };
};
