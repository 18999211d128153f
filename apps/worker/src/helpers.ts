import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Lot, Simulated } from './simulated-pay.js';

/** Threads that take part in a calculation of many payees; it comes to the same rows with and without them. */
export type Helpers = (payees: number) => Promise<void>;

// A thread costs half a second before it is of any use.
const WORTH_A_THREAD = 2000;
const MOST_THREADS = 3;

// Whoever asked for help does the work alone where there is none.
const help = async (payees: number, begin: () => Worker): Promise<void> => {
  const cores = Math.min(availableParallelism() - 1, MOST_THREADS);
  const count = Math.min(cores, Math.floor(payees / WORTH_A_THREAD));
  const thread = (): Promise<void> =>
    new Promise((resolve) => {
      const worker = begin();
      worker.once('error', () => resolve());
      worker.once('exit', () => resolve());
    });
  await Promise.all(Array.from({ length: count }, thread));
};

/** Helpers on the other cores, for a database whose log is in it. */
export const threadsOn =
  (url: string): Helpers =>
  (payees) =>
    help(
      payees,
      () => new Worker(new URL('./help.thread.js', import.meta.url), { workerData: { url } }),
    );

/** Helpers with a simulation: `done` hears of each lot of payees that one of them has calculated. */
export const simulateOn = (
  url: string,
  simulated: Simulated,
  done: (lot: Lot) => void,
): Promise<void> =>
  help(simulated.payees.length, () => {
    const workerData = { url, simulated };
    const file = new URL('./simulation.thread.js', import.meta.url);
    return new Worker(file, { workerData }).on('message', done);
  });
