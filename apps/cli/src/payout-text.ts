import type { PayoutReview } from '../../worker/src/payout-review.js';
import { section } from './statement-text.js';

const beginning = ({
  payout,
  status,
  through,
  position,
  root,
  lastRun,
  approval,
}: PayoutReview): string[] => {
  const given = approval.given.map(({ by }) => by).join(', ');
  const roles = approval.roles ? `, as ${approval.roles.join(' or ')}` : '';
  const counted = approval.countedWith?.join(', ');
  return [
    `Payout ${payout}, ${status}, through ${through}, at position ${position}\nroot ${root}\n`,
    `${approval.given.length} of ${approval.approvers} approvals${roles}${given ? `: ${given}` : ''}\n`,
    counted === undefined ? '' : `Counted together with ${counted}, drafted before.\n`,
    lastRun === undefined ? 'There was no run before.\n' : `Beside the last run, ${lastRun}:\n`,
  ];
};

const beside = (last: string, difference: string): string[] => [
  'before',
  last,
  'difference',
  difference,
];

/** A payout run as an approver reads it. */
export const reviewText = (review: PayoutReview): string => {
  const { totals, payees, flags, holds } = review;
  return [
    ...beginning(review),
    section(
      'Control totals',
      totals.map(({ currency, amount, payees: count, last, lastPayees, difference }) => [
        `${amount} ${currency}`,
        `${count} payees`,
        'before',
        last,
        `${lastPayees} payees`,
        'difference',
        difference,
      ]),
    ),
    section(
      'Payees',
      payees.flatMap(({ payee, name, amounts }) =>
        amounts.map(({ currency, amount, last, difference }) => [
          payee,
          name,
          `${amount} ${currency}`,
          ...beside(last, difference),
        ]),
      ),
    ),
    section(
      'Components',
      payees.flatMap(({ payee, components }) =>
        components.map(({ component, currency, amount, last, difference }) => [
          payee,
          component,
          `${amount} ${currency}`,
          ...beside(last, difference),
        ]),
      ),
    ),
    section(
      'Unusual',
      flags.map(({ payee, flag, says, notes, needsNote }) => [
        payee,
        flag,
        says,
        needsNote ? 'NEEDS A NOTE' : notes.map(({ by, note }) => `${by}: ${note}`).join('; '),
      ]),
    ),
    section(
      'Held',
      holds.map(({ payee, reason, pay }) => [
        payee,
        pay === undefined ? '' : `pays at most ${pay}`,
        reason,
      ]),
    ),
  ].join('');
};
