import type { Database } from '#event-store';

interface Row {
  readonly payee: string;
  readonly key: Buffer | null;
  readonly attributes: readonly string[] | null;
  readonly forgotten_at: string | null;
}

// Who is forgotten here is forgotten there; a key that was destroyed there does not come back.
const TAKE = `
  insert into payee_key (payee, key, attributes, forgotten_at) values ($1, $2, $3, $4)
  on conflict (payee) do update
    set key = null, attributes = excluded.attributes, forgotten_at = excluded.forgotten_at
    where excluded.key is null and payee_key.key is not null`;

/** Takes the keys of payees, and that some were destroyed, along to another home of the same log; gives how many. */
export const copyKeys = async (from: Database, to: Database): Promise<number> => {
  const { rows } = await from.pool.query<Row>(
    'select payee, key, attributes, forgotten_at::text from payee_key order by payee',
  );
  for (const { payee, key, attributes, forgotten_at } of rows)
    await to.pool.query(TAKE, [payee, key, attributes, forgotten_at]);
  return rows.length;
};
