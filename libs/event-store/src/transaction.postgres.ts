import type { Pool, PoolClient } from 'pg';

/**
 * Does something in one transaction: all of it becomes known at once, or, where it throws, nothing. `begin` may say more
 * of the transaction. A connection that cannot even roll back is not used again.
 */
export const inTransaction = async <T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
  begin = 'begin',
): Promise<T> => {
  const tx = await pool.connect();
  let broken: Error | undefined;
  try {
    await tx.query(begin);
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    await tx.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    tx.release(broken);
  }
};
