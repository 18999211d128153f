import { refuse, replacing, type Decider, type DomainCommand, type EventOf } from '#kernel';
import type { PublishPlan } from './plan.commands.js';
import { planFaults } from './plan-faults.js';

type State = ReadonlyMap<string, PublishPlan> | undefined;

const versions = replacing<PublishPlan>('PlanPublished', ({ from }) => from);

/** The rule of publication: every fault is listed, and all versions are in one currency. */
export const plan: Decider<
  DomainCommand & { readonly data: PublishPlan },
  EventOf<PublishPlan>,
  State
> = {
  initial: undefined,
  decide(command, state) {
    const events = versions.decide(command, state as Map<string, PublishPlan> | undefined);
    if (events.length === 0) return events;
    const faults = [...planFaults(command.data)];
    const [other] = state?.values() ?? [];
    if (other && other.currency !== command.data.currency) {
      const message = `found ${command.data.currency}; the other versions are in ${other.currency}`;
      faults.push({ path: 'currency', code: 'contradiction', message });
    }
    if (faults.length === 0) return events;
    const list = faults.map(({ path, message }) => `${path}: ${message}`).join('\n');
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    return refuse('PlanFaulty', `The plan "${command.data.id}" has ${count}:\n${list}`, {
      errors: faults,
    });
  },
  evolve: (state, event) => versions.evolve(state as Map<string, PublishPlan> | undefined, event),
};
