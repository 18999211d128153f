import {
  checkPredicate,
  handler,
  refuse,
  refuseUnknown,
  requirePayee,
  type Command,
  type CommandHandler,
  type Known,
  type KnownFacts,
} from '#kernel';
import { account } from './account.js';
import {
  AssignTerritory,
  DefineTerritory,
  MoveAccount,
  RegisterAccount,
} from './territory.commands.js';
import { territory } from './territory.js';

const requireTerritory = (facts: KnownFacts, id: string): void => {
  if (facts.territory(id)) return;
  const ids = facts.territories.map((known) => known.id);
  refuseUnknown('TerritoryNotFound', 'territory', id, ids);
};

const checkDefined = ({ data }: Command<string, DefineTerritory>, { facts }: Known): void => {
  // Only territories that exist can be parents, so that the tree cannot have a circle.
  if (data.parent !== undefined) requireTerritory(facts, data.parent);
  const fault = data.rule === undefined ? undefined : checkPredicate(data.rule, 'account');
  if (fault) refuse('PredicateInvalid', `The rule of the territory is not valid: ${fault}`);
};

const checkAssigned = ({ data }: Command<string, AssignTerritory>, { facts }: Known): void => {
  requirePayee(facts, data.payee);
};

const checkMoved = ({ data }: Command<string, MoveAccount>, { facts }: Known): void =>
  requireTerritory(facts, data.to);

/** What can be said about accounts and territories, by the name of the command. */
export const territoryHandlers: Readonly<Record<string, CommandHandler>> = {
  'register-account': handler(RegisterAccount, {
    stream: ({ id }) => `account-${id}`,
    decider: account,
  }),
  'define-territory': handler(DefineTerritory, {
    stream: ({ id }) => `territory-${id}`,
    decider: territory,
    check: checkDefined,
  }),
  'assign-territory': handler(AssignTerritory, {
    stream: (data) => `territory-${data.territory}`,
    decider: territory,
    check: checkAssigned,
  }),
  'move-account': handler(MoveAccount, {
    stream: (data) => `account-${data.account}`,
    decider: account,
    check: checkMoved,
  }),
};
