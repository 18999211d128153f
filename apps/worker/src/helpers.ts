import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Threads that take part in a calculation of many payees; it comes to the same rows with and without them. */
export type Helpers = (payees: number) => Promise<void>;

// A thread costs half a second before it is of any use.
const WORTH_A_THREAD = 2000;
const MOST_THREADS = 3;

const thread = (url: string): Promise<void> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./help.thread.js', import.meta.url), {
      workerData: { url },
    });
    // Whoever asked for help does the work alone where there is none.
    worker.once('error', () => resolve());
    worker.once('exit', () => resolve());
  });

/** Helpers on the other cores, for a database whose log is in it. */
export const threadsOn =
  (url: string): Helpers =>
  async (payees) => {
    const cores = Math.min(availableParallelism() - 1, MOST_THREADS);
    const count = Math.min(cores, Math.floor(payees / WORTH_A_THREAD));
    await Promise.all(Array.from({ length: count }, () => thread(url)));
  };
