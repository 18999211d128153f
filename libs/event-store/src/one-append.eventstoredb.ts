import {
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { LEADER } from './connection.eventstoredb.js';
import { NONE, type Encoded } from './encode.js';
import { AppendTooLarge, Conflict } from './event-store.js';
import { proposed } from './recorded.eventstoredb.js';

/** No message may be larger, whatever the server is set to. */
const LARGEST = 15 * 1024 * 1024;

/** What 24.10.4 and later say of a single event; the client has no name for it, and may keep no more than this. */
const EVENT_TOO_LARGE = /MaximumAppendEventSizeExceeded|Maximum Append Event Size of (\d+)/;

/** About what the server counts: it is compared with nothing but itself. */
export const bytesOf = ({ events, meta }: Encoded): number =>
  events.reduce(
    (sum, { data, type }) => sum + Buffer.byteLength(data) + meta.length + type.length,
    0,
  );

/** Gives the place in `$all` of the append's last event. Throws `Conflict`, `AppendTooLarge` or what the client throws. */
export const write = async (client: EventStoreDBClient, encoded: Encoded): Promise<bigint> => {
  const { stream, expected, events } = encoded;
  const bytes = events.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
  if (bytes > LARGEST) throw new AppendTooLarge(stream, LARGEST);
  try {
    const { success, position } = await client.appendToStream(stream, proposed(encoded), {
      expectedRevision: expected === NONE ? NO_STREAM : expected,
      ...LEADER,
    });
    if (!success) throw new Conflict([stream]);
    if (!position) throw new Error(`EventStoreDB did not say where it recorded ${stream}.`);
    return position.commit;
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) throw new Conflict([stream]);
    if (error instanceof MaxAppendSizeExceededError)
      throw new AppendTooLarge(stream, error.maxAppendSize);
    const [isEvent, limit] = EVENT_TOO_LARGE.exec(String(error)) ?? [];
    if (isEvent) throw new AppendTooLarge(stream, limit === undefined ? undefined : Number(limit));
    if (error instanceof StreamDeletedError)
      throw new Error(`Somebody has deleted ${stream} from EventStoreDB for good.`, {
        cause: error,
      });
    throw error;
  }
};
