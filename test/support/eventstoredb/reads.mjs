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
    return subscribe(log, call, { index, filter, sentUpTo: from ?? 0n, how });
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
    sentUpTo: 0n,
    name,
    how,
  });
};

/** Confirmation, what is there, caught up, what comes. Too far behind: all of that again but the confirmation. */
const subscribe = async (log, call, { index: start, filter, sentUpTo, name, how }) => {
  const write = writerTo(call);
  let wake = () => undefined;
  const stopListening = log.onNews(() => wake());
  for (const event of ['cancelled', 'close']) call.once(event, () => wake());
  let index = start;
  let considered = 0;
  const isCheckpointed = filter !== undefined && filter.interval !== Infinity;
  const checkpoint = async () => {
    considered = 0;
    const { position } = log.records[index - 1];
    if (position <= sentUpTo) return;
    sentUpTo = position;
    await write(checkpointOf(position));
  };
  const advance = async () => {
    while (index < log.records.length) {
      const record = log.records[index];
      index += 1;
      considered += 1;
      if (filter?.matches(record) ?? true) await write(eventOf(record));
      if (name === record.stream && record.type === '$streamDeleted')
        throw failureOf(name, { kind: 'stream-deleted' });
      if (isCheckpointed && considered >= filter.interval) await checkpoint();
    }
  };
  try {
    await write(confirmationOf(randomUUID()));
    let isBehind = true;
    while (!call.cancelled) {
      const wasAtEnd = index === log.records.length;
      const news = new Promise((resolve) => (wake = resolve));
      await advance();
      if (isBehind) {
        if (isCheckpointed && how.isLastCheckpointed && !wasAtEnd) await checkpoint();
        await write(caughtUp());
      }
      if (index === log.records.length) await news;
      while (how.isMute()) await new Promise((resolve) => call.once('close', resolve));
      isBehind = log.records.length - index > LIVE_BUFFER;
    }
  } finally {
    stopListening();
  }
};
