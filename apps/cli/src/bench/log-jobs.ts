import type { OpenCompany } from '../../../worker/src/company.js';
import { newDeal, repOf } from './company-of.js';
import { openPeer } from './peer.js';
import { copyLimit, insertLimit } from './limits.js';
import { compared, repeat, rounded, seconds, type Job } from './measure.js';

/** A million deals from NDJSON, validated, durable, counted. */
export const importDeals: Job = async (ground, runs) => {
  const { deals } = ground.company;
  const limits: number[] = [];
  const figures = await repeat(runs, async () => {
    const company = await ground.fresh();
    const taken = await seconds(() => ground.import(company, ground.dealsFile));
    ground.is('loaded');
    const copied = await copyLimit(company, ground);
    limits.push(copied.events / copied.seconds);
    return deals / taken;
  });
  const name =
    'import from NDJSON, validated and durable; limit: COPY of the same events into a table like the log';
  return [{ job: 1, name, unit: 'deals/s', ...compared(figures, limits) }];
};

const APPEND_SECONDS = 5;
const AT_ONCE = 8;

// Some work, so many at a time, for so long: how often a second.
const rate = async (work: () => Promise<unknown>): Promise<number> => {
  let done = 0;
  const until = performance.now() + APPEND_SECONDS * 1000;
  const client = async (): Promise<void> => {
    for (; performance.now() < until; done += 1) await work();
  };
  const taken = await seconds(() => Promise.all(Array.from({ length: AT_ONCE }, client)));
  return done / taken;
};

const appending = ({ store }: OpenCompany): (() => Promise<unknown>) => {
  const context = { recorded: new Date().toISOString(), by: 'bench' };
  const begun = Date.now();
  let n = 0;
  return () => {
    n += 1;
    const data = { ...newDeal(n, repOf(0)), id: `append-${begun}-${n}` };
    return store.append(
      `benchappend-${begun}-${n}`,
      [{ type: 'DealBooked', data }],
      'none',
      context,
    );
  };
};

const BATCH = 100;

/** Single events, eight at a time, each durable; the peer's too, and the peer's batches of a hundred. */
export const appendSingly: Job = async (ground, runs) => {
  const company = await ground.loaded();
  const append = appending(company);
  const limits: number[] = [];
  const [singles, batches]: [number[], number[]] = [[], []];
  let by = '';
  const measureAll = (peer: Awaited<ReturnType<typeof openPeer>>) =>
    repeat(runs, async () => {
      const limit = await insertLimit(company, ground, APPEND_SECONDS);
      limits.push(limit.perSecond);
      by = limit.by;
      const ours = await rate(append);
      if (peer) singles.push(await rate(() => peer.append(1)));
      if (peer) batches.push(BATCH * (await rate(() => peer.append(BATCH))));
      return ours;
    });
  const figures = await ground.elsewhere(async (url) => {
    const peer = await openPeer(url);
    try {
      return await measureAll(peer);
    } finally {
      await peer?.close();
    }
  });
  const single = `appends of single events, ${AT_ONCE} at a time; limit: single-row INSERT by ${by}`;
  const singly = { job: 2, name: single, unit: 'events/s', ...compared(figures, limits, singles) };
  return batches.length === 0 ? [singly] : [singly, await inBatches(company, runs, batches)];
};

const inBatches = async (
  company: OpenCompany,
  runs: number,
  peers: readonly number[],
): Promise<Awaited<ReturnType<Job>>[number]> => {
  const context = { recorded: new Date().toISOString(), by: 'bench' };
  const begun = Date.now();
  let n = 0;
  const figures = await repeat(runs, async () => {
    const perSecond = await rate(() => {
      n += 1;
      const events = Array.from({ length: BATCH }, (_, i) => ({
        type: 'DealBooked',
        data: newDeal(n * BATCH + i, repOf(0)),
      }));
      return company.store.append(`benchbatch-${begun}-${n}`, events, 'none', context);
    });
    return BATCH * perSecond;
  });
  const { value, ratio, peer } = compared(figures, peers, peers);
  const name = `appends of ${BATCH} events to a stream, ${AT_ONCE} at a time`;
  return {
    job: 2,
    name,
    unit: 'events/s',
    value,
    ...(peer !== undefined && { peer, peerRatio: rounded(ratio ?? 0) }),
    runs: figures,
  };
};
