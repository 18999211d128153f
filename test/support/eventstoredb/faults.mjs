// What the stand-in was told to refuse, and what a follower refuses by itself.
import { Metadata, status } from '@grpc/grpc-js';

const statusOf = ({ code, details, trailers = {} }) => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
};

/**
 * Each fault has the name of a `call`, is met once, and is how that call then fails: with the `code`, `details` and
 * `trailers` of a status. `settle` is what becomes of one append among many: the `kind` of an answer to it alone, and
 * the `message` of one that has no type of its own. `answer` comes late, by `ms`. `news` never come, of the first
 * subscription that has some. `oldestBatchAppend` is no call to come
 * but the stream of appends that has been open for longest, which ends so.
 */
export class Faults {
  #faults = [];
  #leader;

  constructor(leader) {
    this.#leader = leader;
  }

  add(fault) {
    this.#faults.push(fault);
  }

  next(call) {
    const index = this.#faults.findIndex((fault) => fault.call === call);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0];
  }

  /** Does the work, unless it is to fail first. */
  before(name, work) {
    return (call, callback) => {
      const fault = this.next(name) ?? this.#notLeader(call);
      if (!fault) return work(call, callback);
      if (callback) return callback(statusOf(fault));
      return call.emit('error', statusOf(fault));
    };
  }

  #notLeader(call) {
    if (!this.#leader || !call.metadata.get('requires-leader').includes('true')) return undefined;
    const [host, port] = this.#leader.split(':');
    return {
      code: status.NOT_FOUND,
      details: 'Leader info available',
      trailers: {
        exception: 'not-leader',
        'leader-endpoint-host': host,
        'leader-endpoint-port': port,
      },
    };
  }
}
