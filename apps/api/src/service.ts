import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { pino, type Logger } from 'pino';
import type { Configuration } from '#event-store';
import type { OpenCompany } from '../../worker/src/company.js';
import { runEscalations } from '../../worker/src/escalations.js';
import { runWebhooks } from '../../worker/src/webhooks/webhooks.js';
import { createApi } from './api.js';
import { developmentIssuer } from './development-issuer.js';
import { Idempotency } from './idempotency.postgres.js';
import { remoteIssuer, Tokens } from './tokens.js';

const FINISH_MS = 10_000;
const RESTART_MS = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What one process of the service does: all of it, or only HTTP, or only the followers. */
export type Part = 'all' | 'api' | 'worker';

/** A running service. */
export interface Service {
  /** Where HTTP answers; undefined for a worker. */
  readonly url?: string;
  /** Finishes what has begun, then stops; the company stays open. */
  stop(): Promise<void>;
}

/** One JSON line an event on stdout; never what was sent, and no token. */
export const openLog = (level: Configuration['logLevel']): Logger =>
  pino(
    { level, redact: ['req.headers.authorization'] },
    pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );

const follow = (company: OpenCompany, log: Logger): (() => Promise<void>) => {
  const stopping = new AbortController();
  const following = company.followers.run(stopping.signal, (error) =>
    log.error({ err: error }, 'A follower failed; it tries again.'),
  );
  const sealing = company.sealer?.run(stopping.signal, (error) =>
    log.error({ err: error }, 'The log could not be sealed; it is tried again.'),
  );
  const telling = runWebhooks(company.store, company.database.pool, stopping.signal, (error) =>
    log.error({ err: error }, 'Messages wait; they are tried again.'),
  );
  const escalating = runEscalations(company, stopping.signal, (error) =>
    log.error({ err: error }, 'Overdue disputes wait; it is tried again.'),
  );
  return async () => {
    stopping.abort();
    await Promise.all([following, sealing, telling, escalating]);
  };
};

/** The same on a thread of its own beside HTTP; one that dies is started again. */
const followOnThread = (
  { database }: OpenCompany,
  configuration: Configuration,
  log: Logger,
): (() => Promise<void>) => {
  const file = new URL('../../worker/src/thread.js', import.meta.url);
  let thread: Worker;
  let ended: Promise<void>;
  let isStopping = false;
  const start = (): void => {
    thread = new Worker(file, { workerData: { ...configuration, databaseUrl: database.url } });
    thread.on('message', (words) => log.error(String(words)));
    thread.on('error', (error) =>
      log.error({ err: error }, 'The followers died; they start again.'),
    );
    ended = new Promise((resolve) => {
      thread.once('exit', () => {
        resolve();
        if (!isStopping) setTimeout(() => isStopping || start(), RESTART_MS);
      });
    });
  };
  start();
  return async () => {
    isStopping = true;
    thread.postMessage('stop');
    const end = setTimeout(() => void thread.terminate(), FINISH_MS);
    await ended;
    clearTimeout(end);
  };
};

const serve = async (
  company: OpenCompany,
  { home, auth, admin, port }: Configuration,
  log: Logger,
): Promise<{ url: string; stop: () => Promise<void> }> => {
  const issuer = auth
    ? await remoteIssuer(auth.issuer, auth.audience)
    : await developmentIssuer(home);
  const idempotency = new Idempotency(company.database.pool, (error) =>
    log.warn(
      { err: error },
      'An answer was not kept: the same request, sent again, runs again, without another effect.',
    ),
  );
  const forget = (): void =>
    void idempotency
      .forgetOld()
      .catch((error: unknown) => log.warn({ err: error }, 'Old keys remain.'));
  const daily = setInterval(forget, DAY_MS).unref();
  forget();
  // Whoever asks first need not wait until the company is read; where it cannot be, he is told.
  void company.book().catch(() => undefined);
  const app = await createApi({
    company,
    idempotency,
    tokens: new Tokens(issuer),
    ...(admin !== undefined && { admin }),
    log,
  });
  await app.listen(port);
  const server = app.getHttpServer();
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      clearInterval(daily);
      // Whoever is still being answered has a moment; whoever only keeps the line open has not.
      const cut = setTimeout(() => server.closeAllConnections(), FINISH_MS).unref();
      server.closeIdleConnections();
      await app.close();
      clearTimeout(cut);
      await idempotency.close();
    },
  };
};

const following = (
  company: OpenCompany,
  configuration: Configuration,
  part: Part,
  log: Logger,
): (() => Promise<void>) | undefined => {
  switch (part) {
    case 'api':
      return undefined;
    case 'worker':
      return follow(company, log);
    case 'all':
      return followOnThread(company, configuration, log);
  }
};

/** Starts a part of the service on an open company. Throws where the port is taken or the issuer does not answer. */
export const startService = async (
  company: OpenCompany,
  configuration: Configuration,
  part: Part,
  log: Logger,
): Promise<Service> => {
  const stopFollowing = following(company, configuration, part, log);
  try {
    const http = part === 'worker' ? undefined : await serve(company, configuration, log);
    return {
      ...(http && { url: http.url }),
      stop: async () => {
        await http?.stop();
        await stopFollowing?.();
      },
    };
  } catch (error) {
    await stopFollowing?.();
    throw error;
  }
};
