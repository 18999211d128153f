import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sealer, verifyLog } from '#audit';
import { developmentToken } from '../../../api/src/development-issuer.js';
import type { OpenCompany } from '../../../worker/src/company.js';
import { Simulation } from '../../../worker/src/simulation.js';
import { newDeal, newPlan, repOf } from './company-of.js';
import { Ground } from './ground.js';
import { insertLimit } from './limits.js';
import { median, rounded, seconds, withMemory, type Job } from './measure.js';

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
const START_MS = 60_000;

// The service in a process of its own, as people run it; it answers when `work` begins.
const withService = async <T>(
  company: OpenCompany,
  home: string,
  work: (url: string) => Promise<T>,
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
  const service = spawn(process.execPath, [process.argv[1] as string, 'start', '--role', 'api'], {
    env,
    stdio: 'ignore',
  });
  try {
    const until = Date.now() + START_MS;
    while (
      !(await fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (Date.now() > until || service.exitCode !== null)
        throw new Error('The service does not start.');
      await sleep(100);
    }
    return await work(url);
  } finally {
    service.kill('SIGTERM');
    if (service.exitCode === null) await once(service, 'exit');
  }
};

/** `POST /v1/deals`: validated, authorised, durable. */
export const overHttp: Job = async (ground, runs) => {
  const { default: autocannon } = await import('autocannon');
  const company = await ground.loaded();
  const { perSecond, by } = await insertLimit(company, ground);
  const home = ground.file('service');
  const token = await developmentToken(home, { user: 'bench', role: 'integration' });
  let n = Date.now() * 1000;
  const latencies: { p50: number; p99: number }[] = [];
  const figures = await withService(company, home, async (url) => {
    const found: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const result = await autocannon({
        url: `${url}/v1/deals`,
        connections: CONNECTIONS,
        duration: HTTP_SECONDS,
        requests: [
          {
            method: 'POST',
            setupRequest: (request) => {
              n += 1;
              const headers = {
                'content-type': 'application/json',
                authorization: `Bearer ${token}`,
                'idempotency-key': `bench-${n}`,
              };
              return {
                ...request,
                headers,
                body: JSON.stringify(newDeal(n, repOf(n % ground.company.reps))),
              };
            },
          },
        ],
      });
      if (result.non2xx > 0) throw new Error(`${result.non2xx} answers were not 2xx.`);
      found.push(rounded(result['2xx'] / result.duration));
      latencies.push({ p50: result.latency.p50, p99: result.latency.p99 });
    }
    return found;
  });
  const [value, limit] = [median(figures), rounded(perSecond)];
  return [
    {
      job: 3,
      name: `POST /v1/deals over HTTP, ${CONNECTIONS} connections; limit: single-row INSERT by ${by}`,
      unit: 'requests/s',
      value,
      limit,
      ratio: rounded(value / limit),
      p50: median(latencies.map(({ p50 }) => p50)),
      p99: median(latencies.map(({ p99 }) => p99)),
      memoryPeakMb: Math.round(process.memoryUsage.rss() / 1e6),
      runs: figures,
    },
  ];
};

/** Every byte, hash, head and signature of the log. */
export const verify: Job = async (ground, runs) => {
  const company = await ground.loaded();
  const {
    store,
    database: { pool },
  } = company;
  const sealer = new Sealer(store, pool, { home: ground.file('service') });
  await sealer.seal();
  const [figures, memoryPeakMb] = await withMemory(async () => {
    const found: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      found.push(
        rounded(
          await seconds(async () => {
            const { difference } = await verifyLog({
              store,
              pool,
              outside: sealer.folder.all(),
              keys: sealer.keys,
            });
            if (difference) throw new Error(difference.says);
          }),
        ),
      );
    }
    return found;
  });
  return [
    {
      job: 9,
      name: `verify ${await store.head()} events`,
      unit: 's',
      value: median(figures),
      memoryPeakMb,
      runs: figures,
    },
  ];
};

// Microseconds that a deal costs from a line of a file to its payee's rows.
const costOf = async (ground: Ground): Promise<number> => {
  const company = await ground.fresh();
  const taken = await seconds(async () => {
    await ground.import(company, ground.dealsFile);
    await company.catchUp();
  });
  ground.isLoaded();
  return (taken / ground.company.deals) * 1e6;
};

/** What a deal costs in a company ten times as large. */
export const growth: Job = async (ground) => {
  const small = new Ground(Math.max(1000, ground.company.deals / 10), process.env);
  try {
    await small.prepare();
    const before = await costOf(small);
    const [after, memoryPeakMb] = await withMemory(() => costOf(ground));
    return [
      {
        job: 10,
        name: `growth of a deal's cost from ${small.company.deals} to ${ground.company.deals} deals`,
        unit: '%',
        value: rounded((after / before - 1) * 100),
        memoryPeakMb,
        runs: [rounded(before), rounded(after)],
      },
    ];
  } finally {
    await small.close();
  }
};

/** What a change of everybody's plan would change, nothing recorded. */
export const simulate: Job = async (ground, runs) => {
  const company = await ground.calculated();
  const [figures, memoryPeakMb] = await withMemory(async () => {
    const found: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      found.push(
        rounded(
          await seconds(async () => {
            const simulation = await Simulation.open(company);
            await simulation.add({ type: 'publish-plan', data: newPlan(run), source: 'bench' });
            if ((await simulation.outcome()).differences.length === 0)
              throw new Error('Nobody gains or loses.');
          }),
        ),
      );
    }
    return found;
  });
  return [
    {
      job: 11,
      name: "simulate a change of everybody's plan",
      unit: 's',
      value: median(figures),
      memoryPeakMb,
      runs: figures,
    },
  ];
};
