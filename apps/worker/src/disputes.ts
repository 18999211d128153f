import type { EventStore } from '#event-store';
import type { Command } from '#kernel';
import { causedBy, handlerOf } from '#scenarios';
import type { KnownAt, LedgerQueries, PayeeMonth } from '#statements';
import type { OpenCompany } from './company.js';
import { Simulation } from './simulation.js';
import type { Difference } from './simulation-summary.js';

type Step = readonly [type: string, data: object];

const stepOf = (remedy: object | undefined): Step | undefined =>
  Object.entries(remedy ?? {})[0] as Step | undefined;

const payeeOf = ([, data]: Step): string => (data as { payee: string }).payee;

/**
 * What a remedy would change, by payee and component, in the plan's currency: earnings and
 * adjustments of all months. Nothing is recorded. Throws the `Refusal` of a remedy that no rule allows.
 */
export const previewRemedy = async (
  company: OpenCompany,
  remedy: object,
  by: string,
): Promise<readonly Difference[]> => {
  const recorded = new Date(0).toISOString();
  const decision = { type: 'resolve-dispute', data: { remedy }, recorded, by };
  const { type, data } = causedBy(decision) as Command;
  const simulation = await Simulation.open(company);
  await simulation.add({ type, data, by, source: 'remedy' });
  return (await simulation.outcome()).differences;
};

type Sums = Map<string, { readonly component: string; readonly currency: string; amount: bigint }>;

const summed = async (payees: AsyncIterable<PayeeMonth[]>): Promise<Sums> => {
  const sums: Sums = new Map();
  for await (const months of payees) {
    for (const { component, currency, amount } of months.flatMap((month) => [
      ...month.earnings,
      ...month.adjustments,
    ])) {
      const key = `${component}\n${currency}`;
      const known = sums.get(key);
      if (known) known.amount += amount;
      else sums.set(key, { component, currency, amount });
    }
  }
  return sums;
};

/** Where the effect of a remedy is read: the running company. */
interface EffectSources {
  readonly store: EventStore;
  readonly ledger: LedgerQueries;
  catchUp(): Promise<bigint>;
  knownAt(position: bigint): Promise<KnownAt>;
}

/**
 * What the remedy of a resolved dispute changed for the payee whom it names: the difference between
 * what was known just before it was recorded and just after. The same for ever.
 */
export const effectOf = async (
  from: EffectSources,
  remedy: object | undefined,
): Promise<readonly Difference[]> => {
  const step = stepOf(remedy);
  if (!step) return [];
  const [first] = await from.store.read(handlerOf(step[0]).stream(step[1]));
  if (!first) return [];
  await from.catchUp();
  const payee = payeeOf(step);
  const at = async (position: bigint): Promise<Sums> =>
    summed(from.ledger.calculated({ payees: [payee] }, await from.knownAt(position)));
  const [before, after] = [await at(first.position - 1n), await at(first.position)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const { component, currency } = (after.get(key) ?? before.get(key)) as {
      component: string;
      currency: string;
    };
    const [was, is] = [before.get(key)?.amount ?? 0n, after.get(key)?.amount ?? 0n];
    return was === is ? [] : [{ payee, component, currency, before: was, after: is }];
  });
};
