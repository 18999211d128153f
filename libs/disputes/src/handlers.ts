import {
  dayOf,
  formatDay,
  handler,
  refuseUnknown,
  requirePayee,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import {
  AssignDispute,
  AttachEvidence,
  CommentDispute,
  EscalateDispute,
  OpenDispute,
  ResolveDispute,
  WithdrawDispute,
} from './dispute.commands.js';
import { dispute, type Task } from './dispute.js';
import { AcknowledgeStatement, IssueStatement } from './issued-statement.commands.js';
import { issuedStatements } from './issued-statement.js';

const ofDispute = (data: { readonly dispute: string }): string => `dispute-${data.dispute}`;

const checkOpened = ({ data }: Command<string, OpenDispute>, { facts }: Known): void => {
  requirePayee(facts, data.payee);
  // The deal may be one that was never recorded: that is what many disputes are about.
  const { component } = data.about;
  if (component === undefined) return;
  const versions = facts.planIds.flatMap((id) => facts.planVersions(id));
  const ids = new Set(versions.flatMap(({ plan }) => plan.components.map(({ id }) => id)));
  if (!ids.has(component)) refuseUnknown('ComponentNotFound', 'component', component, ids);
};

// Nobody's dispute becomes his own task.
const taskOf = ({ data, recorded }: Command<string, OpenDispute>, { facts }: Known): Task => {
  const opened = dayOf(recorded.slice(0, 10));
  const { days, to, escalateTo } = facts.policy(facts.calendar.monthOf(opened)).disputes;
  const isAnother = (name: string | undefined): boolean =>
    name !== undefined && !facts.isSamePerson(name, data.payee);
  return {
    due: formatDay(opened + days),
    ...(isAnother(to) && { to: to as string }),
    ...(isAnother(escalateTo) && { escalateTo: escalateTo as string }),
  };
};

const ofPayee = (data: { readonly payee: string }): string => `statement-${data.payee}`;

const checkPayee = ({ data }: Command<string, IssueStatement>, { facts }: Known): void => {
  requirePayee(facts, data.payee);
};

/** What can be said about disputes, and about the statements that they talk about, by the name of the command. */
export const disputeHandlers: Readonly<Record<string, CommandHandler>> = {
  'open-dispute': handler(OpenDispute, {
    stream: ({ id }) => `dispute-${id}`,
    decider: dispute,
    check: checkOpened,
    commits: taskOf,
  }),
  'assign-dispute': handler(AssignDispute, { stream: ofDispute, decider: dispute }),
  'comment-dispute': handler(CommentDispute, { stream: ofDispute, decider: dispute }),
  'attach-evidence': handler(AttachEvidence, { stream: ofDispute, decider: dispute }),
  'escalate-dispute': handler(EscalateDispute, { stream: ofDispute, decider: dispute }),
  'resolve-dispute': handler(ResolveDispute, { stream: ofDispute, decider: dispute }),
  'withdraw-dispute': handler(WithdrawDispute, { stream: ofDispute, decider: dispute }),
  'issue-statement': handler(IssueStatement, {
    stream: ofPayee,
    decider: issuedStatements,
    check: checkPayee,
  }),
  'acknowledge-statement': handler(AcknowledgeStatement, {
    stream: ofPayee,
    decider: issuedStatements,
  }),
};
