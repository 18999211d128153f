// Reading streams and `$all`, once or as a subscription. Whoever reads slowly is waited for.
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import {
  caughtUp,
  checkpointOf,
  confirmationOf,
  eventOf,
  failureOf,
  nameOf,
  streamNotFound,
} from './messages.mjs';

/** What a live subscription may lag behind before it is read to again from the log. */
const LIVE_BUFFER = 32;
const DEFAULT_WINDOW = 32;
/** Events in a page that is read to catch up. */
const PAGE = 32;

class Cancelled extends Error {}

/** Writes a message; gives a promise to wait for where the reader is slower than we are. */
const writerTo = (call) => {
  const ended = new Promise((resolve) => {
    for (const event of ['cancelled', 'close']) call.once(event, resolve);
  });
  return (message) => {
    if (call.cancelled || call.destroyed) throw new Cancelled();
    return call.write(message) ? undefined : Promise.race([once(call, 'drain'), ended]);
  };
};

/**
 * `Streams/Read` in all its forms. `isLastCheckpointed`: a subscription that has caught up says where, in a checkpoint;
 * `isMute`: one that has news for its reader keeps them, and keeps the connection.
 */
export const readWith = (log, how) => async (call) => {
  const options = call.request.getOptions();
  try {
    if (options.hasStream()) await readStream(log, call, options, how);
    else await readAll(log, call, options, how);
  } catch (error) {
    if (error instanceof Cancelled || call.cancelled) return;
    call.emit('error', 'code' in error ? error : { code: status.UNKNOWN, details: error.message });
  }
};

const readStream = async (log, call, options, how) => {
  const source = options.getStream();
  const name = nameOf(source.getStreamIdentifier());
  if (log.stream(name)?.isTombstoned) throw failureOf(name, { kind: 'stream-deleted' });
  if (options.hasSubscription()) return subscribeToStream(log, call, { name, source, how });
  const write = writerTo(call);
  const stream = log.stream(name);
  if (!stream || stream.revision < 0n || stream.isDeleted) {
    await write(streamNotFound(name));
    return call.end();
  }
  const { visible } = stream;
  const from = source.hasRevision() ? BigInt(source.getRevision()) : undefined;
  const isBackwards = options.getReadDirection() === 1;
  const start = source.hasEnd() ? visible.length : from === undefined ? 0 : indexOf(visible, from);
  // Backwards a stream's revision is inclusive, where a position of `$all` is not.
  const index = isBackwards && visible[start]?.revision === from ? start + 1 : start;
  await writeSome(write, visible, { index, isBackwards, count: options.getCount() });
  return call.end();
};

const indexOf = (records, revision) => {
  const index = records.findIndex((record) => record.revision >= revision);
  return index < 0 ? records.length : index;
};

/** `index` is that of the first record after the place where reading begins. */
const writeSome = async (write, records, { index, isBackwards, count, matches }) => {
  let left = BigInt(count);
  const step = isBackwards ? -1 : 1;
  for (let i = isBackwards ? index - 1 : index; left > 0n && records[i]; i += step) {
    if (matches && !matches(records[i])) continue;
    left -= 1n;
    await write(eventOf(records[i]));
  }
};

/** A position that is no record's, nor one to come, is a fault of the client: positions are opaque. */
const positionOf = (log, all) => {
  const position = BigInt(all.getPosition().getCommitPosition());
  const record = log.records[log.indexAfter(position) - 1];
  const isBeyond = position > (log.records.at(-1)?.position ?? 0n);
  if (position === 0n || isBeyond || record?.position === position) return position;
  throw Object.assign(new Error(`No record stands at position ${position}.`), {
    code: status.INVALID_ARGUMENT,
    details: `No record stands at position ${position}.`,
  });
};

const filterOf = (options) => {
  if (!options.hasFilter()) return undefined;
  const filter = options.getFilter();
  const byType = filter.hasEventType();
  const expression = byType ? filter.getEventType() : filter.getStreamIdentifier();
  const prefixes = expression.getPrefixList();
  const regex = prefixes.length > 0 ? undefined : new RegExp(expression.getRegex());
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (options.hasSubscription() && multiplier === 0) {
    throw Object.assign(new Error('checkpoint interval'), {
      code: status.INVALID_ARGUMENT,
      details: 'The checkpoint interval multiplier must be greater than 0.',
    });
  }
  return {
    window,
    interval: multiplier * window,
    matches: ({ type, stream }) => {
      const subject = byType ? type : stream;
      return regex ? regex.test(subject) : prefixes.some((prefix) => subject.startsWith(prefix));
    },
  };
};

