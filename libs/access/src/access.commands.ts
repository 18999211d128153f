import { IsDay, IsId, IsListOf, IsOneOf, IsText, kinds } from '#kernel';
import { KEY_ROLES, ROLES, type KeyRole, type Role } from './roles.js';

const optional = { optional: true };

/** `grant-role`: what a user may do from now on, and the payee who he is, if he is one. */
export class GrantRole {
  @IsId() readonly user!: string;
  @IsOneOf(ROLES) readonly role!: Role;
  @IsId(optional) readonly payee?: string;
}

/** `revoke-role`: a user may not act in a role any more. */
export class RevokeRole {
  @IsId() readonly user!: string;
  @IsOneOf(ROLES) readonly role!: Role;
}

/** `create-key`: a key for another system, which acts in a role and only upon the nouns in `scopes`. */
export class CreateKey {
  @IsId() readonly id!: string;
  @IsOneOf(KEY_ROLES) readonly role!: KeyRole;
  @IsListOf(kinds.id, { distinct: true }) readonly scopes!: readonly string[];
  /** The first day, in UTC, on which it is no longer valid. */
  @IsDay() readonly expiresOn!: string;
  @IsText(optional) readonly note?: string;
}

/** `revoke-key`: a key is no longer valid, for good. */
export class RevokeKey {
  @IsId() readonly key!: string;
  @IsText(optional) readonly reason?: string;
}
