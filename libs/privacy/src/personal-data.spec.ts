import {
  MemoryEventStore,
  openOtherLog,
  PostgresEventStore,
  type Database,
  type EventStore,
} from '#event-store';
import { FORGOTTEN } from '#payees';
import { freshDatabase, startEventStoreServer, type EventStoreServer } from '#testing';
import { copyKeys, PayeeKeys, PersonalDataStore } from './index.js';
import { openText, sealText } from './seal-text.crypto.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana', commandId: 'c1' };
const added = {
  id: 'ana',
  name: 'Ana Ruiz',
  email: 'ana@mail.example',
  hiredOn: '2025-01-01',
  currency: 'USD',
  attributes: { phone: '0815-2342', region: 'emea' },
};
// Importers bring the text along.
const first = [{ type: 'PayeeAdded', data: added, json: JSON.stringify(added) }];
const moved = {
  payee: 'ana',
  on: '2026-02-01',
  attributes: { phone: '4711-0042', region: 'amer' },
};
const gone = { type: 'PayeeForgotten', data: { payee: 'ana', reason: 'r', attributes: ['phone'] } };
const marks = { type: 'PolicySet', data: { personalAttributes: ['phone'] } };

let database: Database;
let server: EventStoreServer;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startEventStoreServer();
});
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await database.close();
});
afterAll(() => server.close());

const LOGS: readonly (readonly [string, () => Promise<EventStore>])[] = [
  ['memory', async () => new MemoryEventStore()],
  ['PostgreSQL', async () => new PostgresEventStore(database.pool)],
  [
    'EventStoreDB',
    async () => {
      const { store, close } = await openOtherLog(server.url);
      closing.push(close);
      return store;
    },
  ],
];

const bytes = async (log: EventStore): Promise<string> => {
  const lines: string[] = [];
  for await (const page of log.readLines(0n)) lines.push(...page.map(String));
  return lines.join('\n');
};
const datas = async (log: EventStore): Promise<object[]> => {
  const found: object[] = [];
  for await (const page of log.readAll(0n, { categories: ['payee'] }))
    found.push(...page.map(({ data }) => data));
  return found;
};

describe.each(LOGS)('personal data over a log in %s', (_where, open) => {
  it('is nowhere in the bytes, reads as it was said, and is gone with the key', async () => {
    const under = await open();
    const keys = new PayeeKeys(database);
    const log = new PersonalDataStore(under, keys);
    await log.append('policy-company', [marks], 'none', { ...context, commandId: 'c0' });
    await log.append('payee-ana', first, 'none', context);
    const change = { type: 'PayeeChanged', data: moved };
    const bob = { ...added, id: 'bob', name: 'Bob Stone' };
    await log.appendMany([
      { stream: 'payee-ana', events: [change], expectedRevision: 0n, context },
      {
        stream: 'payee-bob',
        events: [{ type: 'PayeeAdded', data: bob }],
        expectedRevision: 'none',
        context,
      },
    ]);
    expect(await datas(log)).toEqual([added, moved, bob]);
    expect((await log.read('payee-ana')).map(({ data }) => data)).toEqual([added, moved]);
    const many = await log.readMany(['payee-ana', 'payee-bob', 'payee-cy']);
    expect([...many.keys()].sort()).toEqual(['payee-ana', 'payee-bob']);
    const before = await bytes(under);
    expect(before).toContain('"attributes":{"region":"emea"}');
    expect(before).not.toMatch(/Ana Ruiz|Bob Stone|mail\.example|0815-2342|4711-0042/);

    // A retry is one, also after a restart.
    const again = await new PersonalDataStore(under, new PayeeKeys(database)).append(
      'payee-ana',
      first,
      'none',
      context,
    );
    expect(again.revision).toBe(0n);
    expect(await bytes(under)).toBe(before);

    await log.append('payee-ana', [gone], 1n, { ...context, commandId: 'c2' });
    expect((await bytes(under)).startsWith(before)).toBe(true);
    const { email: _, ...left } = added;
    const nobody = { ...left, name: FORGOTTEN, attributes: { region: 'emea' } };
    expect(await datas(log)).toEqual([
      nobody,
      { ...moved, attributes: { region: 'amer' } },
      bob,
      gone.data,
    ]);
    await expect(log.append('payee-ana', first, 2n, context)).rejects.toThrow('was forgotten');
  });
});

