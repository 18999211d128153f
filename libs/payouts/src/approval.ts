import { Exact, type Approval } from '#kernel';
import { keepsAmounts, sumsOf, type Payout } from '#ledger';
import type { ApprovalRule } from '#periods';

/** A sum of a payout in one of its currencies, as decimal text. */
export interface Sum {
  readonly currency: string;
  readonly amount: string;
}

type Sums = ReadonlyMap<string, Exact>;

const plus = (sums: Sums, others: readonly Sum[]): Sums => {
  const found = new Map(sums);
  for (const { currency, amount } of others)
    found.set(currency, (found.get(currency) ?? Exact.ZERO).plus(Exact.from(amount)));
  return found;
};

const NOTHING: Sums = new Map();

const isAbove = (sums: Sums, { above }: ApprovalRule): boolean =>
  [...sums.values()].some((sum) => Exact.from(above).lessThan(sum));

const isGiven = ({ status }: Pick<Payout, 'status'>): boolean =>
  status === 'approved' || status === 'paid';

interface Counted {
  readonly sums: Sums;
  readonly payouts: readonly string[];
}

// What was drafted before counts too, or a run would be split to stay below; up to the last one that was approved as
// the rule asks, since who approved that saw what had come together by then.
const countedBefore = (rule: ApprovalRule, before: readonly Payout[]): Counted =>
  before.reduce<Counted>(
    ({ sums, payouts }, payout) => {
      const all = plus(sums, sumsOf(payout));
      return isGiven(payout) && isAbove(all, rule)
        ? { sums: NOTHING, payouts: [] }
        : { sums: all, payouts: [...payouts, payout.id] };
    },
    { sums: NOTHING, payouts: [] },
  );

const ANYBODY_ELSE: Approval = { approvers: 1 };

/**
 * What a payout needs to be approved: of the policy's rules those that one of its sums is above,
 * and of these the one with the highest `above`. Without any, one approver. A rule names no
 * currency: each sum is held against it by its number. To its sums are added those of the payouts
 * drafted before it through the same fiscal month that keep their amounts, from the last one on
 * that was approved as the rule asks. `payouts` stand in the order of their drafts.
 */
export const approvalNeeded = (
  rules: readonly ApprovalRule[],
  payouts: readonly Payout[],
  id: string,
): Approval => {
  const at = payouts.findIndex((payout) => payout.id === id);
  const payout = payouts[at];
  if (!payout) return ANYBODY_ELSE;
  const before = payouts
    .slice(0, at)
    .filter((one) => one.through === payout.through && keepsAmounts(one));
  const strictest = [...rules].sort((a, b) =>
    Exact.from(a.above).lessThan(Exact.from(b.above)) ? 1 : -1,
  );
  for (const rule of strictest) {
    const counted = countedBefore(rule, before);
    if (!isAbove(plus(counted.sums, sumsOf(payout)), rule)) continue;
    const { approvers, roles, notes } = rule;
    return {
      approvers,
      ...(roles && { roles }),
      ...(notes && { notes }),
      ...(counted.payouts.length > 0 && { countedWith: counted.payouts }),
    };
  }
  return ANYBODY_ELSE;
};

/**
 * Whether a login of a role may approve: of the roles that the policy names or, where it names
 * none, an approver. Whoever works straight on the database has no role, and none that is named.
 */
export const isApprover = (role: string | undefined, { roles }: Approval): boolean =>
  role === undefined ? roles === undefined : (roles ?? ['approver']).includes(role);
