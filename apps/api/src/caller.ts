import type { Request } from 'express';
import type { Role } from '#access';

export { ROLES, type Role } from '#access';

/**
 * Whose things a role reaches by a route: everybody's, his own and those of whom he manages (as the reporting line
 * stands), or only his own. What is out of reach is answered as if it did not exist.
 */
export type Reach = 'all' | 'below' | 'own';

/** Who sends a request: a user in a role, and the payee he is, if he is one. */
export interface Caller {
  readonly user: string;
  readonly role: Role;
  readonly payee?: string;
  /** The API key that was sent instead of a token: it acts for the user who made it, upon its scopes alone. */
  readonly key?: CalledKey;
}

/** An API key as far as a request is concerned. */
export interface CalledKey {
  readonly id: string;
  readonly scopes: readonly string[];
}

/** What tells one login from another, where requests are counted, repeated or waited for. */
export const loginOf = ({ user, role, key }: Caller): string =>
  [user, role, ...(key ? [key.id] : [])].join('\n');

/** A request whose sender is known. */
export interface CalledRequest extends Request {
  caller?: Caller;
  /** Whose things the caller reaches by this route. */
  reach?: Reach;
  id: string;
}