describe('the keys of payees', () => {
  it('are one for each payee, however many ask at once', async () => {
    const keys = new PayeeKeys(database);
    const made = await Promise.all([1, 2, 3, 4].map(() => keys.made(['ana', 'bob'])));
    const texts = made.map((one) => JSON.stringify([...one]));
    expect(new Set(texts).size).toBe(1);
    expect(made[0]?.get('ana')).not.toEqual(made[0]?.get('bob'));
  });

  it('are destroyed for good, also by whoever only reads that they should be', async () => {
    const under = new MemoryEventStore();
    const log = new PersonalDataStore(under, new PayeeKeys(database));
    await log.append('payee-ana', first, 'none', context);
    // As if the process had died before it destroyed the key.
    await under.append('payee-ana', [gone], 0n, { ...context, commandId: 'c2' });
    expect(await datas(log)).toMatchObject([{ name: FORGOTTEN }, gone.data]);
    const back = "update payee_key set key = '\\x00', forgotten_at = null where payee = 'ana'";
    await expect(database.pool.query(back)).rejects.toThrow('does not come back');
    expect((await new PayeeKeys(database).made(['ana'])).get('ana')).toEqual({
      forgotten: { attributes: ['phone'] },
    });
  });

  it('go along to another home only if they are wanted', async () => {
    const under = new MemoryEventStore();
    await new PersonalDataStore(under, new PayeeKeys(database)).append(
      'payee-ana',
      first,
      'none',
      context,
    );
    const home = await freshDatabase();
    closing.push(() => home.close());
    const there = new PersonalDataStore(under, new PayeeKeys(home));
    const { email: _, ...left } = added;
    expect(await datas(there)).toEqual([{ ...left, name: 'Sealed payee' }]);
    expect(await copyKeys(database, home)).toBe(1);
    expect(await datas(there)).toEqual([added]);
    await new PayeeKeys(database).destroy('ana', [], []);
    await copyKeys(database, home);
    expect(await datas(there)).toMatchObject([{ name: FORGOTTEN }]);
  });

  it('forget which requests were about him', async () => {
    const { pool } = database;
    const insert = 'insert into idempotency (login, key, request_sha256, status, answer) values ';
    await pool.query(`${insert} ('dana', 'k1', 'a', 201, '{"position":1}'),
      ('dana', 'k2', 'b', 201, '{"position":2}'), ('dana', 'k3', 'c', null, null)`);
    await new PayeeKeys(database).destroy('ana', [], [1n]);
    const { rows } = await pool.query('select key from idempotency order by key');
    expect(rows.map(({ key }) => key)).toEqual(['k2', 'k3']);
  });
});

describe('a sealed text', () => {
  const key = Buffer.alloc(32, 7);
  const place = { stream: 'payee-ana', type: 'PayeeAdded' };
  const text = JSON.stringify({ name: 'Ana' });

  it('is the same for the same said in the same place, and another one elsewhere', () => {
    const sealed = sealText(key, place, '0', text);
    expect(sealText(key, place, '0', text)).toBe(sealed);
    const others = [
      sealText(key, place, '1', text),
      sealText(key, place, '0', JSON.stringify({ name: 'Anb' })),
      sealText(key, { ...place, stream: 'payee-bob' }, '0', text),
      sealText(Buffer.alloc(32, 8), place, '0', text),
    ];
    expect(new Set([sealed, ...others]).size).toBe(5);
    // Nonces differ as well, and lengths do not tell names apart.
    expect(new Set([sealed, ...others].map((one) => one.slice(0, 16))).size).toBe(5);
    expect(new Set(others.map(({ length }) => length)).size).toBe(1);
    expect(openText(key, place, sealed)).toBe(text);
  });
  it('has a form that stays: what was sealed once must always open', () =>
    expect(sealText(key, place, '0', text)).toBe(
      '1wjjAUK0ds9fMmKmmVDxo5iFuDmWleHpS4ZSKq08U8Qvae0W5a9xepCI0amKec570ZG1IEFU79kUexe3YWDXMYoz6cVMyFLhvQhvq6zK0rPFUjTL6i26d9cnH1w',
    ));
  it('is read where it was written, whole, with its key, or not at all', () => {
    const sealed = sealText(key, place, '0', text);
    const changed = `${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`;
    expect(openText(key, place, changed)).toBeUndefined();
    expect(openText(key, place, sealed.slice(0, 20))).toBeUndefined();
    expect(openText(key, { ...place, stream: 'payee-bob' }, sealed)).toBeUndefined();
    expect(openText(Buffer.alloc(32, 8), place, sealed)).toBeUndefined();
  });
});
