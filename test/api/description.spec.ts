import { commandTable } from '#scenarios';
import { TriedApi } from './harness.js';

let api: TriedApi;
beforeAll(async () => {
  api = await TriedApi.start();
});
afterAll(() => api.close());

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly 'x-commands'?: readonly string[];
}

const operations = async (): Promise<(readonly [string, Operation])[]> => {
  const { body } = await api.anonymous('get', '/openapi.json').expect(200);
  expect(body.openapi).toBe('3.1.0');
  return Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method} ${path}`, operation] as const,
      ),
  );
};

describe('the OpenAPI document', () => {
  it('says of every route what it does and how it refuses', async () => {
    for (const [name, { summary, responses }] of await operations()) {
      expect([name, typeof summary, 'default' in responses]).toEqual([name, 'string', true]);
    }
  });

  it('refers to nothing that it does not hold', async () => {
    const { body } = await api.anonymous('get', '/openapi.json');
    const names = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name as string,
    );
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(body.components.schemas).toHaveProperty(name);
  });

  it('has a route for every command of the language', async () => {
    const described = await operations();
    const given = described.flatMap(([, operation]) => operation['x-commands'] ?? []);
    // Its body is the file itself, and no command.
    expect(described.map(([name]) => name)).toContain('post /v1/disputes/{dispute}/attachments');
    given.push('attach-evidence');
    expect([...new Set(given)].sort()).toEqual(Object.keys(commandTable).sort());
  });
});

describe('the page to try things out', () => {
  it('loads nothing from elsewhere', async () => {
    const { text, headers } = await api.anonymous('get', '/docs').expect(200);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(text).not.toMatch(/(src|href)="https?:/);
    expect(text).not.toMatch(/<script>(?!\s*<\/script>)/);
    const assets = [...text.matchAll(/src="(\.\/[^"]+)"/g)].map(([, asset]) => asset as string);
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) await api.anonymous('get', `/${asset.slice(2)}`).expect(200);
  });
});
