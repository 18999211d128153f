import { hash } from 'node:crypto';
import { canonicalJson } from '#kernel';
import {
  Conflict,
  type Append,
  type Appended,
  type RecordedEvent,
  type StoredEvent,
} from './event-store.js';

/** `expectedRevision` as the number that adapters compare with: an absent stream is at -1. */
export const NONE = -1n;
export const ANY = -2n;
// What an append at any revision leaves is not known beforehand.
const ANY_TWICE = -3n;

/** An append in the form in which it is stored: canonical JSON, and an id for each event. */
export interface Encoded {
  readonly stream: string;
  readonly expected: bigint;
  readonly ids: readonly string[];
  readonly types: readonly string[];
  readonly schemaVersions: readonly number[];
  readonly data: readonly string[];
  readonly meta: string;
}

interface Columns {
  readonly ids: string[];
  readonly types: string[];
  readonly schemaVersions: number[];
  readonly data: string[];
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const uuidOf = (text: string): string => {
  const hex = hash('sha256', text, 'hex');
  // RFC 9562, version 8: a UUID whose bits are the application's own.
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Ids for many events of one origin: its n-th is always the same. One hash for all of them, for a hash an event is what
 * an import would spend a tenth of its time on.
 */
export const eventIds = (origin: string): ((n: number) => string) => {
  const first = uuidOf(origin).slice(0, 24);
  return (n) => first + n.toString(16).padStart(12, '0');
};

/** Prepares an append for storage. Throws on what no rule of the business can cause: no events, a malformed instant. */
export const encode = ({ stream, events, expectedRevision, context }: Append): Encoded => {
  if (stream === '') throw new Error('A stream needs a name.');
  if (events.length === 0) throw new Error(`No events to append to ${stream}.`);
  if (!INSTANT.test(context.recorded)) {
    throw new Error(`"${context.recorded}" is not an instant in UTC such as 2026-01-31T09:00:00Z.`);
  }
  const expected =
    expectedRevision === 'none' ? NONE : expectedRevision === 'any' ? ANY : expectedRevision;
  const meta = canonicalJson(context);
  // A command sent again has the same ids. Without a command, the same content by the same person at the same
  // instant on top of the same revision is the same event.
  const { commandId } = context;
  const columns: Columns = { ids: [], types: [], schemaVersions: [], data: [] };
  for (const { id, type, schemaVersion = 1, data, json } of events) {
    const text = json ?? canonicalJson(data);
    const said = commandId === undefined ? `${expected}\n${meta}\n${type}\n${text}` : commandId;
    columns.ids.push(id ?? uuidOf(`${stream}\n${columns.ids.length}\n${said}`));
    columns.types.push(type);
    columns.schemaVersions.push(schemaVersion);
    columns.data.push(text);
  }
  return { stream, expected, ...columns, meta };
};

/**
 * Prepares a batch, one append after the other as they are asked for; a stream may occur in it again only where each
 * append expects the revision that the one before it leaves.
 */
export function* encodeBatch(appends: readonly Append[]): Generator<Encoded, void> {
  const left = new Map<string, bigint>();
  for (const append of appends) {
    const encoded = encode(append);
    const { stream, expected, ids } = encoded;
    const before = left.get(stream);
    if (before !== undefined && before !== expected) {
      throw new Error(`${stream} occurs twice in one batch, and not one after the other.`);
    }
    left.set(stream, expected === ANY ? ANY_TWICE : expected + BigInt(ids.length));
    yield encoded;
  }
}

/**
 * What to make of an append whose stream is not as expected: if its events stand there already, in its place and
 * with its ids, it is a retry and gives what the first one gave; otherwise throws `Conflict`.
 */
export const retried = (
  { stream, expected, ids }: Encoded,
  there: readonly Pick<RecordedEvent, 'position' | 'revision' | 'id'>[],
): Appended => {
  const first =
    expected === ANY ? there.findIndex(({ id }) => id === ids[0]) : Number(expected) + 1;
  const last = there[first + ids.length - 1];
  if (first < 0 || !last || ids.some((id, i) => there[first + i]?.id !== id))
    throw new Conflict([stream]);
  return { position: last.position, revision: last.revision };
};

/** A stored event with its texts parsed. Field by field: this runs for every event that anybody reads. */
export const parse = (stored: StoredEvent): RecordedEvent => ({
  position: stored.position,
  stream: stored.stream,
  revision: stored.revision,
  id: stored.id,
  type: stored.type,
  schemaVersion: stored.schemaVersion,
  data: JSON.parse(stored.data),
  meta: JSON.parse(stored.meta),
});
