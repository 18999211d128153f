import fc from 'fast-check';
import { Book } from '#crediting';
import { Refusal } from '#kernel';
import { calculate } from '#ledger';
import { readCommand } from '#scenarios';
import { factOf, payeeMonths, stalePayouts, writeBody } from '#statements';
import { freshDatabase } from '#testing';
import { OpenCompany } from './company.js';
import { payoutsIn } from './payouts.js';
import { CHANGES, START, type Said } from './random-commands.fixtures.js';
import { rebuild } from './rebuild.postgres.js';

const inOneGo = async (company: OpenCompany): Promise<string[]> => {
  const book = Book.empty();
  for await (const page of company.store.readAll(0n))
    for (const event of page) book.record(factOf(event));
  const through = (await company.ledger.through()) ?? 0;
  const payouts = payoutsIn(book, await stalePayouts(company.database.pool));
  return payeeMonths(calculate(book, { through, payouts })).map(
    (month) => `${month.payee} ${month.month} ${writeBody(month)}`,
  );
};

const asRows = async (company: OpenCompany): Promise<string[]> => {
  const { rows } = await company.database.pool.query<{ row: string }>(
    `select payee || ' ' || month || ' ' || body::text as row from payee_month order by payee, month`,
  );
  return rows.map(({ row }) => row);
};

const give = async (company: OpenCompany, [type, plain]: Said): Promise<void> => {
  const reading = readCommand(type, plain);
  if (reading.faults) throw new Error(JSON.stringify([type, plain, reading.faults]));
  // Nobody approves what he has submitted.
  const by = type === 'approve-payout' ? 'eva' : 'admin';
  await company.execute({ type, data: reading.data, by });
};

const begin = async (company: OpenCompany): Promise<void> => {
  for (const item of START) await give(company, item);
};

// Of random commands many are refused.
const tryToGive = (company: OpenCompany, item: Said): Promise<void> =>
  give(company, item).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });

const RUNS = Number(process.env['INCREMENTAL_RUNS'] ?? 4);
const LENGTH = Number(process.env['INCREMENTAL_LENGTH'] ?? 40);
const SEED = Number(process.env['EVERYCENT_SEED'] ?? Date.now() % 2 ** 31);

/** Commands, each with whether the followers catch up after it. */
type History = readonly (readonly [Said, boolean])[];

const isPause = fc.integer({ min: 0, max: 3 }).map((n) => n === 0);
const histories = fc
  .array(fc.tuple(CHANGES, isPause), { minLength: LENGTH, maxLength: LENGTH })
  .map((all) => all.flatMap(([said, pause]) => said.map((item) => [item, pause] as const)));

const hold = async (steps: History): Promise<void> => {
  const company = new OpenCompany(await freshDatabase());
  try {
    await begin(company);
    for (const [item, isFollowed] of steps) {
      await tryToGive(company, item);
      if (isFollowed) await company.catchUp();
    }
    await company.catchUp();
    expect(await asRows(company)).toEqual(await inOneGo(company));
    const differing = (await rebuild(company, { check: true })).filter(
      ({ live, rebuilt }) => live + rebuilt > 0,
    );
    expect(differing).toEqual([]);
  } finally {
    await company.close();
  }
};

const deal = (bookedOn: string): object => ({
  account: 'a4',
  bookedOn,
  amount: '96.18',
  currency: 'USD',
});

// Leaves out blocks of half the size each time, for as long as it still fails.
const shrunk = async (failing: History): Promise<History> => {
  let steps = failing;
  for (let size = steps.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start < steps.length;) {
      const rest = [...steps.slice(0, start), ...steps.slice(start + size)];
      const isFine = await hold(rest).then(
        () => true,
        () => false,
      );
      if (isFine) start += size;
      else steps = rest;
    }
  }
  return steps;
};

