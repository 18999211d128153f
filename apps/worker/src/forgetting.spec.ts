import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { verifyLog, type Sealer } from '#audit';
import { PostgresEventStore } from '#event-store';
import { FORGOTTEN } from '#payees';
import { TABLES, type TableName } from '#statements';
import { ANA, ANA_MOVED, dumpOf, freshDatabase, PERSONAL, tracesIn } from '#testing';
import { OpenCompany } from './company.js';
import { controlOf } from './controls.js';
import { issuedStatement } from './issued-statements.js';
import { rebuild } from './rebuild.postgres.js';
import { replay } from './replay.postgres.js';
import { statementAt } from './statements.js';
import { tableOf } from './tables.js';

let home: string;
let company: OpenCompany;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });
const of = { payee: 'ana', period: 'FY2026-M01' };
const forget = (fields: object = {}) =>
  say('forget-payee', { payee: 'ana', confirm: 'ana', reason: 'request 4711', ...fields }, 'dana');
const deal = (id: string, bookedOn: string, amount: string) =>
  say('book-deal', {
    id,
    account: 'acme',
    bookedOn,
    amount,
    currency: 'USD',
    team: [
      { payee: 'ana', share: '0.6' },
      { payee: 'bob', share: '0.4' },
    ],
  });

const plan = (where: string, from = '2026-01-01') => ({
  id: 'ae',
  currency: 'USD',
  from,
  components: [{ id: 'c', type: 'commission', rate: '0.1', measure: { where } }],
});

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'everycent-privacy-'));
  company = new OpenCompany(await freshDatabase(), { home });
  await say('define-calendar', { start: '2026-01-01' });
  await say('set-policy', { personalAttributes: ['phone'] });
  await say('publish-plan', plan('payee.attributes.region == "emea" || payee.id == "bob"'));
  await say('add-payee', ANA);
  await say('add-payee', { ...ANA, id: 'bob', name: 'Bob Stone', email: 'bob@mail.example' });
  for (const payee of ['ana', 'bob'])
    await say('assign-plan', { payee, plan: 'ae', from: '2026-01-01' });
  await say('change-payee', ANA_MOVED);
  await deal('d1', '2026-01-10', '1000');
});
afterEach(async () => {
  await company.close();
  rmSync(home, { recursive: true, force: true });
});

const settle = async (): Promise<void> => {
  await say('issue-statement', of, 'dana');
  await say('close-period', { period: 'FY2026-M01' });
  await say('draft-payout', { id: 'p1', through: 'FY2026-M01' }, 'dora');
  await say('submit-payout', { payout: 'p1' }, 'dora');
  await say('approve-payout', { payout: 'p1' }, 'eva');
  await say('confirm-payout', { payout: 'p1' }, 'eva');
  await say('terminate-payee', { payee: 'ana', on: '2026-02-01' });
};

const dump = (): Promise<string> => dumpOf(company.database.url);
const traces = (text: string): string[] => tracesIn(text, PERSONAL);

const figures = async (asOf?: bigint): Promise<string> => {
  await company.catchUp();
  const found: (readonly string[])[] = [];
  for (const table of Object.keys(TABLES) as TableName[])
    for await (const { cells } of tableOf(company, table, asOf === undefined ? {} : { asOf }))
      found.push([table, ...cells]);
  return JSON.stringify(found);
};

const verified = async () => {
  const { store, database } = company;
  const sealer = company.sealer as Sealer;
  await sealer.seal();
  const outside = sealer.folder.all();
  return verifyLog({ store, pool: database.pool, outside, keys: sealer.keys });
};

