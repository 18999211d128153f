import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { freshDatabase, ownDeal, planOf } from '#testing';
import { CALCULATION_VERSION } from './commitments.js';
import { OpenCompany } from './company.js';
import { replay, type Compared } from './replay.postgres.js';

let home: string;
let company: OpenCompany;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'everycent-replay-'));
  company = new OpenCompany(await freshDatabase(), { home });
});
afterEach(async () => {
  company.leaveUnsealed();
  await company.close();
  rmSync(home, { recursive: true });
});

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });
const book = (id: string, bookedOn: string, amount: string, payee = 'ana') =>
  say('book-deal', ownDeal(id, amount, bookedOn, payee));

const start = async (): Promise<void> => {
  await say('define-calendar', { start: '2026-01-01' });
  await say('publish-plan', planOf({ id: 'bookings', type: 'commission', rate: '0.1' }));
  for (const id of ['ana', 'bob']) {
    await say('add-payee', { id, name: id, hiredOn: '2025-01-01', currency: 'USD' });
    await say('assign-plan', { payee: id, plan: 'ae', from: '2026-01-01' });
  }
  await book('d1', '2026-01-10', '1000');
  await book('d2', '2026-01-20', '500', 'bob');
  await say('close-period', { period: 'FY2026-M01' });
  await say('draft-payout', { id: 'p1', through: 'FY2026-M01' }, 'dora');
  await say('submit-payout', { payout: 'p1' }, 'dora');
  await say('approve-payout', { payout: 'p1' }, 'eva');
  await say('confirm-payout', { payout: 'p1' }, 'eva');
  await say('amend-deal', { deal: 'd1', on: '2026-01-15', amount: '800' });
  await book('d3', '2026-02-10', '300');
  await say('close-period', { period: 'FY2026-M02' });
  await say('draft-payout', { id: 'p2', through: 'FY2026-M02' }, 'dora');
  await company.sealer?.seal();
};

const played = async (position?: bigint): Promise<Compared[]> => {
  const found: Compared[] = [];
  for await (const one of replay(company, position ?? (await company.store.head())))
    found.push(one);
  return found;
};
const words = (found: readonly Compared[]): string[] =>
  found.map(({ commitment, equal }) => `${commitment} ${equal ? 'equal' : 'differs'}`);

/** As somebody who owns the database, and stops its triggers. */
const tamper = async (sql: string): Promise<void> => {
  const client = await company.database.pool.connect();
  try {
    await client.query(
      `set role none; begin; set local session_replication_role = replica; ${sql}; commit; reset role`,
    );
  } finally {
    client.release();
  }
};

const positionOf = async (stream: string): Promise<bigint> =>
  (await company.store.read(stream))[0]?.position as bigint;

