import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const home = mkdtempSync(path.join(tmpdir(), 'everycent-readme-'));
const env = {
  ...process.env,
  NODE_OPTIONS: '',
  EVERYCENT_HOME: home,
  LOG_LEVEL: 'error',
  PORT: '0',
};
delete (env as NodeJS.ProcessEnv)['DATABASE_URL'];

interface Example {
  readonly says: string;
  readonly commands: string;
  readonly shown: readonly string[];
}

/** The shell blocks of the README's first hour, each with what is shown beneath it. */
const examples = (): Example[] => {
  const text = readFileSync(path.join(root, 'README.md'), 'utf8');
  const hour = text.slice(text.indexOf('## A first hour'), text.indexOf('## Where things are'));
  const block =
    /\*\*([^*]+)\*\*[^`]*(?:`[^`]+`[^`]*)*?```sh\n([\s\S]*?)```\n(?:```\n([\s\S]*?)```)?/g;
  return [...hour.matchAll(block)].map(([, says = '', commands = '', shown = '']) => ({
    says,
    commands,
    // "# ..." behind a command is what it says.
    shown: [
      ...shown.split('\n'),
      ...[...commands.matchAll(/ # (.*)$/gm)].map(([, comment = '']) => comment),
    ].filter((line) => line.trim() !== '' && line !== '...'),
  }));
};

let service: ChildProcess;
let url = '';

beforeAll(async () => {
  service = spawn(process.execPath, ['scripts/everycent.mjs', 'start'], { cwd: root, env });
  url = await new Promise<string>((resolve, reject) => {
    let text = '';
    service.stderr?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const match = /Everycent is at (http:\S+)/.exec(text);
      if (match) resolve(match[1] as string);
    });
    service.once('exit', () => reject(new Error(text)));
  });
}, 300_000);

afterAll(async () => {
  const ended = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
  rmSync(path.join(root, 'payroll.tmp'), { recursive: true, force: true });
});

const run = (commands: string): string => {
  const script = commands
    .replaceAll('localhost:3000', new URL(url).host)
    .replaceAll('payroll/', 'payroll.tmp/');
  const shell = `everycent() { "${process.execPath}" scripts/everycent.mjs "$@"; }\n${script}`;
  const { stdout, stderr } = spawnSync('bash', ['-c', shell], { cwd: root, env, encoding: 'utf8' });
  return stdout + stderr;
};

const squeezed = (line: string): string => line.replace(/\s+/g, ' ').trim();

describe('the first hour of the README', () => {
  it('has its examples', () => {
    expect(examples().length).toBeGreaterThanOrEqual(6);
  });

  it('goes as it says', () => {
    for (const { says, commands, shown } of examples()) {
      const output = run(commands);
      const lines = output.split('\n').map(squeezed);
      for (const line of shown) {
        const isShown = lines.some((one) => one.includes(squeezed(line)));
        if (!isShown) throw new Error(`${says}: nothing says "${line}", but:\n${output}`);
      }
    }
  }, 600_000);
});
