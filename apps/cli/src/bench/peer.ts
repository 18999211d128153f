import { newDeal, repOf } from './company-of.js';

/** The peer's event store, in a database of its own. */
export interface Peer {
  /** Appends so many events to a new stream. */
  append(events: number): Promise<unknown>;
  close(): Promise<void>;
}

// A dependency for development only: where it is not installed, the figures of the peer are left out.
const load = async (): Promise<typeof import('@event-driven-io/emmett-postgresql') | undefined> => {
  try {
    return await import('@event-driven-io/emmett-postgresql');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write(
      'Not measured: the peer, @event-driven-io/emmett-postgresql, is not installed (npm install).\n',
    );
    return undefined;
  }
};

/** Opens the peer in an empty database; undefined, and said so, where it is not installed. */
export const openPeer = async (url: string): Promise<Peer | undefined> => {
  const emmett = await load();
  if (!emmett) return undefined;
  const store = emmett.getPostgreSQLEventStore(url);
  await store.schema.migrate();
  const begun = Date.now();
  let n = 0;
  return {
    append: (events) => {
      n += 1;
      const first = n * 1000;
      return store.appendToStream(
        `deal-${begun}-${n}`,
        Array.from({ length: events }, (_, i) => ({
          type: 'DealBooked',
          data: newDeal(first + i, repOf(0)) as Record<string, unknown>,
        })),
        { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
      );
    },
    close: () => store.close(),
  };
};

/** Events a second that the peer's consumer hands to a handler that does nothing, from the beginning to the end. */
export const consumedByPeer = async (url: string, events: number): Promise<number | undefined> => {
  const emmett = await load();
  if (!emmett) return undefined;
  let seen = 0;
  const consumer = emmett.postgreSQLEventStoreConsumer({
    connectionString: url,
    stopWhen: { noMessagesLeft: true },
  });
  consumer.reactor({
    processorId: 'idle',
    startFrom: 'BEGINNING',
    eachMessage: () => {
      seen += 1;
    },
  });
  const start = performance.now();
  await consumer.start();
  const taken = (performance.now() - start) / 1000;
  await consumer.close();
  if (seen < events) throw new Error(`The peer handed on ${seen} of ${events} events.`);
  return seen / taken;
};