describe('a forgotten payee', () => {
  it('leaves no trace in the database, and amounts stay what they were', async () => {
    await settle();
    expect(traces(await dump())).toEqual([]);
    const { statement, sha256 } = await issuedStatement(company.store, of.payee, of.period);
    expect(statement.name).toBe(ANA.name);
    const at = await company.catchUp();
    const [before, then] = [await figures(), await statementAt(company, of)];

    expect((await forget()).events.map(({ type }) => type)).toEqual(['PayeeForgotten']);
    expect((await forget()).events).toEqual([]);
    expect(await figures()).toBe(before);
    expect(await figures(at)).toBe(before);
    for (const asOf of [undefined, at, 9n]) {
      const now = await statementAt(company, { ...of, ...(asOf !== undefined && { asOf }) });
      expect(now.name).toBe(FORGOTTEN);
      if (asOf !== 9n) expect(now.lines).toEqual(then.lines);
    }
    const issued = await issuedStatement(company.store, of.payee, of.period, sha256);
    expect([issued.statement.name, issued.statement.earned]).toEqual([FORGOTTEN, then.earned]);

    const { rows } = await company.database.pool.query('select payee, key from payee_key');
    expect(rows).toContainEqual({ payee: 'ana', key: null });
    expect(rows.find(({ payee }) => payee === 'bob')?.key).toBeInstanceOf(Buffer);
    expect((await company.book()).payee('bob')?.name).toBe('Bob Stone');
    expect((await company.book()).payee('ana')).toMatchObject({ name: FORGOTTEN, email: '' });
    const read = [...(await company.store.read('payee-ana'))].map(({ data }) => data);
    expect(traces(JSON.stringify(read))).toEqual([]);
    for (const { content = '' } of (await company.store.read('statement-ana')).map(
      ({ data }) => data as { content?: string },
    ))
      expect(traces(inflateRawSync(Buffer.from(content, 'base64')).toString())).toEqual([]);
  });

  it('changes nothing of what the log proves', async () => {
    await settle();
    await forget();
    await company.catchUp();
    const verdict = await verified();
    expect(verdict.difference).toBeUndefined();
    expect(verdict.covered).toBe(verdict.events);
    for (const check of [true, false]) {
      for (const { live, rebuilt } of await rebuild(company, { check }))
        expect([live, rebuilt]).toEqual([0, 0]);
    }
    expect(traces(await dump())).toEqual([]);
    const compared = [];
    for await (const { commitment, equal } of replay(company, await company.store.head()))
      compared.push([commitment, equal]);
    expect(compared.sort()).toEqual([
      ['payout p1', true],
      ['period FY2026-M01', true],
      ['statement ana FY2026-M01', true],
    ]);
    expect((await controlOf(company, 'forgotten')).findings).toMatchObject([
      { payee: 'ana', by: 'dana', reason: 'request 4711', open: '', exception: '' },
    ]);
  });

  it('does not come back with what is said again', async () => {
    await settle();
    await forget();
    const head = await company.store.head();
    expect((await say('add-payee', ANA)).events).toEqual([]);
    expect((await say('change-payee', ANA_MOVED)).events).toEqual([]);
    await expect(say('add-payee', { ...ANA, currency: 'EUR' })).rejects.toMatchObject({
      code: 'PayeeAddedDifferently',
    });
    await expect(say('change-payee', { ...ANA_MOVED, on: '2026-01-06' })).rejects.toMatchObject({
      code: 'PayeeForgotten',
    });
    expect(await company.store.head()).toBe(head);
    // What decides his pay can still be learned.
    await deal('late', '2026-01-20', '100');
    await say('terminate-payee', { payee: 'ana', on: '2026-01-31' });
    expect(traces(await dump())).toEqual([]);
  });

  it('is one for whom nothing is open, unless it is done anyway', async () => {
    const refused = async (): Promise<string> =>
      forget().then(
        () => 'recorded',
        (error: Error) => error.message,
      );
    expect(await refused()).toContain('he is active');
    await say('open-dispute', { id: 'x1', payee: 'ana', about: { deal: 'd1' }, claim: 'more' });
    await say('terminate-payee', { payee: 'ana', on: '2026-02-01' });
    expect(await refused()).toBe(
      'Payee "ana" is not settled: 60.00 USD is in no payout yet; dispute x1 is open. To do it anyway, say so.',
    );
    await say('draft-payout', { id: 'p1', through: 'FY2026-M01' }, 'dora');
    expect(await refused()).toContain('payout p1 is draft; dispute x1 is open');
    expect((await company.book()).payee('ana')?.name).toBe(ANA.name);
    await forget({ anyway: true });
    expect((await company.book()).payee('ana')?.name).toBe(FORGOTTEN);
    expect((await controlOf(company, 'forgotten')).findings).toMatchObject([
      { open: 'payout p1 is draft; dispute x1 is open', exception: 'something was open for him' },
    ]);
  });

  it('is named by the id alone, and by no reason', async () => {
    await settle();
    for (const reason of [`as ${ANA.name} asked`, 'mail of ANA.RUIZ@mail.example'])
      await expect(forget({ reason })).rejects.toMatchObject({ code: 'ReasonNamesPayee' });
    await expect(forget({ payee: 'nobody', confirm: 'nobody' })).rejects.toMatchObject({
      code: 'PayeeNotFound',
    });
  });

  it('is gone from another process that knew him, and from one that starts with an older key', async () => {
    await settle();
    const { database } = company;
    const other = new OpenCompany({ ...database, close: async () => undefined });
    expect((await other.book()).payee('ana')?.name).toBe(ANA.name);
    const key = await database.pool.query("select key from payee_key where payee = 'ana'");
    await forget();
    expect((await other.book()).payee('ana')?.name).toBe(FORGOTTEN);
    expect((await statementAt(other, { ...of, asOf: 9n })).name).toBe(FORGOTTEN);

    // As from a backup that was made before.
    await database.pool.query("delete from payee_key where payee = 'ana'");
    await database.pool.query("insert into payee_key (payee, key) values ('ana', $1)", [
      key.rows[0]?.key,
    ]);
    const later = new OpenCompany({ ...database, close: async () => undefined });
    expect((await later.book()).payee('ana')?.name).toBe(FORGOTTEN);
    const { rows } = await database.pool.query("select key from payee_key where payee = 'ana'");
    expect(rows).toEqual([{ key: null }]);
    await other.close();
    await later.close();
  });
});

