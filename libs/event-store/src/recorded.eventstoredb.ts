import {
  jsonEvent,
  type AllStreamRecordedEvent,
  type JSONType,
  type RecordedEvent as ServerEvent,
} from '@eventstore/db-client';
import { canonicalJson } from '#kernel';
import type { Encoded } from './encode.js';
import type { Context, RecordedEvent, StoredEvent } from './event-store.js';

/** An event of ours as the server gives it: `commit` is its place in `$all`, from which its position follows. */
export interface Entry extends Omit<RecordedEvent, 'position'> {
  readonly commit: bigint;
}

interface Metadata extends Context {
  readonly schemaVersion: number;
}

const oursIn = (metadata: unknown): Metadata | undefined => {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { recorded, by, schemaVersion } = metadata as Partial<Record<keyof Metadata, unknown>>;
  const isOurs =
    typeof recorded === 'string' && typeof by === 'string' && Number.isInteger(schemaVersion);
  return isOurs ? (metadata as Metadata) : undefined;
};

/** An event of this product; undefined for the server's own and anybody else's, which have no position here. */
export const entryOf = (
  event: ServerEvent | AllStreamRecordedEvent | undefined,
): Entry | undefined => {
  if (!event?.isJson || !event.position || event.streamId.startsWith('$')) return undefined;
  const { streamId: stream, revision, id, type, data, position } = event;
  const metadata = oursIn(event.metadata);
  if (!metadata || typeof data !== 'object' || data === null) return undefined;
  const { schemaVersion, ...meta } = metadata;
  return { commit: position.commit, stream, revision, id, type, schemaVersion, data, meta };
};

/** The entry at its position. */
export const recordedAt = (
  position: bigint,
  { stream, revision, id, type, schemaVersion, data, meta }: Entry,
): RecordedEvent => ({ position, stream, revision, id, type, schemaVersion, data, meta });

/** As `recordedAt`, in the text that every log stores: canonical JSON says it again from the content. */
export const storedAt = (position: bigint, entry: Entry): StoredEvent => ({
  ...recordedAt(position, entry),
  data: canonicalJson(entry.data),
  meta: canonicalJson(entry.meta),
});

/** The events of an append as the server takes them: JSON that its own tools can show. */
export const proposed = ({ events, meta }: Encoded) => {
  const context = JSON.parse(meta) as Context;
  return events.map(({ id, type, schemaVersion, data }) =>
    jsonEvent({
      id,
      type,
      data: JSON.parse(data) as JSONType,
      metadata: { ...context, schemaVersion },
    }),
  );
};
