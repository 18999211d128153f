import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '#event-store';
import {
  ANA,
  ANA_MOVED,
  dumpOf,
  freshDatabase,
  ownDeal,
  PERSONAL,
  planOf,
  tracesIn,
} from '#testing';
import { TriedApi, type Login } from './api/harness.js';

// The whole of it as people do it: over HTTP and on the command line, on one database.
// Each command is a process of its own, on a machine that may be busy.
const PATIENCE_MS = 300_000;

const home = mkdtempSync(path.join(tmpdir(), 'everycent-forgetting-'));
let database: Database;
let api: TriedApi;
let admin: Login;

const WHERE = '/v1/statements/ana/FY2026-M01';
const file = path.join(home, 'facts.ndjson');

const lines = (...steps: object[]): string =>
  steps.map((step) => `${JSON.stringify(step)}\n`).join('');
const FACTS = lines(
  { 'define-calendar': { start: '2026-01-01' } },
  { 'set-policy': { personalAttributes: ['phone'] } },
  {
    'publish-plan': planOf({
      id: 'c',
      type: 'commission',
      rate: '10%',
      measure: { where: 'payee.attributes.region == "emea"' },
    }),
  },
  { 'add-payee': ANA },
  { 'change-payee': ANA_MOVED },
  { 'assign-plan': { payee: 'ana', plan: 'ae', from: '2026-01-01' } },
  { 'book-deal': ownDeal('d1', '1000') },
);

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const everycent = (args: readonly string[], over: Record<string, string> = {}): Promise<Ran> => {
  const { PATH = '' } = process.env;
  const env = { PATH, EVERYCENT_HOME: home, DATABASE_URL: database.url, ...over };
  const program = ['scripts/everycent.mjs', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { env }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
};
const said = async (
  args: readonly string[],
  over: Record<string, string> = {},
): Promise<string> => {
  const { status, stdout, stderr } = await everycent(args, over);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
};

const traces = (text: string): string[] => tracesIn(text, PERSONAL);

beforeAll(async () => {
  database = await freshDatabase();
  api = await TriedApi.start(database);
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  writeFileSync(file, FACTS);
});
afterAll(async () => {
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

const pay = async (): Promise<void> => {
  const approver = await api.login({ user: 'eve', role: 'approver' });
  await admin.post('/v1/periods/FY2026-M01/close').expect(200);
  await admin.post('/v1/payouts', { id: 'p1', through: 'FY2026-M01' }).expect(201);
  await admin.post('/v1/payouts/p1/submit').expect(200);
  const { headers } = await approver.get('/v1/payouts/p1').expect(200);
  const etag = headers['etag'] as string;
  await approver.post('/v1/payouts/p1/approve').set('If-Match', etag).expect(200);
  await admin.post('/v1/payouts/p1/confirm').expect(200);
  await admin.post('/v1/payees/ana/terminate', { on: '2026-02-01' }).expect(200);
};

const figures = async (): Promise<string> => {
  let found = '';
  for (const table of ['earnings', 'attainment', 'payable', 'balances', 'credits'])
    found += (await admin.get(`/v1/${table}`).expect(200)).text;
  return found + (await said(['export', 'earnings']));
};

/** An issued statement as it is printed. */
const printed = async (): Promise<Buffer> =>
  (await admin.get(`${WHERE}/issued/latest?format=pdf`).expect(200)).body as Buffer;

it(
  'forgets a payee in rows, statements, exports, the log and what is kept of requests',
  async () => {
    await said(['import', file]);
    await admin.post('/v1/payees', ANA, 'add-ana').expect(200);
    const bob = { ...ANA, id: 'bob', name: 'Bob', email: 'bob@mail.example' };
    await admin.post('/v1/payees', bob, 'add-bob').expect(201);
    await admin
      .post('/v1/payees/ana/change', { ...ANA_MOVED, on: '2026-01-07' }, 'move')
      .expect(200);
    await admin.post(`${WHERE}/issue`).expect(201);
    const issued = (await admin.get(`${WHERE}/issued/latest`).expect(200)).text;
    expect((await admin.get('/v1/payees/ana').expect(200)).body).toMatchObject({
      ...ANA,
      attributes: ANA_MOVED.attributes,
    });
    const paper = await printed();
    expect(paper.equals(await printed())).toBe(true);
    await pay();
    // While he is known, his name is nowhere in a dump either: only the key that opens it.
    expect(traces(await dumpOf(database.url))).toEqual([]);
    const before = await figures();

    const forget = '/v1/payees/ana/forget';
    const body = { reason: 'request 4711', confirm: 'ana' };
    const noKey = await admin.send('post', forget).send(body);
    expect([noKey.status, noKey.body.code]).toEqual([400, 'IdempotencyKeyRequired']);
    await admin.post(forget, { reason: 'request 4711' }).expect(422);
    const other = await admin.post(forget, { ...body, confirm: 'anna' }).expect(422);
    expect(other.body.errors[0].message).toContain('the id of the payee again in confirm');
    const done = await admin.post(forget, body, 'forget-ana').expect(200);
    expect(done.body.events).toEqual(['PayeeForgotten']);
    const again = await admin.post(forget, body, 'forget-ana').expect(200);
    expect(again.body).toEqual(done.body);

    const { body: now } = await admin.get('/v1/payees/ana').expect(200);
    expect(now).toMatchObject({ name: 'Forgotten payee', attributes: { region: 'emea' } });
    expect([now.email, typeof now.forgotten, traces(JSON.stringify(now))]).toEqual([
      undefined,
      'string',
      [],
    ]);
    expect(await figures()).toBe(before);
    expect((await admin.get(`${WHERE}/issued/latest`).expect(200)).text).toBe(issued);
    for (const where of [WHERE, `${WHERE}?asOf=8`, `${WHERE}/issued/latest?format=csv`])
      expect(traces((await admin.get(where).expect(200)).text)).toEqual([]);
    expect(paper.equals(await printed())).toBe(false);
    const { rows } = await database.pool.query('select key from idempotency order by key');
    const keys = rows.map(({ key }) => key);
    expect(['add-bob', 'forget-ana'].every((key) => keys.includes(key))).toBe(true);
    expect(['add-ana', 'move'].some((key) => keys.includes(key))).toBe(false);
  },
  PATIENCE_MS,
);

it(
  'stays so on the command line: what was proven is proven, and nothing comes back',
  async () => {
    const forget = (payee: string, ...more: string[]) =>
      everycent(['payee', 'forget', '--payee', payee, '--reason', 'x', ...more]);
    expect((await forget('ana')).stderr).toContain('forgotten already');
    expect(await forget('bob')).toMatchObject({
      status: 5,
      stderr: expect.stringContaining('PayeeNotSettled: Payee "bob" is not settled: he is active'),
    });
    for (const check of [
      ['audit', 'verify'],
      ['audit', 'replay'],
      ['rebuild', '--check'],
    ])
      await said(check);
    expect(await said(['audit', 'forgotten'])).toContain('ana,');
    const statement = await said(['statement', '--payee', 'ana', '--period', 'FY2026-M01']);
    expect(statement).toContain('Statement of Forgotten payee (ana)');

    const head = await api.company.store.head();
    await said(['import', file]);
    expect(await api.company.store.head()).toBe(head);
    expect(traces(await dumpOf(database.url))).toEqual([]);
    const step = { payee: 'bob', confirm: 'bob', reason: 'x' };
    writeFileSync(path.join(home, 'forget.ndjson'), lines({ 'forget-payee': step }));
    const imported = await everycent(['import', path.join(home, 'forget.ndjson')]);
    expect([imported.status, imported.stderr]).toEqual([
      3,
      expect.stringContaining('Payee "bob" is not settled'),
    ]);
    const done = await forget('bob', '--anyway', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({ payee: 'bob', recorded: true });
  },
  PATIENCE_MS,
);

it(
  'copies to another home without names, and with those that are not forgotten',
  async () => {
    const cy = { ...ANA, id: 'cy', name: 'Cy Young' };
    await admin.post('/v1/payees', cy).expect(201);
    const copy = await freshDatabase();
    const over = { DATABASE_URL: copy.url, EVERYCENT_HOME: path.join(home, 'copy') };
    const nameOf = async (payee: string): Promise<string | undefined> => {
      const text = await said(['statement', '--payee', payee, '--period', 'FY2026-M01'], over);
      return /Statement of (.*) \(/.exec(text)?.[1];
    };
    try {
      await said(['log', 'copy', '--to', copy.url]);
      expect([await nameOf('ana'), await nameOf('cy')]).toEqual([
        'Forgotten payee',
        'Sealed payee',
      ]);
      await said(['log', 'copy', '--to', copy.url, '--keys']);
      expect([await nameOf('ana'), await nameOf('cy')]).toEqual(['Forgotten payee', 'Cy Young']);
      const there = await everycent(['log', 'copy', '--to', 'esdb://nowhere:2113', '--keys']);
      expect(there.status).toBe(2);
      expect(traces(await dumpOf(copy.url))).toEqual([]);
    } finally {
      await copy.close();
    }
  },
  PATIENCE_MS,
);
