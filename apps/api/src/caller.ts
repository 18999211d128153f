import type { Request } from 'express';

/** What a login may be; a user may have several logins, and stays one person. */
export const ROLES = [
  'rep',
  'manager',
  'comp-admin',
  'approver',
  'auditor',
  'integration',
] as const;
export type Role = (typeof ROLES)[number];

/** Whether a word names a role. */
export const isRole = (word: unknown): word is Role => ROLES.some((role) => role === word);

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
}

/** A request whose access token was verified. */
export interface CalledRequest extends Request {
  caller?: Caller;
  /** Whose things the caller reaches by this route. */
  reach?: Reach;
  id: string;
}
