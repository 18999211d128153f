import { parentPort, workerData } from 'node:worker_threads';
import type { Configuration } from '#event-store';
import { openCompany } from './company.js';
import { runEscalations } from './escalations.js';
import { runWebhooks } from './webhooks/webhooks.js';

// The followers on a thread of their own, so that a calculation never keeps a request waiting. They end on any message.
if (!parentPort) throw new Error('This file is the inside of a thread.');
const port = parentPort;
const configuration = workerData as Configuration & { readonly databaseUrl: string };
const stopping = new AbortController();
port.once('message', () => stopping.abort());

const failed =
  (what: string) =>
  (error: unknown): void =>
    port.postMessage(
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );

const company = await openCompany(configuration, { signals: 'leave', connections: 6 });
await Promise.all([
  company.followers.run(stopping.signal, failed('A follower failed; it tries again')),
  company.sealer?.run(stopping.signal, failed('The log could not be sealed; it is tried again')),
  runEscalations(company, stopping.signal, failed('Disputes wait; it is tried again')),
  runWebhooks(
    company.store,
    company.database.pool,
    stopping.signal,
    failed('Messages wait; they are tried again'),
  ),
]);
// Whoever runs the thread closes the service, and seals what there is then.
company.leaveUnsealed();
await company.close();
port.close();
