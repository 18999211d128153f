import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfiguration } from '#event-store';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>>;
}
const { services, volumes } = parse(read('docker/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
/** `${NAME:-default}` and `${NAME:?why}`, as compose fills them in. */
const filled = (text: string): string =>
  text.replace(/\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}/g, (_, otherwise?: string) => otherwise ?? 'x');
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, text]) => [key, filled(text)]),
  );

describe('the image', () => {
  it('holds all that the package does', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const stages = read('docker/Dockerfile').split(/^FROM .*$/m);
    const copied = [...(stages.at(-1) ?? '').matchAll(/^COPY (?:--\S+ )?(.+) \S+$/gm)]
      .flatMap(([, from = '']) => from.split(' '))
      .map((file) => file.replace(/^\/everycent\//, ''));
    expect(files.filter((file) => !copied.includes(file))).toEqual([]);
  });
});

describe('the cluster to try', () => {
  it.each(['api', 'worker'])('gives the %s a configuration that it takes', (name) => {
    expect(services[name]?.command).toEqual(['start', '--role', name]);
    const known = read('libs/event-store/src/configuration.ts');
    const variables = Object.keys(environmentOf(name));
    expect(variables.filter((variable) => !known.includes(`'${variable}'`))).toEqual([]);
    expect(readConfiguration(environmentOf(name), 'service')).toMatchObject({
      databaseUrl: expect.stringContaining('@postgres:5432/'),
      production: false,
    });
  });

  it('names to them every node at its own port, inside and outside', () => {
    const { eventStoreUrl = '' } = readConfiguration(environmentOf('api'));
    const [, hosts = ''] = /^esdb:\/\/([^?]+)\?tls=false$/.exec(eventStoreUrl) ?? [];
    expect(hosts.split(',')).toEqual(['node1:2111', 'node2:2112', 'node3:2113']);
    for (const host of hosts.split(',')) {
      const [name = '', port = ''] = host.split(':');
      const others = hosts.split(',').filter((other) => other !== host);
      expect([environmentOf(name), services[name]?.ports]).toMatchObject([
        {
          EVENTSTORE_NODE_PORT: port,
          EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
          EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: name,
          EVENTSTORE_GOSSIP_SEED: others.join(','),
          EVENTSTORE_INSECURE: 'true',
        },
        [`${port}:${port}`],
      ]);
    }
  });

  it('mounts no volume and waits for no service that is not there', () => {
    const all = Object.values(services);
    const mounted = all.flatMap((one) => (one.volumes ?? []).map((text) => text.split(':')[0]));
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(volumes).sort());
    const awaited = all.flatMap((one) => Object.keys(one.depends_on ?? {}));
    expect(awaited.filter((name) => services[name] === undefined)).toEqual([]);
  });
});
