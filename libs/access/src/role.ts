import { isHimself, refuse, same, type Command, type Decider } from '#kernel';
import type { GrantRole, RevokeRole } from './access.commands.js';
import type { Role } from './roles.js';

/** What happens to a user's roles; all of it in the stream `role-<user>`. */
export type RoleEvent =
  | { readonly type: 'RoleGranted'; readonly data: GrantRole }
  | { readonly type: 'RoleRevoked'; readonly data: RevokeRole };

/** What can be said about a user's roles. */
export type RoleCommand = Command<'grant-role', GrantRole> | Command<'revoke-role', RevokeRole>;

/** The roles that were spoken of: as they were granted last, or nothing where they were revoked. */
export type Roles = ReadonlyMap<Role, GrantRole | undefined>;

const grant = (
  command: Extract<RoleCommand, { type: 'grant-role' }>,
  roles: Roles,
): readonly RoleEvent[] => {
  const { data } = command;
  if (same(roles.get(data.role), data)) return [];
  if ([data.user, data.payee].some((name) => name !== undefined && isHimself(command, name))) {
    return refuse('OwnRole', `Nobody grants a role to himself; "${data.user}" asks somebody else.`);
  }
  return [{ type: 'RoleGranted', data }];
};

// A role that was never granted can be revoked: a token may still claim it.
const revoke = (data: RevokeRole, roles: Roles): readonly RoleEvent[] =>
  roles.has(data.role) && roles.get(data.role) === undefined ? [] : [{ type: 'RoleRevoked', data }];

/** The rules of a user's roles. */
export const userRoles: Decider<RoleCommand, RoleEvent, Roles> = {
  initial: new Map(),

  decide: (command, roles) =>
    command.type === 'grant-role' ? grant(command, roles) : revoke(command.data, roles),

  evolve: (roles, { type, data }) =>
    new Map(roles).set(data.role, type === 'RoleGranted' ? data : undefined),
};
