import { isHimself, refuse, same, type Command, type Decider } from '#kernel';
import type {
  CommentDispute,
  OpenDispute,
  ResolveDispute,
  WithdrawDispute,
} from './dispute.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** What happens to a dispute, and who did it; all of it in the stream `dispute-<id>`. */
export type DisputeEvent =
  | { readonly type: 'DisputeOpened'; readonly data: OpenDispute & By }
  | { readonly type: 'DisputeCommented'; readonly data: CommentDispute & By }
  | { readonly type: 'DisputeResolved'; readonly data: ResolveDispute & By }
  | { readonly type: 'DisputeWithdrawn'; readonly data: WithdrawDispute & By };

interface By {
  readonly by: string;
}

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a dispute. */
export type DisputeCommand =
  | Command<'open-dispute', OpenDispute>
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
  readonly lastComment?: CommentDispute & By;
  readonly resolved?: ResolveDispute;
}

// ---- Rules -----------------------------------------------------------------------------

type CommandOf<T extends DisputeCommand['type']> = Extract<DisputeCommand, { type: T }>;

const open = ({ data, by }: CommandOf<'open-dispute'>, state: Dispute | undefined) => {
  if (!state) return [{ type: 'DisputeOpened', data: { ...data, by } }] as const;
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
      const { by: _by, ...opened } = event.data;
      return { opened, status: 'open' };
    }
    const before = existing(state, event.data.dispute);
    switch (event.type) {
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
