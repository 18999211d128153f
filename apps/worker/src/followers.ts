import type { Pool } from 'pg';
import type { EventStore, Follower } from '#event-store';
import { CalculationFollower, FactsFollower } from '#statements';
import type { Helpers } from './helpers.js';
import { payoutsIn } from './payouts.js';

/**
 * Every follower, in the order of flow: facts become rows, then what they touch is calculated, with
 * the help of others where there is much of it.
 */
export const followersOf = (store: EventStore, pool: Pool, help?: Helpers): readonly Follower[] => {
  const facts = new FactsFollower(store);
  const calculation = new CalculationFollower(pool, {
    bookAt: (position) => facts.bookAt(position),
    payoutsIn,
    ...(help && { help }),
  });
  return [facts, calculation];
};
