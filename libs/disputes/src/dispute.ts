import { areSame, dayOf, isHimself, refuse, same, type Command, type Decider } from '#kernel';
import { ATTACHMENT_TYPES } from './dispute.commands.js';
import type {
  AssignDispute,
  AttachEvidence,
  CommentDispute,
  EscalateDispute,
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
  | { readonly type: 'DisputeEvidenceAttached'; readonly data: AttachEvidence & By }
  | { readonly type: 'DisputeEscalated'; readonly data: EscalateDispute & Task & By }
  | { readonly type: 'DisputeResolved'; readonly data: ResolveDispute & By }
  | { readonly type: 'DisputeWithdrawn'; readonly data: WithdrawDispute & By };

type Opened = OpenDispute & Task & { readonly statement?: PinnedStatement };

/** Whose task a dispute is, until when, and whose after that; what its policy or its assignment says. */
export interface Task {
  readonly to?: string;
  readonly due?: string;
  readonly escalateTo?: string;
}

interface By {
  readonly by: string;
}

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a dispute. */
export type DisputeCommand =
  | Command<'open-dispute', OpenDispute>
  | Command<'assign-dispute', AssignDispute>
  | Command<'comment-dispute', CommentDispute>
  | Command<'attach-evidence', AttachEvidence>
  | Command<'escalate-dispute', EscalateDispute>
  | Command<'resolve-dispute', ResolveDispute>
  | Command<'withdraw-dispute', WithdrawDispute>;

// ---- State -----------------------------------------------------------------------------

/** Where a dispute can stand. */
export const DISPUTE_STATUSES = ['open', 'upheld', 'partly-upheld', 'denied', 'withdrawn'] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** A dispute as far as its rules ask. */
export interface Dispute {
  readonly opened: OpenDispute;
  readonly status: DisputeStatus;
  readonly statement?: PinnedStatement;
  readonly task: Task;
  readonly assigned?: AssignDispute;
  /** Whether its day has passed and that was recorded; a new task begins anew. */
  readonly escalated: boolean;
  readonly attachments: readonly AttachEvidence[];
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

const ATTACHMENTS_AT_MOST = 20;

const attach = ({ data, by }: CommandOf<'attach-evidence'>, state: Dispute) => {
  // The same content is the same evidence, whatever its file is called this time.
  if (state.attachments.some(({ sha256 }) => sha256 === data.sha256)) return [];
  refuseUnlessOpen(state);
  const endings: readonly string[] = ATTACHMENT_TYPES[data.mediaType];
  const [, ending] = /\.([^.]+)$/.exec(data.name.toLowerCase()) ?? [];
  if (ending === undefined || !endings.includes(ending)) {
    const valid = endings.map((one) => `.${one}`).join(', ');
    const message = `"${data.name}" is ${data.mediaType} by its content; such a file is named: ${valid}.`;
    refuse('AttachmentTypeRefused', message, { type: data.mediaType, valid: endings });
  }
  if (state.attachments.length >= ATTACHMENTS_AT_MOST) {
    const message = `A dispute has ${ATTACHMENTS_AT_MOST} attachments at most.`;
    refuse('AttachmentsTooMany', message, { limit: ATTACHMENTS_AT_MOST });
  }
  return [{ type: 'DisputeEvidenceAttached', data: { ...data, by } }] as const;
};

const escalate = ({ data, by, recorded }: CommandOf<'escalate-dispute'>, state: Dispute) => {
  if (state.escalated) return [];
  refuseUnlessOpen(state);
  const { due, to, escalateTo } = state.task;
  const day = recorded.slice(0, 10);
  if (due === undefined || dayOf(due) >= dayOf(day)) {
    const message = `The dispute is not overdue on ${day}: it is due ${due ?? 'on no day'}.`;
    refuse('DisputeNotOverdue', message, { ...(due !== undefined && { due }) });
  }
  const goesTo = escalateTo ?? to;
  const task = { due, ...(goesTo !== undefined && { to: goesTo }) };
  return [{ type: 'DisputeEscalated', data: { ...data, ...task, by } }] as const;
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

const taskOf = ({ to, due, escalateTo }: { [K in keyof Task]?: Task[K] | undefined }): Task => ({
  ...(to !== undefined && { to }),
  ...(due !== undefined && { due }),
  ...(escalateTo !== undefined && { escalateTo }),
});

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
      case 'attach-evidence':
        return attach(command, existing(state, command.data.dispute));
      case 'escalate-dispute':
        return escalate(command, existing(state, command.data.dispute));
      case 'resolve-dispute':
        return resolve(command, existing(state, command.data.dispute));
      case 'withdraw-dispute':
        return withdraw(command, existing(state, command.data.dispute));
    }
  },

  evolve(state, event) {
    if (event.type === 'DisputeOpened') {
      const { by: _by, statement, to, due, escalateTo, ...opened } = event.data;
      return {
        opened,
        status: 'open',
        ...(statement && { statement }),
        task: taskOf({ to, due, escalateTo }),
        escalated: false,
        attachments: [],
      };
    }
    const before = existing(state, event.data.dispute);
    switch (event.type) {
      case 'DisputeAssigned': {
        const { by: _by, ...assigned } = event.data;
        // Who is given a dispute without a day has it until the day that it had.
        const task = taskOf({ ...assigned, due: assigned.due ?? before.task.due });
        return { ...before, assigned, task, escalated: false };
      }
      case 'DisputeCommented':
        return { ...before, lastComment: event.data };
      case 'DisputeEvidenceAttached': {
        const { by: _by, ...attachment } = event.data;
        return { ...before, attachments: [...before.attachments, attachment] };
      }
      case 'DisputeEscalated':
        return { ...before, escalated: true };
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
export const waitingOn = ({ status, task }: Dispute, day: string): Waiting | undefined => {
  if (status !== 'open') return undefined;
  const { to, due, escalateTo } = task;
  const overdue = due !== undefined && due < day;
  const responsible = overdue ? (escalateTo ?? to) : to;
  return {
    ...(due !== undefined && { due }),
    overdue,
    ...(responsible !== undefined && { responsible }),
  };
};