describe('what is personal', () => {
  it.each(['payee.name == "Ana"', 'payee.email != ""', 'payee.attributes["phone"] == "1"'])(
    'does not decide what is paid: %s',
    async (where) => {
      await expect(say('publish-plan', plan(where, '2026-06-01'))).rejects.toMatchObject({
        code: 'PersonalDataDecides',
      });
      expect((await company.book()).planVersions('ae')).toHaveLength(1);
    },
  );

  it('is nothing that a published plan reads', async () => {
    const marked = say('set-policy', { personalAttributes: ['region'] });
    await expect(marked).rejects.toThrow(
      'plan "ae", from 2026-01-01: components[0].measure.where: payee.attributes.region is personal data',
    );
  });

  it('of payees recorded before it was sealed still reads, and is gone once they are forgotten', async () => {
    const plain = new PostgresEventStore(company.database.pool);
    const old = { ...ANA, id: 'old', name: 'Olga Alt' };
    const context = { recorded: '2999-01-01T00:00:00Z', by: 'admin' };
    await plain.append('payee-old', [{ type: 'PayeeAdded', data: old }], 'none', context);
    expect((await company.book()).payee('old')).toMatchObject({
      name: 'Olga Alt',
      email: ANA.email,
    });
    const [event] = await company.store.read('payee-old');
    expect([event?.schemaVersion, event?.data]).toEqual([1, old]);

    await say('terminate-payee', { payee: 'old', on: '2026-02-01' });
    await say('forget-payee', { payee: 'old', confirm: 'old', reason: 'r', anyway: true });
    expect((await company.book()).payee('old')).toMatchObject({ name: FORGOTTEN, email: '' });
    const [again] = await company.store.read('payee-old');
    const { email: _, ...left } = old;
    expect(again?.data).toEqual({ ...left, name: FORGOTTEN, attributes: { region: 'emea' } });
  });
});
