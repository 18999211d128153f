import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PostgresEventStore, type Database } from '#event-store';
import { canonicalJson } from '#kernel';
import { freshDatabase } from '#testing';
import { proofOf, rootOfLines, Sealer, type Proof } from './index.js';

const CHECKER = path.resolve('libs/audit/verify-proof.mjs');
const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };

let home: string;
let database: Database;
let store: PostgresEventStore;
let sealer: Sealer;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'everycent-proof-'));
  database = await freshDatabase();
  store = new PostgresEventStore(database.pool);
  sealer = new Sealer(store, database.pool, { home });
});
afterAll(async () => {
  await database.close();
  rmSync(home, { recursive: true });
});

const run = (
  proof: unknown,
  ...args: string[]
): { status: number | null; out: string; err: string } => {
  const file = path.join(home, 'proof.json');
  writeFileSync(file, JSON.stringify(proof));
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHECKER, file, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
};

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);

const payOut = async (
  id: string,
  payees: readonly string[],
  steps: readonly string[],
): Promise<void> => {
  const totals = payees.map((payee, i) => ({ payee, amount: `${i}.50`, currency: 'USD' }));
  const root = rootOfLines(totals.map(canonicalJson));
  const drafted = { type: 'PayoutDrafted', data: { id, root, totals, by: 'dora' } };
  await store.append(
    `payout-${id}`,
    [drafted, ...steps.map((type) => ({ type, data: { payout: id, root } }))],
    'none',
    context,
  );
};

const prove = async (payout: string, payee: string): Promise<Proof> => {
  await sealer.seal();
  return proofOf(store, database.pool, sealer.publicPem, { payout, payee });
};

describe('a proof of payment', () => {
  it.each([1, 2, 3, 7, 8, 20])('is checked offline for every payee of %i', async (count) => {
    const id = `of-${count}`;
    await payOut(id, names(count), ['PayoutSubmitted', 'PayoutApproved']);
    for (const payee of [0, 1, count - 2, count - 1].filter((n) => n >= 0 && n < count)) {
      const proof = await prove(id, `p${payee}`);
      expect(proof.event.text).toContain('PayoutApproved');
      expect(proof.event.text).not.toContain('amount');
      const { status, out, err } = run(proof);
      expect([status, err]).toEqual([0, '']);
      expect(out).toContain(`Payout ${id} pays p${payee} ${payee}.50 USD.`);
    }
  });

  it('shows the draft where no step names the root yet', async () => {
    await payOut('fresh', ['ana', 'bob'], []);
    const proof = await prove('fresh', 'bob');
    expect(proof.event.text).toContain('PayoutDrafted');
    expect(run(proof).status).toBe(0);
  });

  it('proves every line of somebody who is paid in several currencies', async () => {
    await payOut('two', ['ana', 'bob', 'ana'], ['PayoutSubmitted']);
    const proof = await prove('two', 'ana');
    expect(proof.lines.map(({ text }) => (JSON.parse(text) as { amount: string }).amount)).toEqual([
      '0.50',
      '2.50',
    ]);
    expect(run(proof).status).toBe(0);
  });

  it('may be checked against a key and a head that one kept', async () => {
    const proof = await prove('two', 'ana');
    const [key, head, other] = ['key.pem', 'head.json', 'other.pem'].map((name) =>
      path.join(home, name),
    ) as [string, string, string];
    writeFileSync(key, sealer.publicPem);
    writeFileSync(head, JSON.stringify(proof.head));
    writeFileSync(
      other,
      new Sealer(store, database.pool, { home: path.join(home, 'other') }).publicPem,
    );
    expect(run(proof, '--key', key, '--head', head).status).toBe(0);
    expect(run(proof, '--key', other)).toMatchObject({
      status: 4,
      err: 'Not proven: the head was signed with another key\n',
    });
    writeFileSync(head, JSON.stringify({ ...proof.head, root: 'a'.repeat(64) }));
    expect(run(proof, '--head', head).status).toBe(4);
  });

  it('is none when anything in it is changed', async () => {
    const proof = await prove('of-7', 'p3');
    const text = JSON.stringify(proof);
    const changed = [
      text.replace('3.50', '9.50'),
      text.replace('"payee":"p3"', '"payee":"p4"'),
      text.replace('"payout":"of-7"', '"payout":"of-8"'),
      text.replace(proof.root, 'a'.repeat(64)),
      text.replace(`"place":${proof.event.place}`, `"place":${proof.event.place - 1}`),
      text.replace(proof.event.path[0] as string, 'b'.repeat(64)),
      text.replace(`"size":${proof.head.size}`, `"size":${proof.head.size + 1}`),
      text.replace(proof.head.signedAt, '2020-01-01T00:00:00.000Z'),
      text.replace('PayoutApproved', 'PayoutRejected'),
    ];
    for (const one of changed) {
      expect(one).not.toBe(text);
      expect([one, run(JSON.parse(one)).status]).toEqual([one, 4]);
    }
    expect(
      run({ ...proof, event: { ...proof.event, path: proof.event.path.slice(1) } }).status,
    ).toBe(4);
    expect(run({ ...proof, lines: [] }).status).toBe(4);
  });

  it('is refused for a payout or payee that is not there', async () => {
    await expect(prove('none', 'p1')).rejects.toMatchObject({ code: 'PayoutNotFound' });
    await expect(prove('of-7', 'p9')).rejects.toMatchObject({ code: 'PayeeNotFound' });
  });
});
