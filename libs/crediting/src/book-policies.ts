import type { FiscalCalendar, Rounding } from '#kernel';
import type { ApprovalRule, DisputePolicy, SetPolicy } from '#periods';
import type { Fact } from './fact.js';

/** How the company rounds and converts, and who approves what it pays. */
export interface Policy {
  readonly rounding: Rounding;
  readonly measure: 'booking-date' | 'period-average' | 'plan';
  readonly pay: 'earned' | 'plan';
  /** None: one approver, whatever the total. */
  readonly approvals: readonly ApprovalRule[];
  readonly disputes: DisputePolicy;
}

interface DatedPolicy {
  readonly from: number;
  readonly policy: SetPolicy;
}

/** Policies in the order in which they outrank each other, the weakest first. */
export const foldPolicies = (
  facts: readonly Fact[],
  calendar: FiscalCalendar,
  firstOpen: (position: number) => number | null,
): readonly DatedPolicy[] =>
  facts
    .map((fact) => {
      const policy = fact.data as SetPolicy;
      const from = policy.from
        ? calendar.period(policy.from).first
        : (firstOpen(fact.position) ?? -Infinity);
      return { from, policy };
    })
    .sort((a, b) => (a.from === b.from ? 0 : a.from - b.from));

/** The policy for what begins in a fiscal month: for each field that with the latest `from`. */
export const policyFor = (policies: readonly DatedPolicy[], month: number): Policy => {
  const found: { -readonly [K in keyof Policy]: Policy[K] } = {
    rounding: 'half-up',
    measure: 'booking-date',
    pay: 'earned',
    approvals: [],
    disputes: { days: 14 },
  };
  for (const { from, policy } of policies) {
    if (from > month) break;
    if (policy.rounding) found.rounding = policy.rounding;
    if (policy.fx?.measure) found.measure = policy.fx.measure;
    if (policy.fx?.pay) found.pay = policy.fx.pay;
    if (policy.approvals) found.approvals = policy.approvals;
    if (policy.disputes) found.disputes = policy.disputes;
  }
  return found;
};

/** The attributes of payees that any policy ever marked as personal. */
export const personalIn = (facts: readonly Fact[]): readonly string[] => {
  const policies = facts.map(({ data }) => data as SetPolicy);
  return [...new Set(policies.flatMap(({ personalAttributes = [] }) => personalAttributes))];
};
