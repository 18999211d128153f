import type { Pool } from 'pg';
import type { EventStore, Follower } from '#event-store';
import { CalculationFollower, FactsFollower } from '#statements';
import { payoutsIn } from './payouts.js';

/** Every follower, in the order of flow: facts become rows, then what they touch is calculated. */
export const followersOf = (store: EventStore, pool: Pool): readonly Follower[] => {
  const facts = new FactsFollower(store);
  const calculation = new CalculationFollower(pool, {
    bookAt: (position) => facts.bookAt(position),
    payoutsIn,
  });
  return [facts, calculation];
};
