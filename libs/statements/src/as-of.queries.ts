import { EventStore } from '#event-store';
import { compareInstants } from '#kernel';

const recordedAt = async (store: EventStore, position: bigint): Promise<string> => {
  for await (const [event] of store.readAll(position - 1n, { upTo: position, pageSize: 1 })) {
    if (event) return event.meta.recorded;
  }
  throw new Error(`The log has no event at position ${position}.`);
};

/**
 * The position of the log at an instant: the last one recorded by then. Found by halving, in steps
 * that do not depend on how long the log is today, so that the answer is the same for ever.
 */
export const positionAt = async (store: EventStore, instant: string): Promise<bigint> => {
  const head = await store.head();
  let step = 1n;
  while (step <= head) step *= 2n;
  let position = 0n;
  for (; step > 0n; step /= 2n) {
    const next = position + step;
    if (next > head) continue;
    if (compareInstants(await recordedAt(store, next), instant) <= 0) position = next;
  }
  return position;
};
