import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

let home: string;
beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'everycent-start-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const everycent = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, ['scripts/everycent.mjs', ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', EVERYCENT_HOME: home, LOG_LEVEL: 'error', ...env },
  });

const said = (
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<RegExpExecArray> =>
  new Promise((resolve, reject) => {
    let text = '';
    child[stream]?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const match = pattern.exec(text);
      if (match) resolve(match);
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code} and said: ${text}`)));
  });

const ended = (child: ChildProcess): Promise<{ code: number | null; signal: string | null }> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));

describe('everycent start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'serves until %s, which ends it and its database',
    async (signal) => {
      const service = everycent(['start', '--no-demo'], { PORT: '0' });
      const [, url = ''] = await said(service, 'stderr', /Everycent is at (http:\S+)/);
      const health = await fetch(`${url}/healthz`);
      expect([health.status, await health.json()]).toEqual([200, { status: 'ok', position: 0 }]);

      const issuer = everycent(['token', '--user', 'dana', '--role', 'comp-admin']);
      const [token] = await said(issuer, 'stdout', /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const me = await fetch(`${url}/v1/me`, {
        headers: { authorization: `Bearer ${token.trim()}` },
      });
      expect(await me.json()).toEqual({ user: 'dana', role: 'comp-admin', sees: 'all' });

      const ending = ended(service);
      service.kill(signal);
      expect(await ending).toEqual({ code: 0, signal: null });
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();
      // The next process starts the database again, so the last one has ended it in order.
      const doctor = everycent(['doctor', '--json']);
      const checked = ended(doctor);
      const [text] = await said(doctor, 'stdout', /[^]*"check":"rows".*/);
      const checks = text.trim().split('\n');
      expect(checks.filter((line) => !line.includes('"ok":true'))).toEqual([]);
      for (const name of ['audit-key.pem', 'postgres.password', 'log', 'fsync'])
        expect(text).toContain(`"check":"${name}"`);
      expect((await checked).code).toBe(0);
    },
  );

  it('refuses production without an issuer, and a role that does not exist', async () => {
    const production = everycent(['start'], { NODE_ENV: 'production' });
    const ending = ended(production);
    await said(production, 'stderr', /AUTH_ISSUER and AUTH_AUDIENCE are missing/);
    expect((await ending).code).not.toBe(0);
    const role = everycent(['start', '--role', 'boss']);
    const refused = ended(role);
    await said(role, 'stderr', /valid: api, worker/);
    expect((await refused).code).toBe(2);
  });
});

describe('a verb whose database does not answer', () => {
  it.each([
    ['start', 'postgres://nobody@127.0.0.1:1/none', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['migrate', 'postgres://nobody@127.0.0.1:1/none', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['payout list', 'postgres://nobody@nowhere.invalid/none', 'nowhere.invalid'],
    ['doctor', 'postgres://nobody@nowhere.invalid/none', 'nowhere.invalid'],
  ])('says so and ends with 6: %s', async (verb, url, words) => {
    const child = everycent(verb.split(' '), { DATABASE_URL: url });
    const ending = ended(child);
    const stream = verb === 'doctor' ? 'stdout' : 'stderr';
    expect((await said(child, stream, /.*does not answer.*/))[0]).toContain(words);
    expect((await ending).code).toBe(6);
  });

  it('is told what is wrong with its configuration, and ends with 2', async () => {
    for (const verb of ['start', 'migrate', 'payout list']) {
      const child = everycent(verb.split(' '), { PORT: 'many' });
      const ending = ended(child);
      await said(child, 'stderr', /PORT is "many"; valid: 0 \(any free one\) to 65535/);
      expect((await ending).code).toBe(2);
    }
  });
});

describe('everycent token', () => {
  it.each([
    [['--user', 'ana'], /--role is missing/],
    [['--role', 'rep'], /--user is missing/],
    [['--user', 'ana', '--role', 'boss'], /--role boss: valid: rep/],
    [['--user', 'ana', '--role', 'rep', '--colour', 'red'], /no option --colour/],
  ] as const)('without what it needs (%j) says so', async (args, words) => {
    const child = everycent(['token', ...args]);
    const ending = ended(child);
    await said(child, 'stderr', words);
    expect((await ending).code).toBe(2);
  });

  it('refuses production', async () => {
    const child = everycent(['token', '--user', 'ana', '--role', 'rep'], {
      NODE_ENV: 'production',
    });
    const ending = ended(child);
    await said(child, 'stderr', /NODE_ENV=production/);
    expect((await ending).code).toBe(1);
  });
});