const readAll = async (log, call, options, how) => {
  const all = options.getAll();
  const filter = filterOf(options);
  const from = all.hasPosition() ? positionOf(log, all) : undefined;
  if (options.hasSubscription()) {
    const index = all.hasEnd() ? log.records.length : from === undefined ? 0 : log.indexAfter(from);
    return subscribe(log, call, { index, filter, from: from ?? 0n, how });
  }
  const isBackwards = options.getReadDirection() === 1;
  const after = from === undefined ? 0 : log.indexAfter(from);
  // A position is where its record begins: what is read forwards includes it, what is read backwards does not.
  const isThere = from !== undefined && log.records[after - 1]?.position === from;
  const index = all.hasEnd() ? log.records.length : isThere ? after - 1 : after;
  const write = writerTo(call);
  await writeSome(write, log.records, {
    index,
    isBackwards,
    count: options.getCount(),
    matches: filter?.matches,
  });
  return call.end();
};

const subscribeToStream = (log, call, { name, source, how }) => {
  const after = source.hasEnd()
    ? (log.stream(name)?.revision ?? -1n)
    : source.hasRevision()
      ? BigInt(source.getRevision())
      : -1n;
  const matches = (record) => record.stream === name && record.revision > after;
  const index = source.hasEnd() ? log.records.length : 0;
  return subscribe(log, call, {
    index,
    filter: { matches, interval: Infinity },
    from: 0n,
    name,
    how,
  });
};

/** Confirmation, what is there, caught up, what comes. Too far behind: all of that again but the confirmation. */
const subscribe = async (log, call, { index, filter, from, name, how }) => {
  let wake = () => undefined;
  const stopListening = log.onNews(() => wake());
  for (const event of ['cancelled', 'close']) call.once(event, () => wake());
  const write = writerTo(call);
  const reader = new Subscription({ log, write, index, filter, from, name });
  try {
    await write(confirmationOf(randomUUID()));
    for (let isBehind = true; !call.cancelled; isBehind = reader.lag > LIVE_BUFFER) {
      const news = new Promise((resolve) => (wake = resolve));
      if (isBehind) {
        await reader.catchUp(how.isLastCheckpointed);
        await write(caughtUp());
      } else await reader.live();
      if (reader.lag === 0) await news;
      while (how.isMute()) await new Promise((resolve) => call.once('close', resolve));
    }
  } finally {
    stopListening();
  }
};

/** How far a subscription has read, and what it has said of it. */
class Subscription {
  #considered = 0;
  /** The last position that was sent, of an event or as a checkpoint. */
  #said;
  #checkpoint;

  constructor({ from, ...given }) {
    Object.assign(this, given);
    this.#said = this.#checkpoint = from;
    this.isCheckpointed = this.filter !== undefined && this.filter.interval !== Infinity;
  }

  get lag() {
    return this.log.records.length - this.index;
  }

  /**
   * Page by page. A checkpoint says no more than where the page began or its last event stands, so that it may be before
   * much that was looked at in vain, also at the end of the log.
   */
  async catchUp(isLastCheckpointed) {
    if (this.lag === 0) return;
    const { window = Infinity } = this.filter ?? {};
    let began = this.#said;
    for (let isEnd = false; !isEnd; began = this.log.records[this.index]?.position ?? 0n) {
      let looked = 0;
      let sent = 0;
      for (; this.lag > 0 && looked < window && sent < PAGE; looked += 1)
        if (await this.#next()) sent += 1;
      isEnd = looked < window && sent < PAGE;
      this.#considered += looked;
      if (looked > 0 && began > this.#said) this.#said = began;
      if (isEnd ? isLastCheckpointed : this.#considered >= (this.filter?.interval ?? Infinity))
        await this.#mark();
    }
  }

  async live() {
    while (this.lag > 0) {
      const { position } = this.log.records[this.index];
      await this.#next();
      this.#considered += 1;
      if (this.#considered < (this.filter?.interval ?? Infinity)) continue;
      this.#said = position;
      await this.#mark();
    }
  }

  async #next() {
    const record = this.log.records[this.index];
    this.index += 1;
    const isWanted = this.filter?.matches(record) ?? true;
    if (isWanted) {
      await this.write(eventOf(record));
      this.#said = record.position;
    }
    if (this.name === record.stream && record.type === '$streamDeleted')
      throw failureOf(this.name, { kind: 'stream-deleted' });
    return isWanted;
  }

  async #mark() {
    this.#considered = 0;
    if (!this.isCheckpointed || this.#said <= this.#checkpoint) return;
    this.#checkpoint = this.#said;
    await this.write(checkpointOf(this.#said));
  }
}
