import type { Pool, PoolClient } from 'pg';
import { escaped, escapedJson } from './copy-text.js';
import { CopyIn } from './copy.postgres.js';
import { ANY, encodeBatch, NONE, retried, type Encoded } from './encode.js';
import { isDuplicate } from './errors.postgres.js';
import { Conflict, type Append, type RecordedEvent } from './event-store.js';

export const LOG_LOCK = 7304115;

const COLUMNS = 'position, revision, id, schema_version, stream, type, data, meta';

// Statements after the lock see all that its former holders have committed; all three go to the server together.
const BEGIN = `begin; select pg_advisory_xact_lock(${LOG_LOCK}); select coalesce(max(position), 0) as head from event`;
const COMMIT = "select pg_notify('everycent_log', ''); commit";

type Read = (streams: readonly string[]) => Promise<ReadonlyMap<string, readonly RecordedEvent[]>>;

/**
 * Records a batch with COPY in one transaction, all of it or nothing. Holds the log's lock meanwhile: some ten
 * thousand events at a time are plenty. Throws `Conflict` with every stream that is not as expected.
 */
export const appendInBulk = async (
  pool: Pool,
  batch: readonly Append[],
  read: Read,
): Promise<bigint> => {
  const client = await pool.connect();
  let failed: unknown;
  try {
    const position = await copyUnderLock(client, batch);
    await client.query(COMMIT);
    return position;
  } catch (error) {
    failed = error;
    await client.query('rollback').catch(() => undefined);
    if (!(error instanceof Conflict) && !isDuplicate(error)) throw error;
  } finally {
    // A connection that failed in an unknown way is not used again.
    client.release(failed !== undefined && !(failed instanceof Conflict) && !isDuplicate(failed));
  }
  const fresh = await withoutRecorded(batch, read);
  if (typeof fresh === 'bigint') return fresh;
  // What is in nobody's way cannot be refused as a duplicate a second time.
  if (fresh.length === batch.length && isDuplicate(failed)) throw failed;
  return appendInBulk(pool, fresh, read);
};

const copyUnderLock = async (client: PoolClient, batch: readonly Append[]): Promise<bigint> => {
  const results = (await client.query(BEGIN)) as unknown as { rows: { head: string }[] }[];
  const before = await revisionsBefore(client, batch);
  let position = Number(results[2]?.rows[0]?.head ?? 0);
  const copy = new CopyIn(client, 'event', COLUMNS);
  try {
    // Encoded on the way, so that the server has work from the first rows on.
    for (const append of encodeBatch(batch)) {
      // A stream that must not exist is guarded by UNIQUE (stream, revision) alone: no look-up per new deal.
      const { expected } = append;
      const revision = expected === ANY ? (before.get(append.stream) ?? NONE) : expected;
      copy.add(rowsOf(append, position, Number(revision)));
      position += append.events.length;
      if (copy.isFull) await copy.send();
    }
  } catch (error) {
    await copy.cancel();
    throw error;
  }
  await copy.end();
  return BigInt(position);
};

/** The revisions of the streams that may exist. Throws `Conflict` with those that are not as expected. */
const revisionsBefore = async (
  client: PoolClient,
  batch: readonly Append[],
): Promise<ReadonlyMap<string, bigint>> => {
  if (batch.every(({ expectedRevision }) => expectedRevision === 'none')) return new Map();
  const streams = new Set<string>();
  const firsts = batch
    .filter(({ stream }) => !streams.has(stream) && streams.add(stream))
    .filter(({ expectedRevision }) => expectedRevision !== 'none');
  const asked = [...encodeBatch(firsts)];
  const before = await revisions(client, asked);
  const unexpected = asked.filter(({ stream, expected }) => {
    const there = before.get(stream);
    return expected === ANY ? there?.holdsFirst : there?.revision !== expected;
  });
  if (unexpected.length > 0) throw new Conflict(unexpected.map(({ stream }) => stream));
  return new Map([...before].map(([stream, { revision }]) => [stream, revision]));
};

/**
 * The streams that are not as expected hold retries, which are left out, or conflicts, which are named. Where nothing
 * else is left, gives the position of the last retry.
 */
const withoutRecorded = async (
  batch: readonly Append[],
  read: Read,
): Promise<readonly Append[] | bigint> => {
  const there = await read(batch.map(({ stream }) => stream));
  const conflicts: string[] = [];
  const begun = new Set<string>();
  const fresh: Append[] = [];
  let position = 0n;
  let place = 0;
  for (const append of encodeBatch(batch)) {
    const asked = batch[place++] as Append;
    const events = there.get(append.stream) ?? [];
    const isExpected =
      append.expected === ANY
        ? !events.some(({ id }) => id === append.events[0]?.id)
        : BigInt(events.length) - 1n === append.expected;
    // Where the stream's first append is new, those after it are.
    if (isExpected || begun.has(append.stream)) {
      begun.add(append.stream);
      fresh.push(asked);
      continue;
    }
    try {
      const recorded = retried(append, events).position;
      position = recorded > position ? recorded : position;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      conflicts.push(append.stream);
    }
  }
  if (conflicts.length > 0) throw new Conflict(conflicts);
  return fresh.length > 0 ? fresh : position;
};

interface There {
  readonly revision: bigint;
  /** Whether it holds the append's first event already; asked for appends at any revision. */
  readonly holdsFirst: boolean;
}

const revisions = async (
  client: PoolClient,
  batch: readonly Encoded[],
): Promise<Map<string, There>> => {
  if (batch.length === 0) return new Map();
  const { rows } = await client.query<[string, string, string | null]>({
    name: 'stream_revisions',
    text: `select s.stream, e.revision, (select id from event where stream = s.stream and id = s.first_id limit 1)
      from unnest($1::text[], $2::uuid[]) as s(stream, first_id)
      cross join lateral (select revision from event where stream = s.stream order by revision desc limit 1) e`,
    values: [
      batch.map(({ stream }) => stream),
      batch.map(({ expected, events }) => (expected === ANY ? events[0]?.id : null)),
    ],
    rowMode: 'array',
  });
  return new Map(
    rows.map(([stream, revision, id]) => [
      stream,
      { revision: BigInt(revision), holdsFirst: id !== null },
    ]),
  );
};

const rowsOf = (append: Encoded, position: number, revision: number): string => {
  const stream = escaped(append.stream);
  const meta = escapedJson(append.meta);
  let rows = '';
  let place = 0;
  for (const { id, type, schemaVersion, data } of append.events) {
    place += 1;
    rows += `${position + place}\t${revision + place}\t${id}\t${schemaVersion}\t${stream}\t${escaped(type)}\t${escapedJson(data)}\t${meta}\n`;
  }
  return rows;
};
