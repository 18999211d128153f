import { formatUnits, minorUnits } from '#kernel';
import type { Difference } from '../../worker/src/simulation.js';

/** What a payee earns by a component before and after, as it is answered. */
export const differenceView = ({
  payee,
  component,
  currency,
  before,
  after,
}: Difference): object => {
  const money = (amount: bigint): object => ({
    amount: formatUnits(amount, minorUnits(currency)),
    currency,
  });
  return {
    payee,
    component,
    before: money(before),
    after: money(after),
    difference: money(after - before),
  };
};
