import { Exact, type Approval } from '#kernel';
import type { ApprovalRule } from '#periods';

/** A sum of a payout in one of its currencies, as decimal text. */
export interface Sum {
  readonly currency: string;
  readonly amount: string;
}

const ANYBODY_ELSE: Approval = { approvers: 1 };

/**
 * What a payout needs to be approved: of the policy's rules those that one of its sums is above,
 * and of these the one with the highest `above`. Without any, one approver. A rule names no
 * currency: each sum is held against it by its number.
 */
export const approvalNeeded = (rules: readonly ApprovalRule[], sums: readonly Sum[]): Approval => {
  let found: ApprovalRule | undefined;
  for (const rule of rules) {
    const above = Exact.from(rule.above);
    const isMet = sums.some(({ amount }) => above.lessThan(Exact.from(amount)));
    if (isMet && (!found || Exact.from(found.above).lessThan(above))) found = rule;
  }
  if (!found) return ANYBODY_ELSE;
  const { approvers, roles, notes } = found;
  return { approvers, ...(roles && { roles }), ...(notes && { notes }) };
};

/**
 * Whether a login of a role may approve: of the roles that the policy names or, where it names
 * none, an approver. Whoever works straight on the database has no role, and none that is named.
 */
export const isApprover = (role: string | undefined, { roles }: Approval): boolean =>
  role === undefined ? roles === undefined : (roles ?? ['approver']).includes(role);
