import { Followers } from '#event-store';
import { calculate, inTeams } from '#ledger';
import { CALCULATION, concernedFacts, FACTS } from '#statements';
import type { OpenCompany } from '../../../worker/src/company.js';
import { followersOf } from '../../../worker/src/followers.js';
import { threadsOn } from '../../../worker/src/helpers.js';
import { statementAt } from '../../../worker/src/statements.js';
import type { Ground } from './ground.js';
import { HEAVY, MOVED_ACCOUNT, newDeal, repOf, TERRITORIES } from './company-of.js';
import { readLimit } from './limits.js';
import {
  compared,
  median,
  percentiles,
  repeat,
  rounded,
  seconds,
  type Figures,
  type Job,
} from './measure.js';
import { consumedByPeer, openPeer } from './peer.js';

const only = (company: OpenCompany, names: readonly string[]): Followers => {
  const {
    store,
    database: { pool },
  } = company;
  return new Followers(
    store,
    pool,
    followersOf(store, pool, threadsOn(company.database.url)).filter(({ name }) =>
      names.includes(name),
    ),
  );
};

const PEER_BATCHES = 50;
const PEER_BATCH = 100;

// The peer is given fewer events, since it would need minutes for as many.
const withPeer = <T>(
  ground: Ground,
  work: (consume: () => Promise<number | undefined>) => Promise<T>,
): Promise<T> =>
  ground.elsewhere(async (url) => {
    const peer = await openPeer(url);
    for (let i = 0; peer && i < PEER_BATCHES; i += 1) await peer.append(PEER_BATCH);
    await peer?.close();
    return work(async () => peer && consumedByPeer(url, PEER_BATCHES * PEER_BATCH));
  });

/** Followers from zero: all rows of the facts. */
export const follow: Job = async (ground, runs) => {
  const company = await ground.loaded();
  const events = Number(await company.store.head());
  const [limits, peers]: [number[], number[]] = [[], []];
  const figures = await withPeer(ground, (consume) =>
    repeat(runs, async () => {
      limits.push(events / (await readLimit(company)));
      await ground.forgetRows(company);
      const taken = await seconds(() => only(company, [FACTS]).catchUp());
      const peer = await consume();
      if (peer !== undefined) peers.push(peer);
      return events / taken;
    }),
  );
  const name =
    'followers from zero: deals, credits and marks written; limit: reading the log, parsed; peer: its idle consumer';
  return [{ job: 4, name, unit: 'events/s', ...compared(figures, limits, peers) }];
};

// The calculation by itself, on one core: what it needs is read beforehand, payees by teams as the follower takes them.
const pureSeconds = async (company: OpenCompany): Promise<number> => {
  const { book, position } = await company.knownAt(await company.store.head());
  const through = (await company.ledger.through()) ?? 11;
  let pure = 0;
  for (const payees of inTeams(book, book.payeeIds)) {
    const withDeals = book
      .withDeals(await concernedFacts(company.database.pool, book, payees))
      .asOf(Number(position));
    const start = performance.now();
    calculate(withDeals, { payees, through });
    pure += performance.now() - start;
  }
  return pure / 1000;
};

const MANY = 500_000;

/** Everything that the facts come to, calculated and written. */
export const calculateAll: Job = async (ground, runs) => {
  const company = await ground.loaded();
  await only(company, [FACTS]).catchUp();
  const figures = await repeat(runs, async () => {
    const { pool } = company.database;
    await pool.query('truncate payee_month, stale_payee');
    await pool.query('insert into stale_payee select distinct payee from credit');
    await pool.query('update checkpoint set position = 0 where follower = $1', [CALCULATION]);
    return seconds(() => only(company, [FACTS, CALCULATION]).catchUp());
  });
  const { rows } = await company.database.pool.query<{ count: string }>(
    'select count(*) from credit',
  );
  const credits = Number(rows[0]?.count);
  ground.is('calculated');
  // Of a large company the payees, a hundred at a time, are runs enough.
  const pure = median(await repeat(credits > MANY ? 1 : runs, () => pureSeconds(company)));
  const plans = ground.company.mix === 'all' ? ', by plans of every sort' : '';
  return [
    {
      job: 5,
      name: `full calculation of ${credits} credits, every line with its facts, written${plans}`,
      unit: 's',
      value: rounded(median(figures)),
      pureSeconds: rounded(pure),
      creditsPerSecond: Math.round(credits / pure),
      runs: figures,
    },
  ];
};