describe('the replay of a ledger', () => {
  it('is equal to every commitment, each as it was known then', async () => {
    await start();
    expect(words(await played())).toEqual([
      'payout p1 equal',
      'payout p2 equal',
      'period FY2026-M01 equal',
      'period FY2026-M02 equal',
    ]);
    const then = await positionOf('deal-d3');
    expect(words(await played(then))).toEqual(['payout p1 equal', 'period FY2026-M01 equal']);
    expect(await played(1n)).toEqual([]);
    expect(await played(0n)).toEqual([]);
    const { rows } = await company.database.pool.query(
      "select from pg_namespace where nspname like 'replay%'",
    );
    expect(rows).toEqual([]);
  });

  it('names what differs and where the log was changed', async () => {
    await start();
    const changed = await positionOf('deal-d2');
    await tamper(
      `update event set data = replace(data, '"500"', '"900"') where position = ${changed}`,
    );
    const found = await played();
    expect(words(found)).toEqual([
      'payout p1 differs',
      'payout p2 differs',
      'period FY2026-M01 differs',
      'period FY2026-M02 equal',
    ]);
    const [p1, , m1] = found;
    expect(p1).toMatchObject({
      differences: [{ figure: 'bob USD', committed: '50.00', recomputed: '90.00' }],
      causes: [`the log was changed, first at position ${changed}`],
    });
    expect(m1?.differences.map(({ figure }) => figure)).toContain(
      '["payable","bob","FY2026-M01","50.00"]',
    );
  });

  it('holds issued statements against what was known when each was issued, to the byte', async () => {
    await start();
    const issue = (payee: string, period: string) =>
      say('issue-statement', { payee, period }, 'dana');
    await issue('ana', 'FY2026-M01');
    await issue('bob', 'FY2026-M01');
    await book('d4', '2026-01-30', '70');
    await issue('ana', 'FY2026-M01');
    await issue('ana', 'FY2026-Q1');
    await company.sealer?.seal();
    const statements = async (): Promise<Compared[]> =>
      (await played()).filter(({ commitment }) => commitment.startsWith('statement'));
    const found = await statements();
    expect(words(found)).toEqual([
      'statement ana FY2026-M01 equal',
      'statement ana FY2026-M01 equal',
      'statement ana FY2026-Q1 equal',
      'statement bob FY2026-M01 equal',
    ]);
    const [first, second] = found;
    expect(words(await played(BigInt(second?.position as number)))).toContain(
      'statement ana FY2026-M01 equal',
    );
    expect(first?.position).toBeLessThan(second?.position as number);
    const changed = await positionOf('deal-d4');
    await tamper(
      `update event set data = replace(data, '"70"', '"80"') where position = ${changed}`,
    );
    const again = await statements();
    expect(words(again)).toEqual([
      'statement ana FY2026-M01 equal',
      'statement ana FY2026-M01 differs',
      'statement ana FY2026-Q1 differs',
      'statement bob FY2026-M01 equal',
    ]);
    expect(again[1]?.causes).toEqual([`the log was changed, first at position ${changed}`]);
    expect(again[1]?.differences).toContainEqual({
      figure: 'adjustedLater[1].amount.amount',
      committed: '7.00',
      recomputed: '8.00',
    });
  });

  it('says so where a statement was issued by an older version of the calculation, or is not what it says', async () => {
    await start();
    await say('issue-statement', { payee: 'bob', period: 'FY2026-M01' }, 'dana');
    const [issued] = await company.store.read('statement-bob');
    expect(issued?.data).toHaveProperty('calculation', CALCULATION_VERSION);
    const other = deflateRawSync('{"payee":"bob","earned":[]}').toString('base64');
    await tamper(`update event set data = jsonb_set(jsonb_set(data::jsonb, '{calculation}', '0'), '{content}', '"${other}"')::text
      where stream = 'statement-bob'`);
    const statement = (await played()).find(({ commitment }) => commitment.startsWith('statement'));
    expect(statement?.causes).toEqual([
      'its words do not have the hash that it names',
      `it was made by version 0 of the calculation; this is version ${CALCULATION_VERSION}`,
    ]);
    expect(statement?.differences).toContainEqual({ figure: 'period', recomputed: 'FY2026-M01' });
  });

  it('names a commitment that contradicts itself, and one made by another version', async () => {
    await start();
    const [drafted, submitted, approved] = await company.store.read('payout-p1');
    await tamper(
      `update event set data = replace(data, '"root":"', '"root":"0') where position = ${approved?.position}`,
    );
    expect((await played())[0]).toMatchObject({
      equal: false,
      causes: [`PayoutApproved at position ${approved?.position} names another root hash`],
    });
    expect(submitted?.data).toHaveProperty('root');
    await tamper(`update event set data = replace(replace(data, '"calculation":${CALCULATION_VERSION}', '"calculation":0'), '"50.00"', '"51.00"')
      where position = ${drafted?.position}`);
    const [p1] = await played();
    expect(p1?.causes).toContain('its amounts do not have the root hash that it names');
  });

  it('says so where an older version of the calculation came to other figures', async () => {
    await start();
    const [drafted] = await company.store.read('payout-p1');
    const other = 'f'.repeat(64);
    const { root } = drafted?.data as { root: string };
    await tamper(`update event set data = replace(replace(data, '"calculation":${CALCULATION_VERSION}', '"calculation":0'), '${root}', '${other}')
      where stream = 'period-company' or stream = 'payout-p1'`);
    await tamper(`update event set data = regexp_replace(replace(data, '"calculation":${CALCULATION_VERSION}', '"calculation":0'), '"root":"[0-9a-f]{64}"', '"root":"${other}"')
      where stream = 'period-company'`);
    const month = (await played()).find(({ commitment }) => commitment === 'period FY2026-M01');
    expect(month?.causes).toEqual([
      `it was made by version 0 of the calculation; this is version ${CALCULATION_VERSION}`,
    ]);
  });

  it('compares what was closed by its position alone with what it is at the end', async () => {
    await start();
    await tamper(
      'update event set data = \'{"period":"FY2026-M01"}\' where stream = \'period-company\' and revision = 0',
    );
    expect(words(await played())).toContain('period FY2026-M01 equal');
  });
});
