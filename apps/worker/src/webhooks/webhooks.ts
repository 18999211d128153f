import type { Pool } from 'pg';
import { Followers, type EventStore } from '#event-store';
import { NoticesFollower } from './notices.follower.js';
import { Sender } from './sender.js';
import { WebhookRows } from './webhooks.postgres.js';

/** Tells receivers about statements, payouts and disputes, until the signal is raised. */
export const runWebhooks = async (
  store: EventStore,
  pool: Pool,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> => {
  const rows = new WebhookRows(pool);
  // Apart from the rows' followers: what is made again from zero is not told again.
  const followers = new Followers(store, pool, [new NoticesFollower(store, rows)]);
  await Promise.all([followers.run(signal, failed), new Sender(rows).run(signal, failed)]);
};
