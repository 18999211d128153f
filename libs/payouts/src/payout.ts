import { isHimself, refuse, same, type Command, type Decider } from '#kernel';
import type {
  ApprovePayout,
  ConfirmPayout,
  DraftPayout,
  NotePayout,
  RejectPayout,
  ReversePayout,
  SubmitPayout,
} from './payout.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** Who did it: the user, and the payee who he is, where his login says so. */
export interface Maker {
  readonly by: string;
  readonly byPayee?: string;
}

/** An approval, and how many the payout needed when it was given; one where it does not say. */
export type Approved = ApprovePayout & Maker & { readonly approvers?: number };

/** What happens to a payout; all of it in the stream `payout-<id>`. What was computed at the draft
 * (position, root hash, totals) stands beside the command's own fields. */
export type PayoutEvent =
  | { readonly type: 'PayoutDrafted'; readonly data: DraftPayout & Maker }
  | { readonly type: 'PayoutSubmitted'; readonly data: SubmitPayout & Maker }
  | { readonly type: 'PayoutNoted'; readonly data: NotePayout & Maker }
  | { readonly type: 'PayoutApproved'; readonly data: Approved }
  | { readonly type: 'PayoutRejected'; readonly data: RejectPayout & Maker }
  | { readonly type: 'PayoutConfirmed'; readonly data: ConfirmPayout & Maker }
  | { readonly type: 'PayoutReversed'; readonly data: ReversePayout & Maker };

// ---- Commands --------------------------------------------------------------------------

/** What can be done about a payout. */
export type PayoutCommand =
  | Command<'draft-payout', DraftPayout>
  | Command<'submit-payout', SubmitPayout>
  | Command<'note-payout', NotePayout>
  | Command<'approve-payout', ApprovePayout>
  | Command<'reject-payout', RejectPayout>
  | Command<'confirm-payout', ConfirmPayout>
  | Command<'reverse-payout', ReversePayout>;

// ---- State -----------------------------------------------------------------------------

/** Where a payout stands, as it was decided; whether facts have made it stale is computed. */
export type PayoutStatus = 'draft' | 'submitted' | 'approved' | 'rejected' | 'paid' | 'reversed';

/** A payout as far as its rules ask. */
export interface Payout {
  readonly drafted: DraftPayout;
  readonly status: PayoutStatus;
  readonly draftedBy: Maker;
  /** Who does not approve it. That its drafter does not either, the service sees to beside the facts. */
  readonly submittedBy?: Maker;
  /** Who has approved it so far. */
  readonly approvals: readonly Maker[];
  readonly notes: readonly (NotePayout & Maker)[];
}

// ---- Rules -----------------------------------------------------------------------------

type StepCommand = Exclude<PayoutCommand, { type: 'draft-payout' | 'note-payout' }>;
type Step = StepCommand['type'];

interface Transition {
  readonly event: Exclude<PayoutEvent['type'], 'PayoutDrafted' | 'PayoutNoted'>;
  readonly from: readonly PayoutStatus[];
  readonly to: PayoutStatus;
}

// What is approved but not paid can still be taken back: it is reversed like what is paid.
const STEPS: Readonly<Record<Step, Transition>> = {
  'submit-payout': { event: 'PayoutSubmitted', from: ['draft'], to: 'submitted' },
  'approve-payout': { event: 'PayoutApproved', from: ['submitted'], to: 'approved' },
  'reject-payout': { event: 'PayoutRejected', from: ['draft', 'submitted'], to: 'rejected' },
  'confirm-payout': { event: 'PayoutConfirmed', from: ['approved'], to: 'paid' },
  'reverse-payout': { event: 'PayoutReversed', from: ['approved', 'paid'], to: 'reversed' },
};

type Ends = 'PayoutRejected' | 'PayoutConfirmed' | 'PayoutReversed';
const STATUS_OF: Readonly<Record<Ends, PayoutStatus>> = {
  PayoutRejected: 'rejected',
  PayoutConfirmed: 'paid',
  PayoutReversed: 'reversed',
};

const makerOf = ({ by, payee }: PayoutCommand): Maker =>
  payee === undefined ? { by } : { by, byPayee: payee };

