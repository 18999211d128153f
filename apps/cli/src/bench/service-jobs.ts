import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Result } from 'autocannon';
import { Sealer, verifyLog } from '#audit';
import { developmentToken } from '../../../api/src/development-issuer.js';
import type { OpenCompany } from '../../../worker/src/company.js';
import { Simulation } from '../../../worker/src/simulation.js';
import { collectYoungGarbageEarly } from '../young-garbage.js';
import { newDeal, newPlan, repOf } from './company-of.js';
import { insertLimit } from './limits.js';
import { compared, median, percentiles, repeat, rounded, seconds, type Job } from './measure.js';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const CONNECTIONS = 16;
const HTTP_SECONDS = 8;
const WARM_UP_SECONDS = 3;
const LIMIT_SECONDS = 5;
const START_MS = 60_000;

interface Service {
  readonly url: string;
  readonly pid: number;
}

// The service in a process of its own, as people run it; it answers when `work` begins.
const withService = async <T>(
  company: OpenCompany,
  home: string,
  work: (service: Service) => Promise<T>,
): Promise<T> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    DATABASE_URL: company.database.url,
    EVERYCENT_HOME: home,
    PORT: String(port),
    LOG_LEVEL: 'silent',
  };
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const service = spawn(process.execPath, [main, 'start', '--role', 'api'], {
    env,
    stdio: 'ignore',
  });
  try {
    const until = Date.now() + START_MS;
    const isUp = (): Promise<boolean> =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) {
      if (Date.now() > until || service.exitCode !== null)
        throw new Error('The service does not start.');
      await sleep(100);
    }
    return await work({ url, pid: service.pid as number });
  } finally {
    service.kill('SIGTERM');
    if (service.exitCode === null) await once(service, 'exit');
  }
};

// The most memory that a process ever held, in MB; only Linux says so of another process.
const peakOf = (pid: number): number | undefined => {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Math.round((Number(found[1]) * 1024) / 1e6) : undefined;
  } catch {
    return undefined;
  }
};

interface Load {
  readonly url: string;
  readonly token: string;
  readonly reps: number;
  readonly times: number[];
}

let booked = Date.now() * 1000;

const setupRequest =
  ({ token, reps }: Load) =>
  (request: object): object => {
    booked += 1;
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': `bench-${booked}`,
    };
    return { ...request, headers, body: JSON.stringify(newDeal(booked, repOf(booked % reps))) };
  };

// Deals booked a second; how long each answer took is added to the times.
const load = async (of: Load, duration: number): Promise<number> => {
  const { default: autocannon } = await import('autocannon');
  const result = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: `${of.url}/v1/deals`,
        connections: CONNECTIONS,
        duration,
        requests: [{ method: 'POST', setupRequest: setupRequest(of) }],
      },
      (error: Error | null, found) => (error ? reject(error) : resolve(found)),
    );
    instance.on('response', (_client, _status, _bytes, taken) => of.times.push(taken));
  });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers were not 2xx.`);
  return result['2xx'] / result.duration;
};

/** `POST /v1/deals`: validated, authorised, durable. */
export const overHttp: Job = async (ground, runs) => {
  const company = await ground.loaded();
  const home = ground.file('service');
  const token = await developmentToken(home, { user: 'bench', role: 'integration' });
  const limits: number[] = [];
  const times: number[] = [];
  let by = '';
  let peak: number | undefined;
  const figures = await withService(company, home, async ({ url, pid }) => {
    const of = { url, token, reps: ground.company.reps };
    await load({ ...of, times: [] }, WARM_UP_SECONDS);
    const found = await repeat(runs, async () => {
      const limit = await insertLimit(company, ground, LIMIT_SECONDS);
      limits.push(limit.perSecond);
      by = limit.by;
      return load({ ...of, times }, HTTP_SECONDS);
    });
    peak = peakOf(pid);
    return found;
  });
  const name = `POST /v1/deals over HTTP, ${CONNECTIONS} connections; limit: single-row INSERT by ${by}`;
  return [
    {
      job: 3,
      name,
      unit: 'requests/s',
      ...compared(figures, limits),
      ...percentiles(times),
      ...(peak !== undefined && { memoryPeakMb: peak }),
    },
  ];
};

/** Every byte, hash, head and signature of the log. */
export const verify: Job = async (ground, runs) => {
  collectYoungGarbageEarly();
  const company = await ground.loaded();
  const {
    store,
    database: { pool },
  } = company;
  const sealer = new Sealer(store, pool, { home: ground.file('service') });
  await sealer.seal();
  const figures = await repeat(runs, () =>
    seconds(async () => {
      const { difference } = await verifyLog({
        store,
        pool,
        outside: sealer.folder.all(),
        keys: sealer.keys,
      });
      if (difference) throw new Error(difference.says);
    }),
  );
  return [
    {
      job: 9,
      name: `verify ${await store.head()} events`,
      unit: 's',
      value: rounded(median(figures)),
      runs: figures,
    },
  ];
};

/** What a change of everybody's plan would change, nothing recorded. */
export const simulate: Job = async (ground, runs) => {
  const company = await ground.calculated();
  const figures = await repeat(runs, (run) =>
    seconds(async () => {
      const simulation = await Simulation.open(company);
      await simulation.add({ type: 'publish-plan', data: newPlan(run), source: 'bench' });
      if ((await simulation.outcome()).differences.length === 0)
        throw new Error('Nobody gains or loses.');
    }),
  );
  return [
    {
      job: 11,
      name: "simulate a change of everybody's plan",
      unit: 's',
      value: rounded(median(figures)),
      runs: figures,
    },
  ];
};