// What was found once, with the fewest commands that failed.
const FOUND: Readonly<Record<string, Said[]>> = {
  'an adjustment beside which a deal of others was booked': [
    ['change-payee', { payee: 'dee', on: '2026-01-03', manager: 'cyd' }],
    ['book-deal', { id: 'd6', ...deal('2026-01-04'), team: [{ payee: 'eve', share: '1' }] }],
    ['close-period', { period: 'FY2026-M01' }],
    ['change-payee', { payee: 'eve', on: '2026-01-03', manager: 'dee' }],
    ['book-deal', { id: 'd3', ...deal('2026-01-08'), team: [{ payee: 'ana', share: '1' }] }],
  ],
  'an account that moves after an adjustment of one of its deals': [
    ['close-period', { period: 'FY2026-M01' }],
    ['book-deal', { id: 'd1', ...deal('2026-03-27'), team: [{ payee: 'eve', share: '1' }] }],
    ['close-period', { period: 'FY2026-M02' }],
    ['close-period', { period: 'FY2026-M03' }],
    ['correct-deal', { deal: 'd1', bookedOn: '2026-04-02', reason: 'wrong' }],
    ['move-account', { account: 'a4', to: 't3', on: '2026-06-13' }],
  ],
  'an overlay that he has for another reason': [
    [
      'assign-territory',
      { territory: 't1', payee: 'eve', role: 'overlay', share: '1', from: '2026-01-01' },
    ],
    ['book-deal', { id: 'd4', ...deal('2026-06-18') }],
    ['register-account', { id: 'a4', name: 'A', attributes: { zone: 'w' } }],
    [
      'assign-territory',
      { territory: 't2', payee: 'eve', role: 'overlay', share: '1', from: '2026-02-26' },
    ],
  ],
  'a deal that was never of the team, but would have been by what was learned since': [
    ['move-account', { account: 'a4', to: 't2', on: '2026-01-04' }],
    ['book-deal', { id: 'd4', ...deal('2026-03-22') }],
    ['book-deal', { id: 'd1', ...deal('2026-01-06'), team: [{ payee: 'eve', share: '1' }] }],
    ['assign-plan', { payee: 'dee', plan: 'lead', from: '2026-01-01' }],
    ['close-period', { period: 'FY2026-M01' }],
    ['close-period', { period: 'FY2026-M02' }],
    ['close-period', { period: 'FY2026-M03' }],
    ['correct-deal', { deal: 'd4', account: 'a3', reason: 'wrong' }],
    [
      'assign-territory',
      { territory: 't2', payee: 'dee', role: 'owner', share: '1', from: '2026-02-04' },
    ],
    [
      'correct-deal',
      {
        deal: 'd1',
        bookedOn: '2026-04-06',
        account: 'a3',
        team: [{ payee: 'eve', share: '1' }],
        reason: 'wrong',
      },
    ],
  ],
  'rules that give an account to another territory before it moved': [
    ['book-deal', { id: 'd6', ...deal('2026-06-28') }],
    [
      'assign-territory',
      { territory: 't2', payee: 'cyd', role: 'owner', share: '1', from: '2026-01-02' },
    ],
    [
      'move-account',
      { account: 'a4', to: 't1', on: '2026-03-24', holdover: { until: '2026-09-30' } },
    ],
    ['register-account', { id: 'a4', name: 'A', attributes: { zone: 'w' } }],
    [
      'define-territory',
      { id: 't5', name: 'T', parent: 't1', rule: 'account.attributes.zone == "w"', priority: 3 },
    ],
  ],
};

describe('rows', () => {
  for (const [what, steps] of Object.entries(FOUND)) {
    it(`are the same with ${what}`, () => hold(steps.map((item) => [item, true])));
  }

  it(`are the same whether facts came one by one or all at once, and in one calculation of everything (${RUNS} times ${LENGTH} commands, seed ${SEED})`, async () => {
    for (const [run, steps] of fc.sample(histories, { seed: SEED, numRuns: RUNS }).entries()) {
      try {
        await hold(steps);
        // A long run that is stopped has a figure too.
        if (run % 20 === 19 && run + 1 < RUNS)
          process.stderr.write(`      ${run + 1} of ${RUNS} held so far\n`);
      } catch (error) {
        const fewest = JSON.stringify(await shrunk(steps));
        throw new Error(`Run ${run + 1} fails, with the fewest commands: ${fewest}`, {
          cause: error,
        });
      }
    }
  }, 3_600_000);
});

describe('several processes', () => {
  it('share the calculation, and come to the rows that one comes to', async () => {
    const company = new OpenCompany(await freshDatabase());
    try {
      await begin(company);
      for (let n = 0; n < 400; n += 1) {
        const payee = `p${n % 80}`;
        if (n < 80) {
          await give(company, [
            'add-payee',
            { id: payee, name: payee, hiredOn: '2025-01-01', currency: 'USD', manager: 'bob' },
          ]);
          await give(company, ['assign-plan', { payee, plan: 'rep', from: '2026-01-01' }]);
        }
        await give(company, [
          'book-deal',
          {
            id: `n${n}`,
            account: 'a1',
            bookedOn: '2026-03-04',
            amount: `${n}.10`,
            currency: 'USD',
            team: [{ payee, share: '1' }],
          },
        ]);
      }
      const others = Array.from({ length: 3 }, () => new OpenCompany(company.database));
      await Promise.all([company, ...others].map((one) => one.catchUp()));
      expect(await asRows(company)).toEqual(await inOneGo(company));
    } finally {
      await company.close();
    }
  }, 60_000);
});
