import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freshDatabase, ownDeal } from '#testing';
import { OpenCompany } from '../../../worker/src/company.js';
import { help, run } from '../audit.js';
import type { Io } from '../cli.js';
import { run as importFiles } from '../import.js';
import { run as payout } from '../payout.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const home = mkdtempSync(path.join(tmpdir(), 'everycent-printed-'));
const file = (name: string): string => path.join(home, name);

let company: OpenCompany;
let said = '';
const io = (): Io => ({
  out: (data) => (said += String(data)),
  err: (text) => (said += text),
  env: { DATABASE_URL: company.database.url, EVERYCENT_HOME: home },
  isWatched: false,
});

const say = (type: string, data: object, recorded: string, by = 'dora') =>
  company.execute({ type, data, by, recorded });

const book = (id: string, amount: string) => ({ 'book-deal': ownDeal(id, amount) });

beforeAll(async () => {
  company = new OpenCompany(await freshDatabase(), { home });
  const january = '2026-01-31T12:00:00Z';
  await say('define-calendar', { start: '2026-01-01' }, january);
  const ana = { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' };
  await say('add-payee', ana, january);
  const components = [{ id: 'bookings', type: 'commission', window: 'month', rate: '10%' }];
  await say('publish-plan', { id: 'ae', currency: 'USD', from: '2026-01-01', components }, january);
  await say('assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' }, january);
  await say('book-deal', book('d1', '1000')['book-deal'], january);
  const adjustment = {
    id: 'a1',
    payee: 'ana',
    period: 'FY2026-M01',
    amount: '5',
    reason: 'agreed',
  };
  await say('adjust-earnings', adjustment, january);
  const march = '2026-03-15T12:00:00Z';
  await say('close-period', { period: 'FY2026-M01' }, march);
  await say('issue-statement', { payee: 'ana', period: 'FY2026-M01' }, march);
  await say('draft-payout', { id: 'p1', through: 'FY2026-M01' }, march);
  await say('submit-payout', { payout: 'p1' }, march);
  await say('approve-payout', { payout: 'p1' }, march, 'eva');
  await say('confirm-payout', { payout: 'p1' }, march, 'eva');
  await company.catchUp();
  await company.sealer?.seal();
  writeFileSync(file('deals.ndjson'), `${JSON.stringify(book('d2', '300'))}\n`);
  expect(await importFiles([file('deals.ndjson')], io())).toBe(0);
  expect(await payout(['export', 'p1', '--out', file('sent')], io())).toBe(0);
  const kept = path.join(home, 'heads');
  for (const name of readdirSync(kept)) {
    const content = readFileSync(path.join(kept, name));
    for (const copy of name.endsWith('.pem')
      ? ['PUBLIC.pem', 'key.pem']
      : ['KEPT.ndjson', 'older.json'])
      writeFileSync(file(copy), content);
  }
});
afterAll(async () => {
  company.leaveUnsealed();
  await company.close();
  rmSync(home, { recursive: true });
});

// A command in brackets, and without what is in them.
const withAndWithout = (command: string): string[] => {
  const open = command.indexOf('[');
  if (open < 0) return [command];
  const optional = command.slice(open + 1, command.lastIndexOf(']'));
  const before = command.slice(0, open).trim();
  return [before, ...withAndWithout(`${before} ${optional}`)];
};

const printed = [
  ...[
    ...readFileSync(path.join(ROOT, 'docs/controls.md'), 'utf8').matchAll(
      /`everycent audit ([^`]+)`/g,
    ),
  ],
  ...help.matchAll(/^ {2}everycent audit (.+?)(?: {2,}.*| > .*| against .*)?$/gm),
].flatMap(([, command]) => withAndWithout(command as string));

const filled = (word: string): string => {
  if (word === 'INSTANT') return '2026-03-31T00:00:00Z';
  if (word === 'X') return 'p1';
  if (word === 'Y') return 'ana';
  if (word === 'FILE...') return file('deals.ndjson');
  if (word === 'SENT.csv') {
    const sent = readdirSync(file('sent')).find((name) => name.endsWith('.csv'));
    return path.join(file('sent'), sent as string);
  }
  return /\.(json|ndjson|pem)$/.test(word) ? file(word) : word;
};

describe('what is printed of the audit', () => {
  it('is every part that there is', () => {
    const parts = new Set(printed.map((command) => command.split(' ')[0]));
    for (const part of ['verify', 'heads', 'prove', 'replay', 'diff', 'imports', 'reconcile'])
      expect(parts).toContain(part);
  });

  it.each([...new Set(printed)])('works as printed: everycent audit %s', async (command) => {
    said = '';
    const words = command.split(' ').map(filled);
    // Nobody's span ends before it begins.
    if (words[0] === 'diff' && words[2] === words[4]) words[2] = '2026-01-01T00:00:00Z';
    expect([await run(words, io()), said]).toEqual([0, expect.stringMatching(/\S/)]);
    if (words[0] !== 'prove') return;
    writeFileSync(file('proof.json'), said.slice(0, said.lastIndexOf('}') + 1));
    const checker = path.join(ROOT, 'libs/audit/verify-proof.mjs');
    expect(String(execFileSync(process.execPath, [checker, file('proof.json')]))).toContain('ana');
  });
});
