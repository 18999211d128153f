import { openDatabase, type Database } from '#event-store';
import { Refusal } from '#kernel';
import { freshDatabase, ONE_REP, ownDeal } from '#testing';
import { OpenCompany } from '../../apps/worker/src/company.js';
import { rebuild } from '../../apps/worker/src/rebuild.postgres.js';
import { figure, randomly, reach, SEED } from './figures.js';

const ROUNDS = figure(6, 40, 2000);
const PER_COMPANY = 40;

/** Two processes on one database, as far as the database can tell. */
interface Two {
  readonly one: OpenCompany;
  readonly other: OpenCompany;
  close(): Promise<void>;
}

const MONTHS = 12;
const open = async (): Promise<Two> => {
  const database: Database = await freshDatabase();
  const one = new OpenCompany(database);
  const other = new OpenCompany(await openDatabase({ home: '', databaseUrl: database.url }));
  for (const [type, data] of ONE_REP) await say(one, type, data);
  return {
    one,
    other,
    close: async () => {
      await other.close();
      await one.close();
    },
  };
};

const say = (company: OpenCompany, type: string, data: object, by = 'dora', role?: string) =>
  company.execute({ type, data, by, ...(role && { role }) });

const deal = (id: string, on?: string) => ownDeal(id, '1000', on);

const approve = (company: OpenCompany, payout: string) =>
  say(company, 'approve-payout', { payout }, 'eva', 'approver');

/** Both at once, either one a little earlier; gives what each came to: `done`, `nothing` or the code of its refusal. */
const race = async (
  random: (below: number) => number,
  ...acts: (() => Promise<{ events: readonly unknown[] }>)[]
): Promise<string[]> => {
  const ends = await Promise.allSettled(
    acts.map(async (act) => {
      await new Promise((resolve) => setTimeout(resolve, random(8)));
      return act();
    }),
  );
  return ends.map((end) => {
    if (end.status === 'fulfilled') return end.value.events.length > 0 ? 'done' : 'nothing';
    if (end.reason instanceof Refusal) return end.reason.code;
    throw end.reason;
  });
};

const statusOf = async (company: OpenCompany, id: string): Promise<string | undefined> => {
  await company.catchUp();
  return (await company.payouts()).find((payout) => payout.id === id)?.status;
};

// Whatever a round left open is taken back, so that the next one begins with everything payable.
const clear = async (company: OpenCompany, id: string): Promise<void> => {
  const status = await statusOf(company, id);
  if (status === 'draft' || status === 'submitted')
    await say(company, 'reject-payout', { payout: id, reason: 'next round' }, 'eva', 'approver');
  if (status === 'approved' || status === 'paid')
    await say(company, 'reverse-payout', { payout: id, reason: 'next round' });
};

const submitted = async (company: OpenCompany, id: string): Promise<void> => {
  await say(company, 'draft-payout', { id, through: 'FY2026-M01' });
  await say(company, 'submit-payout', { payout: id });
};

type Round = (two: Two, id: string, random: (below: number) => number) => Promise<void>;

const RACES: Readonly<Record<string, Round>> = {
  'approve and reject: one of them': async ({ one, other }, id, random) => {
    await submitted(one, id);
    const ends = await race(
      random,
      () => approve(one, id),
      () => say(other, 'reject-payout', { payout: id, reason: 'no' }, 'zoe', 'approver'),
    );
    expect(ends.sort()).toEqual(['PayoutStateForbids', 'done']);
    expect(await statusOf(one, id)).toMatch(/^(approved|rejected)$/);
  },
  'approve and dispute: both, and the dispute’s remedy makes the payout stale': async (
    { one, other },
    id,
    random,
  ) => {
    await submitted(one, id);
    await race(
      random,
      () => approve(one, id),
      () =>
        say(
          other,
          'open-dispute',
          { id: `q-${id}`, payee: 'ana', about: { period: 'FY2026-M01' }, claim: 'too little' },
          'ana',
        ),
    );
    const remedy = {
      'adjust-earnings': {
        id: `e-${id}`,
        payee: 'ana',
        period: 'FY2026-M01',
        amount: '1',
        reason: 'agreed',
      },
    };
    await race(
      random,
      () => say(one, 'confirm-payout', { payout: id }),
      () =>
        say(
          other,
          'resolve-dispute',
          { dispute: `q-${id}`, outcome: 'upheld', text: 'right', remedy },
          'zoe',
        ),
    );
    expect(['paid', 'stale']).toContain(await statusOf(one, id));
  },
  'approve and correct: never paid what the correction changed': async (
    { one, other },
    id,
    random,
  ) => {
    await submitted(one, id);
    await race(
      random,
      () => approve(one, id),
      () =>
        say(other, 'correct-deal', {
          deal: 'd1',
          amount: `${1001 + random(100_000)}`,
          reason: 'wrong',
        }),
    );
    expect(await statusOf(one, id)).toBe('stale');
    await expect(say(one, 'confirm-payout', { payout: id })).rejects.toMatchObject({
      code: expect.stringMatching(/^Payout(Stale|StateForbids)$/),
    });
  },
  'draft and draft: no amount in both': async ({ one, other }, id, random) => {
    const others = `${id}-too`;
    const ends = await race(
      random,
      () => say(one, 'draft-payout', { id, through: 'FY2026-M01' }),
      () => say(other, 'draft-payout', { id: others, through: 'FY2026-M01' }),
    );
    expect(ends).toEqual(['done', 'done']);
    await one.catchUp();
    const drafts = (await one.payouts()).filter((payout) => [id, others].includes(payout.id));
    expect(drafts.map(({ amounts }) => amounts.length).sort()).toEqual([0, 1]);
    await clear(one, others);
  },
};