const LOOKS = 100;

// Followers run as they do in the service; `work` is given the position at which rows must be.
const whileFollowing = async <T>(company: OpenCompany, work: () => Promise<T>): Promise<T> => {
  const stop = new AbortController();
  const running = company.followers.run(stop.signal, (error) => {
    throw error;
  });
  try {
    return await work();
  } finally {
    stop.abort();
    await running;
  }
};

const until = async (company: OpenCompany, position: bigint): Promise<void> => {
  if (!(await company.followers.reached(position, 60_000))) throw new Error('Rows do not follow.');
};

/** One deal booked, until its payee's statement shows it. */
export const dealToStatement: Job = async (ground, runs) => {
  const company = await ground.calculated();
  const { reps } = ground.company;
  const times = await whileFollowing(company, () =>
    repeat(LOOKS * Math.min(runs, 3), async (n) => {
      const rep = repOf((n * 17) % reps);
      const data = newDeal(Date.now() * 1000 + n, rep);
      const taken = await seconds(async () => {
        const { position } = await company.execute({ type: 'book-deal', data, by: 'bench' });
        await until(company, position);
        const { lines } = await statementAt(company, { payee: rep, period: 'FY2026-M12' });
        if (!lines.some(({ deal }) => deal === (data as { id: string }).id))
          throw new Error('The deal is not on the statement.');
      });
      return taken * 1000;
    }),
  );
  const perPayee = await company.database.pool.query<{ most: string }>(
    'select count(distinct payee) as most from payee_month group by position order by 1 desc limit 1 offset 1',
  );
  return [
    {
      job: 6,
      name: `one deal booked until its payee's statement shows it; at most ${perPayee.rows[0]?.most ?? 1} payees written`,
      unit: 'ms',
      value: rounded(median(times)),
      ...percentiles(times),
      runs: times.slice(0, 3),
    },
  ];
};

const MOVES = 9;

/** A move dated back that gives a hundred deals to another owner. */
export const territoryMove: Job = async (ground) => {
  const company = await ground.calculated();
  const move = async (n: number): Promise<void> => {
    const to = TERRITORIES[(n + 1) % TERRITORIES.length];
    const data = { account: MOVED_ACCOUNT, to, on: '2026-10-01' };
    const { position } = await company.execute({ type: 'move-account', data, by: 'bench' });
    await until(company, position);
  };
  const times = await whileFollowing(company, async () => {
    // With the first one a process that has just begun reads who works there, which is no part of a move.
    await move(0);
    return repeat(MOVES, async (n) => 1000 * (await seconds(() => move(n + 1))));
  });
  return [
    {
      job: 7,
      name: 'a territory move dated a quarter back that touches 100 deals',
      unit: 'ms',
      value: rounded(median(times)),
      ...percentiles(times),
      runs: times.slice(0, 3),
    },
  ];
};

const look = async (name: string, work: (n: number) => Promise<unknown>): Promise<Figures> => {
  const times = await repeat(LOOKS, async (n) => (await seconds(() => work(n))) * 1000);
  return {
    job: 8,
    name,
    unit: 'ms',
    value: rounded(median(times)),
    ...percentiles(times),
    runs: times.slice(0, 3),
  };
};

/** A statement: now, as of the past, and explained. */
export const statements: Job = async (ground) => {
  const company = await ground.calculated();
  const head = await company.store.head();
  const of = { payee: HEAVY, period: 'FY2026-Q1' };
  const { lines } = await statementAt(company, of);
  return [
    await look(`statement of ${lines.length} lines`, () => statementAt(company, of)),
    await look('the same, as of a past position', (n) =>
      statementAt(company, { ...of, asOf: head - BigInt(n * 7) - 1n }),
    ),
    await look('explain its lines', () => statementAt(company, { ...of, trace: true })),
  ];
};
