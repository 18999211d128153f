import {
  handler,
  refuse,
  refusePersonal,
  requirePayee,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import {
  AddPayee,
  ChangePayee,
  ForgetPayee,
  RecordLeave,
  TerminatePayee,
} from './payee.commands.js';
import { payee } from './payee.js';
import { circleOf } from './reporting-line.js';

const ofPayee = (data: { readonly payee: string }): string => `payee-${data.payee}`;

const refuseCircle = (circle: readonly string[]): never =>
  refuse('ReportingLineCycle', `The reporting line would go in a circle: ${circle.join(' > ')}.`);

const checkAdded = ({ data }: Command<string, AddPayee>, { facts }: Known): void => {
  if (data.manager === data.id) refuseCircle([data.id, data.id]);
  if (data.manager !== undefined) requirePayee(facts, data.manager);
};

const checkChanged = ({ data }: Command<string, ChangePayee>, { facts }: Known): void => {
  if (data.manager === undefined) return;
  requirePayee(facts, data.manager);
  const circle = circleOf(facts, data.payee, data.manager, data.on);
  if (circle) refuseCircle(circle);
};

// What a published plan reads of him would be missing, and amounts would change.
const checkForgotten = (_: Command<string, ForgetPayee>, { facts }: Known): void => {
  for (const id of facts.planIds)
    for (const { plan } of facts.planVersions(id))
      refusePersonal(`plan "${id}"`, plan.components, facts.personalAttributes);
};

/** What can be said about payees, by the name of the command. */
export const payeeHandlers: Readonly<Record<string, CommandHandler>> = {
  'add-payee': handler(AddPayee, {
    stream: ({ id }) => `payee-${id}`,
    decider: payee,
    check: checkAdded,
  }),
  'change-payee': handler(ChangePayee, { stream: ofPayee, decider: payee, check: checkChanged }),
  'record-leave': handler(RecordLeave, { stream: ofPayee, decider: payee }),
  'terminate-payee': handler(TerminatePayee, { stream: ofPayee, decider: payee }),
  'forget-payee': handler(ForgetPayee, {
    stream: ofPayee,
    decider: payee,
    check: checkForgotten,
    commits: (_, { facts }) => ({ attributes: facts.personalAttributes }),
  }),
};