/** How many deals of a month stand in the log up to a position. */
const bookedBy = async (company: OpenCompany, month: number, position: bigint): Promise<number> => {
  const { rows } = await company.database.pool.query<{ deals: number }>(
    `select count(*)::int as deals from event where position <= $1 and type = 'DealBooked' and data like $2`,
    [position, `%"bookedOn":"2026-${String(month + 1).padStart(2, '0')}%`],
  );
  return rows[0]?.deals ?? 0;
};

const rounds = async (of: Round, count = ROUNDS): Promise<void> => {
  const random = randomly();
  for (let done = 0; done < count; done += PER_COMPANY) {
    const two = await open();
    try {
      await say(two.one, 'book-deal', deal('d1'));
      for (let n = done; n < Math.min(count, done + PER_COMPANY); n += 1) {
        await of(two, `p${n}`, random);
        await clear(two.one, `p${n}`);
      }
    } finally {
      await two.close();
    }
  }
};

describe('a race', () => {
  it.each(Object.entries(RACES))(
    `to %s (${ROUNDS} rounds, seed ${SEED})`,
    async (name, round) => {
      await rounds(round);
      reach(`${ROUNDS} rounds of ${name}`);
    },
    3_600_000,
  );

  it(`to close a month while deals of that month come in: the month stays as it was closed (${ROUNDS} rounds, seed ${SEED})`, async () => {
    const random = randomly();
    for (let done = 0; done < ROUNDS; done += MONTHS) {
      const { one, other, close } = await open();
      try {
        const closedAt: bigint[] = [];
        for (let n = 0; n < Math.min(MONTHS, ROUNDS - done); n += 1) {
          const month = String(n + 1).padStart(2, '0');
          const coming = Array.from(
            { length: 4 },
            (_, i) => () => say(other, 'book-deal', deal(`d${n}-${i}`, `2026-${month}-10`)),
          );
          let position = 0n;
          const closing = async () => {
            const closed = await say(one, 'close-period', { period: `FY2026-M${month}` });
            // What it names is what it knew; what came between that and its own place in the log is late.
            position = BigInt((closed.events[0]?.data as { position: number }).position);
            return closed;
          };
          expect(await race(random, closing, ...coming)).toEqual(
            Array.from({ length: 5 }, () => 'done'),
          );
          closedAt.push(position);
        }
        await one.catchUp();
        expect(
          (await rebuild(one, { check: true })).filter(({ live, rebuilt }) => live + rebuilt > 0),
        ).toEqual([]);
        const earned = new Map<number, bigint>();
        for await (const months of one.ledger.current({ payees: ['ana'] })) {
          for (const { month, earnings } of months)
            earned.set(
              month,
              earnings.reduce((sum, { amount }) => sum + amount, 0n),
            );
        }
        for (const [month, position] of closedAt.entries()) {
          expect([month, earned.get(month) ?? 0n]).toEqual([
            month,
            BigInt(await bookedBy(one, month, position)) * 10_000n,
          ]);
        }
      } finally {
        await close();
      }
    }
    reach(`${ROUNDS} rounds of closing a month while its deals come in`);
  }, 3_600_000);
});
