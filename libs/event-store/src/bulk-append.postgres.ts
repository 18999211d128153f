import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { ANY, NONE, retried, type Encoded } from './encode.js';
import { isDuplicate } from './errors.postgres.js';
import { Conflict, type RecordedEvent } from './event-store.js';

export const LOG_LOCK = 7304115;

const CHUNK = 256 * 1024;
const COPY =
  'copy event (position, revision, id, schema_version, stream, type, data, meta) from stdin';

type Read = (streams: readonly string[]) => Promise<ReadonlyMap<string, readonly RecordedEvent[]>>;

/**
 * Records a batch with COPY in one transaction, all of it or nothing. Holds the log's lock meanwhile: some ten
 * thousand events at a time are plenty. Throws `Conflict` with every stream that is not as expected.
 */
export const appendInBulk = async (
  pool: Pool,
  batch: readonly Encoded[],
  read: Read,
): Promise<bigint> => {
  const client = await pool.connect();
  let failed: unknown;
  try {
    await client.query('begin');
    const position = await copyUnderLock(client, batch);
    await client.query("select pg_notify('everycent_log', '')");
    await client.query('commit');
    return position;
  } catch (error) {
    failed = error;
    await client.query('rollback').catch(() => undefined);
    if (!(error instanceof Conflict) && !isDuplicate(error)) throw error;
  } finally {
    // A connection that failed in an unknown way is not used again.
    client.release(failed !== undefined && !(failed instanceof Conflict) && !isDuplicate(failed));
  }
  return retryWithoutRecorded(pool, batch, read);
};

const copyUnderLock = async (client: PoolClient, batch: readonly Encoded[]): Promise<bigint> => {
  await client.query('select pg_advisory_xact_lock($1)', [LOG_LOCK]);
  const head = await client.query<{ head: string }>(
    'select coalesce(max(position), 0) as head from event',
  );
  const streams = new Set<string>();
  const firsts = batch.filter(({ stream }) => !streams.has(stream) && streams.add(stream));
  const before = await revisions(
    client,
    firsts.filter(({ expected }) => expected !== NONE),
  );
  const unexpected = firsts.filter(({ stream, expected }) => {
    const there = before.get(stream);
    return expected === ANY ? there?.holdsFirst : expected !== NONE && there?.revision !== expected;
  });
  if (unexpected.length > 0) throw new Conflict(unexpected.map(({ stream }) => stream));

  let position = BigInt(head.rows[0]?.head ?? 0);
  const copy = client.query(copyFrom(COPY));
  let chunk = '';
  for (const append of batch) {
    // A stream that must not exist is guarded by UNIQUE (stream, revision) alone: no look-up per new deal.
    const revision =
      append.expected === ANY ? (before.get(append.stream)?.revision ?? NONE) : append.expected;
    chunk += rowsOf(append, position, revision);
    position += BigInt(append.ids.length);
    if (chunk.length < CHUNK) continue;
    if (!copy.write(chunk)) await Promise.race([once(copy, 'drain'), finished(copy)]);
    chunk = '';
  }
  copy.end(chunk);
  await finished(copy);
  return position;
};

/** The streams that are not as expected hold retries, which are left out, or conflicts, which are named. */
const retryWithoutRecorded = async (
  pool: Pool,
  batch: readonly Encoded[],
  read: Read,
): Promise<bigint> => {
  const there = await read(batch.map(({ stream }) => stream));
  const conflicts: string[] = [];
  const begun = new Set<string>();
  let position = 0n;
  const fresh = batch.filter((append) => {
    // Where the stream's first append is new, those after it are.
    if (begun.has(append.stream)) return true;
    const events = there.get(append.stream) ?? [];
    const isExpected =
      append.expected === ANY
        ? !events.some(({ id }) => id === append.ids[0])
        : BigInt(events.length) - 1n === append.expected;
    if (isExpected) begun.add(append.stream);
    if (isExpected) return true;
    try {
      const recorded = retried(append, events).position;
      position = recorded > position ? recorded : position;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      conflicts.push(append.stream);
    }
    return false;
  });
  if (conflicts.length > 0) throw new Conflict(conflicts);
  return fresh.length > 0 ? appendInBulk(pool, fresh, read) : position;
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
      batch.map(({ expected, ids }) => (expected === ANY ? ids[0] : null)),
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

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};
const escaped = (text: string): string =>
  NEEDS_ESCAPE.test(text)
    ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string)
    : text;

const rowsOf = (append: Encoded, position: bigint, revision: bigint): string => {
  const { ids, types, schemaVersions, data } = append;
  const stream = escaped(append.stream);
  const meta = escaped(append.meta);
  let rows = '';
  for (let i = 0; i < ids.length; i += 1) {
    const place = BigInt(i + 1);
    rows += `${position + place}\t${revision + place}\t${ids[i]}\t${schemaVersions[i]}\t${stream}\t${escaped(types[i] as string)}\t${escaped(data[i] as string)}\t${meta}\n`;
  }
  return rows;
};
