import {
  handler,
  isHimself,
  refuse,
  requirePayee,
  type Approval,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import {
  ApprovePayout,
  ConfirmPayout,
  DraftPayout,
  NotePayout,
  RejectPayout,
  ReversePayout,
  SubmitPayout,
  type PayoutStep,
} from './payout.commands.js';
import { isApprover } from './approval.js';
import { payout } from './payout.js';

const ofPayout = (data: { readonly payout: string }): string => `payout-${data.payout}`;

const checkDraft = ({ data }: Command<string, DraftPayout>, { facts }: Known): void => {
  for (const payee of data.payees ?? []) requirePayee(facts, payee);
  for (const { payee } of data.holds ?? []) requirePayee(facts, payee);
};

const checkNote = ({ data }: Command<string, NotePayout>, { facts }: Known): void => {
  requirePayee(facts, data.payee);
};

const checkFresh = ({ data }: Command<string, PayoutStep>, { payouts }: Known): void => {
  if (!payouts.isStale(data.payout)) return;
  const message = 'Facts that change its amounts arrived after the draft; draft a new payout.';
  refuse('PayoutStale', message, { payout: data.payout });
};

const refuseOtherRoles = ({ role }: Command, approval: Approval): void => {
  if (isApprover(role, approval)) return;
  const named = approval.roles ?? ['approver'];
  const message = `The policy asks for ${named.join(' or ')}; this login is ${role ?? 'of no role'}.`;
  refuse('ApproverRoleNeeded', message, { roles: named });
};

const checkApproval = (command: Command<string, ApprovePayout>, known: Known): void => {
  checkFresh(command, known);
  const { payout: id } = command.data;
  if (known.payouts.payeesOf(id).some((payee) => isHimself(command, payee))) {
    refuse('MakerCannotCheck', 'Nobody approves a payout that pays himself.');
  }
  if (known.payouts.makersOf(id).some((user) => isHimself(command, user))) {
    refuse('MakerCannotCheck', 'Who drafted a payout or brought in its facts cannot approve it.');
  }
  refuseOtherRoles(command, known.payouts.approvalOf(id));
  const open = known.payouts.unnotedOf(id);
  if (open.length === 0) return;
  const message = `Unusual, and without a note (note-payout): ${open.slice(0, 5).join('; ')}${open.length > 5 ? '; ...' : ''}.`;
  refuse('PayoutNeedsNotes', message, { flags: open });
};

// What was paid stays paid, whatever facts arrive; a stale approval has freed its amounts already.
const checkReversal = (command: Command<string, ReversePayout>, known: Known): void =>
  checkFresh(command, known);

/** What can be done about payouts, by the name of the command. */
export const payoutHandlers: Readonly<Record<string, CommandHandler>> = {
  'draft-payout': handler(DraftPayout, {
    stream: ({ id }) => `payout-${id}`,
    decider: payout,
    check: checkDraft,
  }),
  'submit-payout': handler(SubmitPayout, { stream: ofPayout, decider: payout, check: checkFresh }),
  'note-payout': handler(NotePayout, { stream: ofPayout, decider: payout, check: checkNote }),
  'approve-payout': handler(ApprovePayout, {
    stream: ofPayout,
    decider: payout,
    check: checkApproval,
    commits: ({ data }, { payouts }) => ({ approvers: payouts.approvalOf(data.payout).approvers }),
  }),
  'reject-payout': handler(RejectPayout, { stream: ofPayout, decider: payout }),
  'confirm-payout': handler(ConfirmPayout, {
    stream: ofPayout,
    decider: payout,
    check: checkFresh,
  }),
  'reverse-payout': handler(ReversePayout, {
    stream: ofPayout,
    decider: payout,
    check: checkReversal,
  }),
};
