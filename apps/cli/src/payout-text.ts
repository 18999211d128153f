import type { PayoutReview } from '../../worker/src/payout-review.js';
import { section } from './statement-text.js';

/** A payout run as an approver reads it. */
export const reviewText = (review: PayoutReview): string => {
  const { payout, status, through, position, root, lastRun, approval, totals } = review;
  const { payees, flags, holds } = review;
  const given = approval.given.map(({ by }) => by).join(', ');
  const roles = approval.roles ? `, as ${approval.roles.join(' or ')}` : '';
  return [
    `Payout ${payout}, ${status}, through ${through}, at position ${position}\nroot ${root}\n`,
    `${approval.given.length} of ${approval.approvers} approvals${roles}${given ? `: ${given}` : ''}\n`,
    lastRun === undefined ? 'There was no run before.\n' : `Beside the last run, ${lastRun}:\n`,
    section(
      'Control totals',
      totals.map(({ currency, amount, payees: count, last, lastPayees, difference }) => [
        `${amount} ${currency}`,
        `${count} payees`,
        `before ${last}`,
        `${lastPayees} payees`,
        `difference ${difference}`,
      ]),
    ),
    section(
      'Payees',
      payees.flatMap(({ payee, name, amounts }) =>
        amounts.map(({ currency, amount, last, difference }) => [
          payee,
          name,
          `${amount} ${currency}`,
          `before ${last}`,
          `difference ${difference}`,
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
          `before ${last}`,
          `difference ${difference}`,
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
      holds.map(({ payee, reason }) => [payee, reason]),
    ),
  ].join('');
};
