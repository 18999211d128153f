/** What a login may be; a user may have several roles, and stays one person. */
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

/** The roles in which a key may act: it brings facts, or it reads; no key decides or approves. */
export const KEY_ROLES = ['integration', 'auditor'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];
