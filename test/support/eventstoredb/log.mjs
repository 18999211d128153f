// The log of an EventStoreDB as its clients see it: streams, `$all`, expected revisions, idempotency, deletion.
// Read from the server's rules; it keeps no more than specs need, and remembers every event id for ever, where the
// server does so as well as its cache allows.
import { randomUUID } from 'node:crypto';

/** `$tb` of a deleted stream, and the number of the event that closes a tombstoned one. */
export const FOR_EVER = 9223372036854775807n;
const NONE = -1n;

const fail = (kind, rest) => ({ ok: false, kind, ...rest });

class Stream {
  records = [];
  revisions = new Map();
  isTombstoned = false;
  /** Events before this number are hidden from reads of the stream; `$all` still shows them. */
  truncateBefore = 0n;

  get revision() {
    return BigInt(this.records.length) - 1n;
  }

  get isDeleted() {
    return this.truncateBefore === FOR_EVER;
  }

  get visible() {
    return this.isDeleted ? [] : this.records.slice(Number(this.truncateBefore));
  }
}

export class Log {
  /** Every record in order; `position` is its offset in bytes, as strictly growing and as far from dense as that. */
  records = [];
  #streams = new Map();
  // The first record of a real log is an epoch, which nobody ever sees.
  #next = 384n;
  #listeners = new Set();

  constructor({
    maxAppendSize = 1024 * 1024,
    maxAppendEventSize = Infinity,
    journal = () => undefined,
  } = {}) {
    this.maxAppendSize = maxAppendSize;
    this.maxAppendEventSize = maxAppendEventSize;
    this.journal = journal;
  }

  stream(name) {
    return this.#streams.get(name);
  }

  onNews(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `expected` is a revision or 'any', 'no_stream', 'stream_exists'. */
  append(name, expected, events) {
    const sizes = events.map(
      ({ data, metadata, type }) => data.length + metadata.length + 2 * type.length,
    );
    const tooLarge = sizes.findIndex((size) => size > this.maxAppendEventSize);
    if (tooLarge >= 0)
      return fail('event-too-large', { id: events[tooLarge].id, size: sizes[tooLarge] });
    if (sizes.reduce((sum, size) => sum + size, 0) > this.maxAppendSize) return fail('too-large');
    const stream = this.#streams.get(name) ?? new Stream();
    const verdict = check(stream, expected, events);
    if (verdict !== 'write') return verdict;
    if (stream.isDeleted) this.#undelete(name, stream);
    const written = events.map((event) => this.#write(name, stream, event));
    const last = written.at(-1);
    this.#tell();
    return { ok: true, revision: stream.revision, position: last?.position };
  }

  /** Hides what the stream holds; whoever appends next goes on with its numbers. */
  delete(name, expected) {
    const stream = this.#streams.get(name);
    const refused = checkDelete(stream, expected);
    if (refused) return refused;
    return { ok: true, position: this.#setMetadata(name, stream, FOR_EVER).position };
  }

  /** Closes the stream for ever. */
  tombstone(name, expected) {
    const stream = this.#streams.get(name) ?? new Stream();
    const refused = checkDelete(stream, expected);
    if (refused) return refused;
    const event = {
      id: randomUUID(),
      type: '$streamDeleted',
      contentType: 'application/octet-stream',
      data: Buffer.alloc(0),
      metadata: Buffer.alloc(0),
    };
    const record = this.#write(name, stream, event, FOR_EVER);
    this.#tell();
    return { ok: true, position: record.position };
  }

  /** Takes a record from a journal. */
  restore({ stream: name, position, ...event }) {
    const stream = this.#streams.get(name) ?? new Stream();
    this.#keep(name, stream, { ...event, stream: name, position });
    this.#next = position + sizeOf(event);
  }

  /** The index of the first record after a position. */
  indexAfter(position) {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.records[middle].position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #undelete(name, stream) {
    this.#setMetadata(name, stream, stream.revision + 1n);
  }

  #setMetadata(name, stream, truncateBefore) {
    const metaName = `$$${name}`;
    const meta = this.#streams.get(metaName) ?? new Stream();
    const record = this.#write(metaName, meta, {
      id: randomUUID(),
      type: '$metadata',
      contentType: 'application/json',
      data: Buffer.from(`{"$tb":${truncateBefore}}`),
      metadata: Buffer.alloc(0),
    });
    this.#tell();
    return record;
  }

  #write(name, stream, event, revision = stream.revision + 1n) {
    const record = {
      ...event,
      stream: name,
      revision,
      position: this.#next,
      // .NET ticks since the Unix epoch.
      created: BigInt(Date.now()) * 10_000n,
    };
    this.#next += sizeOf(event);
    this.#keep(name, stream, record);
    this.journal(record);
    return record;
  }

  #keep(name, stream, record) {
    this.#streams.set(name, stream);
    this.records.push(record);
    if (record.type === '$streamDeleted') stream.isTombstoned = true;
    else {
      stream.records.push(record);
      stream.revisions.set(record.id, record.revision);
    }
    if (record.type !== '$metadata' || !name.startsWith('$$')) return;
    const [, truncateBefore] = /"\$tb":(\d+)/.exec(record.data.toString()) ?? [];
    const about = this.#streams.get(name.slice(2));
    if (about && truncateBefore) about.truncateBefore = BigInt(truncateBefore);
  }

  #tell() {
    for (const listener of [...this.#listeners]) listener();
  }
}

const sizeOf = ({ data, metadata, type }) =>
  BigInt(96 + data.length + metadata.length + type.length);

/** What becomes of an append: 'write', or a success without writing, or a failure. */
const check = (stream, expected, events) => {
  const current = stream.revision;
  const wrong = fail('wrong-expected-version', { current, expected });
  if (stream.isTombstoned) return fail('stream-deleted');
  if (expected === 'stream_exists') {
    if (stream.isDeleted) return fail('stream-deleted');
    if (current === NONE) return wrong;
  }
  if (expected === 'any' || expected === 'stream_exists') {
    const known = events.map(({ id }) => stream.revisions.get(id));
    if (known.length === 0 || known[0] === undefined) return 'write';
    return known.includes(undefined) ? wrong : repeated(stream, known.at(-1));
  }
  const at = expected === 'no_stream' ? NONE : expected;
  if (at > current) return wrong;
  if (at === current) return 'write';
  if (stream.isDeleted && at === NONE) return 'write';
  const there = events.map((_, i) => stream.records[Number(at) + 1 + i]);
  const isThere = events.length > 0 && events.every(({ id }, i) => there[i]?.id === id);
  return isThere ? repeated(stream, at + BigInt(events.length)) : wrong;
};

const repeated = (stream, revision) => ({
  ok: true,
  revision,
  position: stream.records[Number(revision)].position,
});

const checkDelete = (stream, expected) => {
  const current = stream?.revision ?? NONE;
  if (stream?.isTombstoned) return fail('stream-deleted');
  const isExpected =
    expected === 'any'
      ? current !== NONE
      : expected === 'stream_exists'
        ? current !== NONE && !stream.isDeleted
        : expected === (current === NONE ? 'no_stream' : current);
  const isThere = current !== NONE && !stream.isDeleted;
  return isExpected && isThere ? undefined : fail('wrong-expected-version', { current, expected });
};
