import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkHome, checkLog } from './checks.js';

const home = mkdtempSync(path.join(tmpdir(), 'everycent-checks-'));
afterAll(() => rmSync(home, { recursive: true }));

describe('what everycent doctor looks at in the home folder', () => {
  it.each(['audit-key.pem', 'development-issuer.jwk', 'postgres.password'])(
    'whether others can read %s',
    (name) => {
      const file = path.join(home, name);
      const found = () => checkHome(home).find(({ check }) => check === name);
      expect(found()).toBeUndefined();
      writeFileSync(file, 'secret');
      chmodSync(file, 0o600);
      expect(found()).toEqual({ check: name, ok: true, found: 'only its owner reads it' });
      chmodSync(file, 0o640);
      expect(found()).toMatchObject({ ok: false, advice: `chmod 600 ${file}` });
    },
  );
});

describe('what everycent doctor says of the log', () => {
  it.each([
    [{}, 'PostgreSQL: 7 events'],
    [
      { eventStoreUrl: 'esdb://ana:se@cret@node1:2113,node2:2113?tls=false' },
      'esdb://node1:2113,node2:2113?tls=false: 7 events',
    ],
  ])('names it without its password: %j', (configuration, found) => {
    expect(checkLog(configuration, 7n)).toEqual({ check: 'log', ok: true, found });
  });
});
