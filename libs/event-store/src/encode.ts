import { hash } from 'node:crypto';
import { canonicalJson } from '#kernel';
import {
  Conflict,
  type Append,
  type Appended,
  type Context,
  type RecordedEvent,
  type StoredEvent,
} from './event-store.js';

/** `expectedRevision` as the number that adapters compare with: an absent stream is at -1. */
export const NONE = -1n;
export const ANY = -2n;

/** An event in the form in which it is stored: its data as canonical JSON. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
}

/** An append in the form in which it is stored. */
export interface Encoded {
  readonly stream: string;
  readonly expected: bigint;
  readonly events: readonly EncodedEvent[];
  readonly meta: string;
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

const isSameButSource = (context: Context, other: Context): boolean => {
  for (const name in context) {
    const key = name as keyof Context;
    if (key !== 'source' && context[key] !== other[key]) return false;
  }
  return Object.keys(context).length === Object.keys(other).length;
};

/**
 * Writes the circumstances of many events, which are often the same but for where they come from. Canonical JSON says
 * that last, so that all before it is written once.
 */
const contextWriter = (): ((context: Context) => string) => {
  let before: Context = { recorded: '', by: '' };
  let head: string | undefined;
  return (context) => {
    if (context.source === undefined) return canonicalJson(context);
    const source = `${JSON.stringify(context.source)}}`;
    if (head !== undefined && isSameButSource(context, before)) return head + source;
    const text = canonicalJson(context);
    before = context;
    head = text.endsWith(`"source":${source}`) ? text.slice(0, -source.length) : undefined;
    return text;
  };
};

/** Prepares an append for storage. Throws on what no rule of the business can cause: no events, a malformed instant. */
export const encode = (
  { stream, events, expectedRevision, context }: Append,
  written: (context: Context) => string = canonicalJson,
): Encoded => {
  if (stream === '') throw new Error('A stream needs a name.');
  if (events.length === 0) throw new Error(`No events to append to ${stream}.`);
  if (!INSTANT.test(context.recorded)) {
    throw new Error(`"${context.recorded}" is not an instant in UTC such as 2026-01-31T09:00:00Z.`);
  }
  const expected =
    expectedRevision === 'none' ? NONE : expectedRevision === 'any' ? ANY : expectedRevision;
  const meta = written(context);
  // A command sent again has the same ids. Without a command, the same content by the same person at the same
  // instant on top of the same revision is the same event.
  const { commandId } = context;
  const encoded = events.map((event, place) => {
    const { id, type, schemaVersion = 1 } = event;
    // Whoever has the text may not have read it: the data are not asked for then.
    const text = event.json ?? canonicalJson(event.data);
    if (id !== undefined) return { id, type, schemaVersion, data: text };
    const said = commandId === undefined ? `${expected}\n${meta}\n${type}\n${text}` : commandId;
    return { id: uuidOf(`${stream}\n${place}\n${said}`), type, schemaVersion, data: text };
  });
  return { stream, expected, events: encoded, meta };
};

// What an append at any revision leaves is not known beforehand.
const leaves = ({ expected, events }: Encoded): bigint | undefined =>
  expected === ANY ? undefined : expected + BigInt(events.length);

/**
 * Prepares a batch, one append after the other as they are asked for; a stream may occur in it again only where each
 * append expects the revision that the one before it leaves.
 */
export function* encodeBatch(appends: readonly Append[]): Generator<Encoded, void> {
  const lasts = new Map<string, Encoded>();
  const written = contextWriter();
  for (const append of appends) {
    const encoded = encode(append, written);
    const { stream, expected } = encoded;
    const last = lasts.get(stream);
    if (last && leaves(last) !== expected) {
      throw new Error(`${stream} occurs twice in one batch, and not one after the other.`);
    }
    lasts.set(stream, encoded);
    yield encoded;
  }
}

/**
 * What to make of an append whose stream is not as expected: if its events stand there already, in its place and
 * with its ids, it is a retry and gives what the first one gave; otherwise throws `Conflict`.
 */
export const retried = (
  { stream, expected, events }: Encoded,
  there: readonly Pick<RecordedEvent, 'position' | 'revision' | 'id'>[],
): Appended => {
  const first =
    expected === ANY ? there.findIndex(({ id }) => id === events[0]?.id) : Number(expected) + 1;
  const last = there[first + events.length - 1];
  if (first < 0 || !last || events.some(({ id }, i) => there[first + i]?.id !== id))
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
