import { namedEventStoreServer } from './event-store-server.js';

const VARIABLES = ['EVENTSTORE_URL', 'EVENTSTORE_NODE_DOWN', 'EVENTSTORE_NODE_UP'] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
afterAll(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

describe('a server that the environment names', () => {
  it('is none where it names none', () => {
    delete process.env['EVENTSTORE_URL'];
    expect(namedEventStoreServer()).toBeUndefined();
  });

  it('is taken down and brought back by commands, and a command that fails is no success', async () => {
    process.env['EVENTSTORE_URL'] = 'esdb://node1:2113?tls=false';
    process.env['EVENTSTORE_NODE_DOWN'] = 'exit 3';
    process.env['EVENTSTORE_NODE_UP'] = 'true';
    const server = namedEventStoreServer();
    await expect(server?.kill()).rejects.toThrow('EVENTSTORE_NODE_DOWN ended with 3: exit 3');
    process.env['EVENTSTORE_NODE_DOWN'] = 'true';
    await expect(namedEventStoreServer()?.restart()).resolves.toBeUndefined();
  });
});
