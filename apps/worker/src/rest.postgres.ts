import type { Pool } from 'pg';
import { inTransaction, type Followers } from '#event-store';
import { CALCULATION, FACTS } from '#statements';

/**
 * Does something while the rows are at rest: they show all that was recorded up to a position, which is what the work
 * is told, and nothing later. What is recorded meanwhile becomes rows afterwards.
 */
export const atRest = async <T>(
  followers: Followers,
  pool: Pool,
  work: (position: bigint) => Promise<T>,
): Promise<T> => {
  await followers.catchUp();
  return inTransaction(pool, async (client) => {
    // No fact becomes a row while somebody shares this lock; what facts have touched is calculated under it.
    const { rows } = await client.query<{ position: string }>(
      'select position from checkpoint where follower = $1 for share',
      [FACTS],
    );
    const position = BigInt(rows[0]?.position ?? 0);
    await followers.followers
      .find(({ name }) => name === CALCULATION)
      ?.handle([], client, position);
    return work(position);
  });
};
