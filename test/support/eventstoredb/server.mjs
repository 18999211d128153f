// A stand-in for EventStoreDB 24.2 in a process of its own, on the client's own service definitions. It says the port it
// listens on as a line of JSON, and ends with whoever started it.
//   node server.mjs [--port 2113] [--journal file] [--max-append-size 1048576] [--no-batch]
//     [--max-append-event-size 16777216]   as 24.10.4 and later have it
//     [--no-last-checkpoint]               as 23.10, which gives no checkpoint where a subscription has caught up
//     [--leader host:port]                 a follower of that one, which knows nothing of what it was told
// On standard input it takes what it should refuse, a line of JSON each: see `faults.mjs`.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';

import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import cluster from '@eventstore/db-client/generated/gossip_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Faults } from './faults.mjs';
import { Log } from './log.mjs';
import * as messages from './messages.mjs';
import { readWith } from './reads.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    journal: { type: 'string' },
    'max-append-size': { type: 'string', default: '1048576' },
    'max-append-event-size': { type: 'string', default: 'Infinity' },
    'no-batch': { type: 'boolean', default: false },
    'no-last-checkpoint': { type: 'boolean', default: false },
    leader: { type: 'string' },
  },
});

const NAMES = ['id', 'type', 'contentType', 'stream'];

/** What was written stays written when this process is killed; a real server would also wait for the disk. */
const journalTo = (file) => (record) => {
  const line = Object.fromEntries(NAMES.map((name) => [name, record[name]]));
  for (const name of ['revision', 'position', 'created']) line[name] = String(record[name]);
  for (const name of ['data', 'metadata']) line[name] = record[name].toString('base64');
  appendFileSync(file, `${JSON.stringify(line)}\n`);
};

const restoreFrom = (file, log) => {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const record = JSON.parse(line);
    for (const name of ['revision', 'position', 'created']) record[name] = BigInt(record[name]);
    for (const name of ['data', 'metadata']) record[name] = Buffer.from(record[name], 'base64');
    log.restore(record);
  }
};

const log = new Log({
  maxAppendSize: Number(values['max-append-size']),
  maxAppendEventSize: Number(values['max-append-event-size']),
  ...(values.journal && { journal: journalTo(values.journal) }),
});
if (values.journal && existsSync(values.journal)) restoreFrom(values.journal, log);

const faults = new Faults(values.leader);
/** Every stream of appends, the oldest first. */
const batches = [];

const append = (call, callback) => {
  let options;
  const events = [];
  call.on('data', (request) => {
    if (request.hasOptions()) options = request.getOptions();
    else events.push(messages.proposedOf(request.getProposedMessage()));
  });
  call.on('end', () => {
    const name = messages.nameOf(options.getStreamIdentifier());
    const isComplete = !events.includes(undefined);
    const result = isComplete
      ? log.append(name, messages.expectedOf(options), events)
      : { ok: false, kind: 'missing-metadata' };
    if (result.ok) callback(null, messages.appended(result));
    else if (result.kind === 'wrong-expected-version')
      callback(null, messages.wrongVersionAppended(result));
    else callback(messages.failureOf(name, result, log));
  });
};

/** One long stream of appends, each perhaps in several messages; answers name the append that they are about. */
const batchAppend = (call) => {
  const open = new Map();
  batches.push(call);
  call.on('data', (request) => {
    const id = messages.idOf(request.getCorrelationId());
    if (request.hasOptions()) {
      const options = request.getOptions();
      open.set(id, {
        correlation: request.getCorrelationId(),
        name: messages.nameOf(options.getStreamIdentifier()),
        expected: messages.expectedOf(options),
        deadline: deadlineOf(options),
        events: [],
      });
    }
    const one = open.get(id);
    one.events.push(...request.getProposedMessagesList().map(messages.proposedOf));
    if (!request.getIsFinal()) return;
    open.delete(id);
    const result = settle(one);
    const answer = result.ok
      ? messages.batchAppended(one, result)
      : messages.batchFailed(one, result, log);
    const late = faults.next('answer');
    if (late) setTimeout(() => call.write(answer), late.ms);
    else call.write(answer);
  });
  call.on('end', () => call.end());
  call.on('error', () => undefined);
};

const deadlineOf = (options) => {
  const at = options.getDeadline2110?.() ?? options.getDeadline?.();
  return typeof at?.toDate === 'function' ? at.toDate().getTime() : undefined;
};

const settle = ({ name, expected, events, deadline }) => {
  const fault = faults.next('settle');
  if (fault) return { ok: false, ...fault };
  if (deadline !== undefined && deadline <= Date.now()) return { ok: false, kind: 'timeout' };
  if (events.includes(undefined)) return { ok: false, kind: 'missing-metadata' };
  return log.append(name, expected, events);
};

const remove = (verb, Response) => (call, callback) => {
  const options = call.request.getOptions();
  const name = messages.nameOf(options.getStreamIdentifier());
  const result = log[verb](name, messages.expectedOf(options));
  if (result.ok) callback(null, messages.deleted(Response, Response.Position, result.position));
  else callback(messages.failureOf(name, result, log));
};

const SUPPORTED = [
  ['Read', ['position', 'events']],
  ['Append', []],
  ['BatchAppend', ['deadline_duration']],
  ['Delete', []],
  ['Tombstone', []],
];

const supportedMethods = (_call, callback) => {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion('24.2.0');
  answer.setMethodsList(
    SUPPORTED.filter(([name]) => name !== 'BatchAppend' || !values['no-batch']).map(
      ([name, list]) => {
        const method = new features.SupportedMethod();
        method.setServiceName('event_store.client.streams.streams');
        method.setMethodName(name.toLowerCase());
        method.setFeaturesList(list);
        return method;
      },
    ),
  );
  callback(null, answer);
};

let port = Number(values.port);

/** A cluster of one: its leader is this process. */
const gossip = (_call, callback) => {
  const endPoint = new cluster.EndPoint();
  endPoint.setAddress('127.0.0.1');
  endPoint.setPort(port);
  const member = new cluster.MemberInfo();
  const id = new shared.UUID();
  id.setString('00000000-0000-8000-8000-000000000001');
  member.setInstanceId(id);
  member.setTimeStamp(String(Date.now()));
  member.setState(cluster.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setHttpEndPoint(endPoint);
  const info = new cluster.ClusterInfo();
  info.setMembersList([member]);
  callback(null, info);
};

const how = {
  isLastCheckpointed: !values['no-last-checkpoint'],
  isMute: () => faults.next('news') !== undefined,
};

const unimplemented = (_call, callback) => callback?.({ code: status.UNIMPLEMENTED });

const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
const { read, ...others } = streamsService.StreamsService;
server.addService(
  { ...others, read: { ...read, responseSerialize: messages.serialized } },
  {
    read: faults.before('read', readWith(log, how)),
    append: faults.before('append', append),
    batchAppend: faults.before('batchAppend', values['no-batch'] ? unimplemented : batchAppend),
    delete: remove('delete', streams.DeleteResp),
    tombstone: remove('tombstone', streams.TombstoneResp),
  },
);
server.addService(featuresService.ServerFeaturesService, {
  getSupportedMethods: faults.before('getSupportedMethods', supportedMethods),
});
server.addService(gossipService.GossipService, { read: faults.before('gossip', gossip) });
server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
  if (error) throw error;
  port = bound;
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const fault = JSON.parse(line);
    if (fault.call === 'oldestBatchAppend') batches.shift()?.emit('error', fault);
    else faults.add(fault);
    process.stdout.write('{}\n');
  })
  .on('close', () => process.exit(0));
