import type { ClientBase, Pool } from 'pg';
import type { Ledger } from '#ledger';

/** Notes who said something that a payee's pay rests on. */
export const noteMakers = async (
  client: ClientBase,
  makers: readonly (readonly [payee: string, maker: string])[],
): Promise<void> => {
  if (makers.length === 0) return;
  await client.query({
    name: 'note_makers',
    text: `insert into maker (payee, maker) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    values: [makers.map(([payee]) => payee), makers.map(([, maker]) => maker)],
  });
};

/** Everybody who said something that the pay of some payees rests on. */
export const makersOf = async (
  client: ClientBase | Pool,
  payees: readonly string[],
): Promise<string[]> => {
  const { rows } = await client.query<[string]>({
    name: 'makers_of',
    text: 'select distinct maker from maker where payee = any($1) order by maker',
    values: [payees],
    rowMode: 'array',
  });
  return rows.map(([maker]) => maker);
};

/** Notes drafts that are to be compared with what is calculated. */
export const noteDrafts = async (client: ClientBase, payouts: readonly string[]): Promise<void> => {
  if (payouts.length === 0) return;
  await client.query(
    'insert into unchecked_payout select unnest($1::text[]) on conflict do nothing',
    [payouts],
  );
};

/** Takes the drafts that are to be compared. */
export const takeDrafts = async (client: ClientBase): Promise<string[]> => {
  const { rows } = await client.query<{ payout: string }>(
    'delete from unchecked_payout returning payout',
  );
  return rows.map(({ payout }) => payout);
};

/** The payouts whose amounts later facts had changed by a position of the log. */
export const stalePayouts = async (
  client: ClientBase | Pool,
  position?: bigint,
): Promise<Set<string>> => {
  const { rows } = await client.query<[string]>({
    name: 'stale_payouts',
    text: 'select payout from stale_payout where position <= $1',
    values: [position ?? '9223372036854775807'],
    rowMode: 'array',
  });
  return new Set(rows.map(([payout]) => payout));
};

/** Notes, for good, that later facts have changed a payout's amounts. */
export const markStalePayouts = async (
  client: ClientBase,
  payouts: readonly string[],
  position: bigint,
): Promise<void> => {
  if (payouts.length === 0) return;
  await client.query(
    'insert into stale_payout (payout, position) select unnest($1::text[]), $2 on conflict do nothing',
    [payouts, position],
  );
};

/** All that is payable through a fiscal month by what is stored, whatever payout it is in, as if in that month. */
export const payableThrough = async (
  client: ClientBase | Pool,
  through: number,
  payees: readonly string[] | undefined,
): Promise<Pick<Ledger, 'through' | 'payable'>> => {
  const { rows } = await client.query<[string, string, string]>({
    name: 'payable_through',
    text: `select p.payee, e.value->>0, sum((e.value->>1)::numeric)::text
      from payee_month p cross join lateral json_array_elements(p.body->'payable') as e(value)
      where p.month <= $1 and ($2::text[] is null or p.payee = any($2))
      group by 1, 2 having sum((e.value->>1)::numeric) <> 0 order by 1, 2`,
    values: [through, payees ?? null],
    rowMode: 'array',
  });
  const payable = rows.map(([payee, currency, amount]) => ({
    payee,
    month: through,
    currency,
    amount: BigInt(amount),
  }));
  return { through, payable };
};
