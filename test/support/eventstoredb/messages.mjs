// Between the log's records and the messages that the client's own generated definitions describe.
import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'google-protobuf';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import wellKnownEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

const { ReadResp, AppendResp, BatchAppendResp } = streams;

const text = (number) => number.toString(10);

const identifier = (name) => {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Buffer.from(name, 'utf8').toString('base64'));
  return message;
};

export const nameOf = (message) => Buffer.from(message.getStreamName_asU8()).toString('utf8');

export const idOf = (uuid) => {
  if (!uuid) return undefined;
  if (!uuid.hasStructured()) return uuid.getString().toLowerCase();
  const half = (bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const structured = uuid.getStructured();
  const hex =
    half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const uuid = (id) => {
  const message = new shared.UUID();
  message.setString(id);
  return message;
};

const recorded = (record) => {
  const message = new ReadResp.ReadEvent.RecordedEvent();
  message.setId(uuid(record.id));
  message.setStreamIdentifier(identifier(record.stream));
  message.setStreamRevision(text(record.revision));
  message.setCommitPosition(text(record.position));
  message.setPreparePosition(text(record.position));
  message.getMetadataMap().set('type', record.type);
  message.getMetadataMap().set('content-type', record.contentType);
  message.getMetadataMap().set('created', text(record.created));
  message.setData(record.data);
  message.setCustomMetadata(record.metadata);
  return message;
};

/** An event as reads and subscriptions give it, in bytes, which are made once. */
export const eventOf = (record) => (record.bytes ??= bytesOf(record));

/** For the service's definition: bytes pass, messages become bytes. */
export const serialized = (message) =>
  Buffer.isBuffer(message) ? message : Buffer.from(message.serializeBinary());

const bytesOf = (record) => {
  const event = new ReadResp.ReadEvent();
  event.setEvent(recorded(record));
  event.setCommitPosition(text(record.position));
  const response = new ReadResp();
  response.setEvent(event);
  return serialized(response);
};

export const confirmationOf = (id) => {
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  const response = new ReadResp();
  response.setConfirmation(confirmation);
  return response;
};

export const checkpointOf = (position) => {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(text(position));
  checkpoint.setPreparePosition(text(position));
  const response = new ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
};

export const caughtUp = () => {
  const response = new ReadResp();
  response.setCaughtUp(new ReadResp.CaughtUp());
  return response;
};

export const streamNotFound = (name) => {
  const missing = new ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifier(name));
  const response = new ReadResp();
  response.setStreamNotFound(missing);
  return response;
};

/** 'any', 'no_stream', 'stream_exists' or a revision, of either kind of append or deletion. */
export const expectedOf = (options) => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt(options.getRevision ? options.getRevision() : options.getStreamPosition());
};

