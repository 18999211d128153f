import {
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Position,
} from '@eventstore/db-client';
import { AnotherLog } from './blocks.js';
import { Attempts, LEADER, type Connection } from './connection.eventstoredb.js';
import { categoryOf } from './event-store.js';
import { entryOf, type Entry } from './recorded.eventstoredb.js';

/** How many events the server looks at before it says how far it is, whether or not one was wanted. */
const WINDOW = 1000;

/** A part of `$all`: after a place (0n: from the beginning), up to and with another. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
  readonly categories: readonly string[] | undefined;
  readonly pageSize: number;
}

/**
 * The events of a part of `$all`, in pages. The server leaves out its own, and all but some categories where only those
 * are wanted; it sends no faster than pages are taken. A connection that breaks is made again, and nothing comes twice.
 */
export async function* scan(
  connection: Connection,
  { from, to, categories, pageSize }: Range,
): AsyncGenerator<Entry[]> {
  const wanted = categories && new Set(categories);
  // With the stream of the last event among them it is seen when that is reached. A checkpoint may not come: 23.10 gives
  // none at the end of the log, and a node that lags behind gives one too early.
  const prefixes = categories && [...categories, await streamAt(connection, to)];
  let page: Entry[] = [];
  let reached = from;
  const attempts = new Attempts(connection);
  while (reached < to) {
    const subscription = subscribe(connection, reached, prefixes, pageSize);
    const records = subscription[Symbol.asyncIterator]();
    let failure: unknown;
    try {
      while (reached < to) {
        const next = await records.next().catch((error: unknown) => ({ error }));
        if ('error' in next || next.done) {
          failure = 'error' in next ? next.error : new Error('write after end');
          break;
        }
        const { event, commitPosition } = next.value;
        const commit = event?.position.commit ?? commitPosition ?? reached;
        if (commit > reached) attempts.succeeded();
        if (commit > reached) reached = commit;
        const entry = entryOf(event);
        if (!entry || entry.commit > to || (wanted && !wanted.has(categoryOf(entry.stream))))
          continue;
        page.push(entry);
        if (page.length < pageSize) continue;
        yield page;
        page = [];
      }
    } finally {
      await subscription.unsubscribe().catch(() => undefined);
    }
    if (failure !== undefined) await attempts.failed(failure);
  }
  if (page.length > 0) yield page;
}

const streamAt = (connection: Connection, commit: bigint): Promise<string> =>
  connection.retrying(async (client) => {
    let stream: string | undefined;
    const fromPosition = { commit, prepare: commit };
    for await (const { event } of client.readAll({ fromPosition, maxCount: 1, ...LEADER }))
      if (event?.position.commit === commit) stream = event.streamId;
    if (stream === undefined) throw new AnotherLog(`nothing stands at ${commit} of its $all`);
    return stream;
  });

/** A checkpoint takes its turn among the events, as one that is only a position. */
const markCheckpoint = (subscription: AllStreamSubscription, { commit }: Position): void => {
  subscription.push({ commitPosition: commit });
};

const CHECKPOINTS = { maxSearchWindow: WINDOW, checkpointReached: markCheckpoint };

const subscribe = (
  { client }: Connection,
  from: bigint,
  prefixes: string[] | undefined,
  pageSize: number,
): AllStreamSubscription =>
  client.subscribeToAll(
    {
      ...LEADER,
      fromPosition: from === 0n ? START : { commit: from, prepare: from },
      filter: prefixes
        ? streamNameFilter({ prefixes, ...CHECKPOINTS })
        : streamNameFilter({ regex: '^[^$]', ...CHECKPOINTS }),
    },
    { highWaterMark: pageSize },
  );