// Who it is may stand in the log under another of his names.
const isOneOf = (command: PayoutCommand, makers: readonly Maker[]): boolean =>
  makers.some(
    ({ by, byPayee }) =>
      isHimself(command, by) || (byPayee !== undefined && isHimself(command, byPayee)),
  );

const draft = (
  command: Extract<PayoutCommand, { type: 'draft-payout' }>,
  state: Payout | undefined,
): readonly PayoutEvent[] => {
  const { data } = command;
  if (state) {
    if (same(state.drafted, data)) return [];
    const message = `Payout "${data.id}" was drafted with other content; give this one another id.`;
    return refuse('PayoutDraftedDifferently', message, { payout: data.id });
  }
  return [{ type: 'PayoutDrafted', data: { ...data, ...command.with, ...makerOf(command) } }];
};

const note = (
  command: Extract<PayoutCommand, { type: 'note-payout' }>,
  { status, notes }: Payout,
): readonly PayoutEvent[] => {
  const data = { ...command.data, ...makerOf(command) };
  if (notes.some((known) => same(known, data))) return [];
  if (status !== 'draft' && status !== 'submitted') {
    const message = `The payout is ${status}; notes are for those who have yet to approve it.`;
    return refuse('PayoutStateForbids', message, { status });
  }
  return [{ type: 'PayoutNoted', data }];
};

const step = (command: StepCommand, state: Payout) => {
  const { event, from, to } = STEPS[command.type];
  if (state.status === to) return [];
  if (!from.includes(state.status)) {
    const message = `The payout is ${state.status}; it can be ${to} from: ${from.join(', ')}.`;
    return refuse('PayoutStateForbids', message, { status: state.status });
  }
  if (command.type === 'approve-payout') {
    if (state.submittedBy && isOneOf(command, [state.submittedBy])) {
      return refuse('MakerCannotCheck', 'Who submitted a payout cannot approve it.');
    }
    if (state.approvals.some((approver) => approver.by === command.by)) return [];
    if (isOneOf(command, state.approvals)) {
      return refuse('MakerCannotCheck', 'One person under two logins is one approver.');
    }
  }
  return [{ type: event, data: { ...command.data, ...command.with, ...makerOf(command) } }];
};

/** The rules of a payout: draft, submit, approve (by somebody else), confirm; reject; reverse. */
export const payout: Decider<PayoutCommand, PayoutEvent, Payout | undefined> = {
  initial: undefined,

  decide(command, state) {
    if (command.type === 'draft-payout') return draft(command, state);
    const id = command.data.payout;
    if (!state) return refuse('PayoutNotFound', `There is no payout "${id}".`, { payout: id });
    return command.type === 'note-payout' ? note(command, state) : step(command, state);
  },

  evolve(state, event) {
    const maker = makerIn(event.data);
    if (event.type === 'PayoutDrafted') {
      const drafted = draftOf(event.data);
      return { drafted, status: 'draft', draftedBy: maker, approvals: [], notes: [] };
    }
    const before = state as Payout;
    switch (event.type) {
      case 'PayoutNoted':
        return { ...before, notes: [...before.notes, event.data] };
      case 'PayoutApproved': {
        const approvals = [...before.approvals, maker];
        return { ...before, approvals, status: afterApproval(approvals, event.data) };
      }
      case 'PayoutSubmitted':
        return { ...before, status: 'submitted', submittedBy: maker };
      case 'PayoutRejected':
      case 'PayoutConfirmed':
      case 'PayoutReversed':
        return { ...before, status: STATUS_OF[event.type] };
    }
  },
};

const makerIn = ({ by, byPayee }: Maker): Maker =>
  byPayee === undefined ? { by } : { by, byPayee };

const afterApproval = (approvals: readonly Maker[], { approvers = 1 }: Approved): PayoutStatus =>
  approvals.length < approvers ? 'submitted' : 'approved';

// What was asked for, without what was computed beside it.
const draftOf = ({ id, through, payees, holds }: DraftPayout): DraftPayout => ({
  id,
  through,
  ...(payees && { payees }),
  ...(holds && { holds }),
});