/** A proposed event, or undefined where `type` or `content-type` is missing. */
export const proposedOf = (message) => {
  const metadata = message.getMetadataMap();
  const type = metadata.get('type');
  const contentType = metadata.get('content-type');
  if (type === undefined || contentType === undefined) return undefined;
  return {
    id: idOf(message.getId()),
    type,
    contentType,
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
};

const position = (Message, at) => {
  const message = new Message();
  message.setCommitPosition(text(at));
  message.setPreparePosition(text(at));
  return message;
};

export const appended = ({ revision, position: at }) => {
  const success = new AppendResp.Success();
  if (revision < 0n) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(text(revision));
  if (at === undefined) success.setNoPosition(new shared.Empty());
  else success.setPosition(position(AppendResp.Position, at));
  const response = new AppendResp();
  response.setSuccess(success);
  return response;
};

/** Carried in the response, not as a status: in the fields of 20.6 and in those that came later. */
export const wrongVersionAppended = ({ current, expected }) => {
  const wrong = new AppendResp.WrongExpectedVersion();
  const empty = new shared.Empty();
  if (current < 0n) {
    wrong.setNoStream2060(empty);
    wrong.setCurrentNoStream(empty);
  } else {
    wrong.setCurrentRevision2060(Number(current));
    wrong.setCurrentRevision(text(current));
  }
  if (expected === 'any') {
    wrong.setAny2060(empty);
    wrong.setExpectedAny(empty);
  } else if (expected === 'stream_exists') {
    wrong.setStreamExists2060(empty);
    wrong.setExpectedStreamExists(empty);
  } else if (expected === 'no_stream') wrong.setExpectedNoStream(empty);
  else {
    wrong.setExpectedRevision2060(Number(expected));
    wrong.setExpectedRevision(text(expected));
  }
  const response = new AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
};

export const deleted = (Response, Position, at) => {
  const response = new Response();
  response.setPosition(position(Position, at));
  return response;
};

const batchResponse = (correlation, name, expected) => {
  const response = new BatchAppendResp();
  response.setCorrelationId(correlation);
  response.setStreamIdentifier(identifier(name));
  const empty = () => new wellKnownEmpty.Empty();
  if (expected === 'any') response.setAny(empty());
  else if (expected === 'no_stream') response.setNoStream(empty());
  else if (expected === 'stream_exists') response.setStreamExists(empty());
  else response.setStreamPosition(text(expected));
  return response;
};

export const batchAppended = ({ correlation, name, expected }, { revision, position: at }) => {
  const success = new BatchAppendResp.Success();
  if (revision < 0n) success.setNoStream(new wellKnownEmpty.Empty());
  else success.setCurrentRevision(text(revision));
  if (at === undefined) success.setNoPosition(new wellKnownEmpty.Empty());
  else success.setPosition(position(shared.AllStreamPosition, at));
  const response = batchResponse(correlation, name, expected);
  response.setSuccess(success);
  return response;
};

/** The type, content and code of an answer to one append among many. The client knows the types of 23, no later ones. */
const detailOf = ({ name, expected }, { kind, current, id, size }, limits) => {
  const empty = () => new wellKnownEmpty.Empty();
  if (kind === 'not-handled') return ['Empty', empty(), 0];
  if (kind === 'access-denied')
    return ['AccessDenied', new shared.AccessDenied(), status.PERMISSION_DENIED];
  if (kind === 'event-too-large') {
    const detail = eventSizeDetail(id, size, limits.maxAppendEventSize);
    return ['MaximumAppendEventSizeExceeded', detail, status.INVALID_ARGUMENT];
  }
  if (kind === 'stream-deleted') {
    const detail = new shared.StreamDeleted();
    detail.setStreamIdentifier(identifier(name));
    return ['StreamDeleted', detail, status.FAILED_PRECONDITION];
  }
  if (kind === 'too-large') {
    const detail = new shared.MaximumAppendSizeExceeded();
    detail.setMaxappendsize(limits.maxAppendSize);
    return ['MaximumAppendSizeExceeded', detail, status.INVALID_ARGUMENT];
  }
  if (kind === 'timeout') return ['Timeout', new shared.Timeout(), status.DEADLINE_EXCEEDED];
  if (kind === 'missing-metadata') {
    const detail = new shared.BadRequest();
    detail.setMessage('Required metadata is missing: type, content-type.');
    return ['BadRequest', detail, status.INVALID_ARGUMENT];
  }
  const detail = new shared.WrongExpectedVersion();
  if (current < 0n) detail.setCurrentNoStream(empty());
  else detail.setCurrentStreamRevision(text(current));
  if (expected === 'any') detail.setExpectedAny(empty());
  else if (expected === 'stream_exists') detail.setExpectedStreamExists(empty());
  else if (expected === 'no_stream') detail.setExpectedNoStream(empty());
  else detail.setExpectedStreamPosition(text(expected));
  return ['WrongExpectedVersion', detail, status.ALREADY_EXISTS];
};

/** A message that the client has no definition of: a string and two numbers. */
const eventSizeDetail = (id, ...numbers) => {
  const writer = new protobuf.BinaryWriter();
  writer.writeString(1, id);
  numbers.forEach((number, i) => writer.writeUint32(2 + i, number));
  return { serializeBinary: () => writer.getResultBuffer() };
};

export const batchFailed = (append, failure, limits) => {
  const [type, detail, code] = detailOf(append, failure, limits);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), `event_store.client.${type}`);
  const error = new statuses.Status();
  error.setCode(code);
  error.setMessage(failure.message ?? type);
  error.setDetails(packed);
  const response = batchResponse(append.correlation, append.name, append.expected);
  response.setError(error);
  return response;
};

/** A failure as the status of a call: an `exception` trailer says which it is. */
export const failureOf = (name, { kind, current, expected, id, size }, limits) => {
  const trailers = {
    'stream-deleted': { 'stream-name': name },
    'wrong-expected-version': {
      'stream-name': name,
      'expected-version': String(
        { any: -2, no_stream: -1, stream_exists: -4 }[expected] ?? expected,
      ),
      'actual-version': String(current),
    },
    'too-large': { 'maximum-append-size': String(limits?.maxAppendSize) },
    'event-too-large': {
      'event-id': id,
      'proposed-event-size': String(size),
      'maximum-append-event-size': String(limits?.maxAppendEventSize),
    },
    'missing-metadata': { 'required-metadata-properties': 'type,content-type' },
  }[kind];
  const exception =
    {
      'too-large': 'maximum-append-size-exceeded',
      'event-too-large': 'maximum-append-event-size-exceeded',
      'missing-metadata': 'missing-required-metadata-property',
    }[kind] ?? kind;
  const metadata = new Metadata();
  metadata.set('exception', exception);
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  const isArgument = ['too-large', 'event-too-large', 'missing-metadata'].includes(kind);
  const code = isArgument ? status.INVALID_ARGUMENT : status.FAILED_PRECONDITION;
  const details =
    kind === 'event-too-large'
      ? `Event with Id: ${id}, Size: ${size}, exceeds Maximum Append Event Size of ${limits.maxAppendEventSize}.`
      : exception;
  return { code, details, metadata };
};
