import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { ALONE, figure, reach } from './figures.js';
import { RealService } from './service.js';

const SECONDS = figure(4, 15, 60);
const TIMES = 3;
// More than the service answers at once, so that it has to turn some away.
const CONNECTIONS = 1500;
const ACCEPTED_MS = ALONE ? 2000 : 30_000;
const BACK_MS = ALONE ? 10_000 : 60_000;

let service: RealService;
let token: string;
let booked = 0;
beforeAll(async () => {
  service = await RealService.start();
  token = await service.token({ user: 'dana', role: 'comp-admin' });
  await service.insist(token, 'POST', '/v1/calendar', { body: { start: '2026-01-01' } });
  const ana = { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' };
  await service.insist(token, 'POST', '/v1/payees', { body: ana });
});
afterAll(() => service?.close());

const deal = (id: string): object => ({
  id,
  account: 'acme',
  bookedOn: '2026-01-10',
  amount: '100.00',
  currency: 'USD',
  team: [{ payee: 'ana', share: '100%' }],
});

interface Load {
  readonly times: number[];
  readonly statuses: ReadonlySet<number>;
  readonly accepted: number;
  readonly refused: number;
}

const load = async (options: object): Promise<Load> => {
  const [times, statuses]: [number[], Set<number>] = [[], new Set()];
  let refused = 0;
  await new Promise<void>((resolve, reject) => {
    const running = autocannon(
      {
        url: `${service.url}/v1/deals`,
        ...options,
        requests: [
          {
            method: 'POST',
            setupRequest: (request: object) => {
              const id = `d-${(booked += 1)}`;
              const headers = {
                'content-type': 'application/json',
                authorization: `Bearer ${token}`,
                'idempotency-key': id,
              };
              return { ...request, headers, body: JSON.stringify(deal(id)) };
            },
          },
        ],
      },
      (error: Error | null) => (error ? reject(error) : resolve()),
    );
    running.on('response', (_client, status, _bytes, taken) => {
      statuses.add(status);
      if (status === 201) times.push(taken);
      else refused += 1;
    });
  });
  times.sort((a, b) => a - b);
  return { times, statuses, accepted: times.length, refused };
};

it(`answers soon what it accepts, and turns the rest away, when ${TIMES} times as much comes as it can do (${SECONDS} s)`, async () => {
  // A service that has just started can do less than it will.
  await load({ connections: 16, duration: 3 });
  const usual = await load({ connections: 16, duration: 3 });
  const capacity = Math.round(usual.accepted / 3);
  const crowd = { connections: CONNECTIONS, overallRate: TIMES * capacity, timeout: 30 };
  const { times, statuses, accepted, refused } = await load({ ...crowd, duration: SECONDS });
  const ended = performance.now();
  expect([...statuses].filter((status) => ![201, 429, 503].includes(status))).toEqual([]);
  expect(accepted).toBeGreaterThan(0);
  const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
  expect(p99).toBeLessThan(ACCEPTED_MS);
  // Soon after, one more is answered as on any day.
  for (;;) {
    const began = performance.now();
    const answer = await service.send(token, 'POST', '/v1/deals', {
      body: deal(`after-${began}`),
      key: `after-${began}`,
    });
    if (answer?.status === 201 && performance.now() - began < ACCEPTED_MS / 4) break;
    expect(performance.now() - ended).toBeLessThan(BACK_MS);
    await sleep(100);
  }
  reach(
    `${capacity}/s is what it can do; of ${TIMES} times as many ${accepted} accepted, p99 ${Math.round(p99)} ms, ${refused} turned away; back after ${Math.round(performance.now() - ended)} ms`,
  );
}, 600_000);
