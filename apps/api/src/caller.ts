import type { Request } from 'express';
import type { Reach } from './routes.js';

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
