import { handler, requirePayee, type Command, type CommandHandler, type Known } from '#kernel';
import { CreateKey, GrantRole, RevokeKey, RevokeRole } from './access.commands.js';
import { key } from './key.js';
import { userRoles } from './role.js';

const checkGranted = ({ data }: Command<string, GrantRole>, { facts }: Known): void => {
  if (data.payee !== undefined) requirePayee(facts, data.payee);
};

/** What can be said about who may do what, by the name of the command. */
export const accessHandlers: Readonly<Record<string, CommandHandler>> = {
  'grant-role': handler(GrantRole, {
    stream: ({ user }) => `role-${user}`,
    decider: userRoles,
    check: checkGranted,
  }),
  'revoke-role': handler(RevokeRole, { stream: ({ user }) => `role-${user}`, decider: userRoles }),
  'create-key': handler(CreateKey, { stream: ({ id }) => `key-${id}`, decider: key }),
  'revoke-key': handler(RevokeKey, { stream: (data) => `key-${data.key}`, decider: key }),
};
