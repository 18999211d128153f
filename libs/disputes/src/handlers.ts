import {
  handler,
  refuseUnknown,
  requirePayee,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import {
  AssignDispute,
  CommentDispute,
  OpenDispute,
  ResolveDispute,
  WithdrawDispute,
} from './dispute.commands.js';
import { dispute } from './dispute.js';

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

/** What can be said about disputes, by the name of the command. */
export const disputeHandlers: Readonly<Record<string, CommandHandler>> = {
  'open-dispute': handler(OpenDispute, {
    stream: ({ id }) => `dispute-${id}`,
    decider: dispute,
    check: checkOpened,
  }),
  'assign-dispute': handler(AssignDispute, { stream: ofDispute, decider: dispute }),
  'comment-dispute': handler(CommentDispute, { stream: ofDispute, decider: dispute }),
  'resolve-dispute': handler(ResolveDispute, { stream: ofDispute, decider: dispute }),
  'withdraw-dispute': handler(WithdrawDispute, { stream: ofDispute, decider: dispute }),
};
