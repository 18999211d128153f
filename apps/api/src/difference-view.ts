import { formatUnits, minorUnits } from '#kernel';
import type { Difference, SimulationSummary } from '../../worker/src/simulation-summary.js';

const changeView = (currency: string, before: bigint, after: bigint): object => {
  const money = (amount: bigint): object => ({
    amount: formatUnits(amount, minorUnits(currency)),
    currency,
  });
  return { before: money(before), after: money(after), difference: money(after - before) };
};

/** What a payee earns by a component before and after, as it is answered. */
export const differenceView = ({
  payee,
  component,
  currency,
  before,
  after,
}: Difference): object => ({ payee, component, ...changeView(currency, before, after) });

/** What a simulation comes to, as it is answered. */
export const summaryView = ({ cost, ...counts }: SimulationSummary): object => ({
  ...counts,
  cost: cost.map(({ currency, before, after }) => changeView(currency, before, after)),
});
