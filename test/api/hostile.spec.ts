import { planOf } from '#testing';
import { TriedApi, type Login } from './harness.js';

type Json = Readonly<Record<string, unknown>>;
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly 'x-roles'?: readonly string[];
}

const REQUESTS = Number(process.env['HOSTILE_REQUESTS'] ?? 1500);
// Far beyond what any request may take, however busy the machine is: somebody could stop the service with it.
const SLOW_MS = 60_000;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  'x'.repeat(5000),
  '../../etc/passwd',
  "'; drop table event; --",
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '=cmd|calc',
  '__proto__',
  'constructor',
  'toString',
  '%00',
  '%',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '1e-999',
  '0x10',
  '9'.repeat(60),
  '9'.repeat(500),
  '-1',
  '1/0',
  '0/0',
  '1/3',
  '100%',
  '1,5',
  '٣',
  '2026-02-30',
  '9999-12-31',
  '0000-01-01',
  '-0001-01-01',
  '2026-13-01',
  'FY0000',
  'FY9999-M12',
  'FY2026-M13',
  '2026-01-01T00:00:00Z',
  'USD',
  'usd',
  'XXX',
  0,
  -1,
  1,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  true,
  false,
  null,
  [],
  [[]],
  [null],
  {},
  { a: 1 },
  { amount: '1' },
  { amount: '1', currency: 'USD' },
  { amount: 1, currency: 'USD' },
  { amount: {}, currency: [] },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  Array.from({ length: 2000 }, () => 'x'),
];

// A generator of numbers that gives the same for the same seed (mulberry32).
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

let api: TriedApi;
let logins: Readonly<Record<string, Login>>;
let operations: readonly (readonly [string, string, Operation])[];

beforeAll(async () => {
  api = await TriedApi.start();
  logins = {
    admin: await api.login({ user: 'dana', role: 'comp-admin' }),
    approver: await api.login({ user: 'eve', role: 'approver' }),
  };
  const { admin } = logins as { admin: Login };
  await admin.post('/v1/calendar', { start: '2026-01-01' });
  await admin.post('/v1/payees', {
    id: 'ana',
    name: 'Ana',
    hiredOn: '2025-01-01',
    currency: 'USD',
  });
  await admin.post('/v1/plans', planOf({ id: 'b', type: 'commission', rate: '8%' }));
  const { body } = await api.anonymous('get', '/openapi.json');
  operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
  );
});
afterAll(() => api.close());

describe('no input', () => {
  it(`yields a fault of the service (seed ${SEED})`, async () => {
    const next = random(SEED);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;

    const likely = (schema: Json, depth = 0): unknown => {
      if (next() < 0.06 || depth > 6) return pick(HOSTILE);
      const options = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
      if (options) return likely(pick(options), depth + 1);
      if (schema['enum']) return pick(schema['enum'] as unknown[]);
      if ('const' in schema) return schema['const'];
      const type = Array.isArray(schema['type'])
        ? pick(schema['type'] as string[])
        : schema['type'];
      if (type === 'object') {
        const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
        const required = (schema['required'] ?? []) as string[];
        const given = properties.filter(
          ([name]) => next() < (required.includes(name) ? 0.95 : 0.3),
        );
        const fields = given.map(([name, of]) => [name, likely(of, depth + 1)]);
        return Object.fromEntries(next() < 0.1 ? [...fields, [String(pick(HOSTILE)), 1]] : fields);
      }
      if (type === 'array')
        return Array.from({ length: 1 + Math.floor(next() * 3) }, () =>
          likely(schema['items'] as Json, depth + 1),
        );
      if (type === 'integer') return Math.floor(next() * 10);
      if (type === 'boolean') return next() < 0.5;
      if (schema['format'] === 'date')
        return pick(['2026-01-31', '2026-02-10', '2027-01-01', '2025-06-30']);
      const pattern = String(schema['pattern'] ?? '');
      if (pattern.includes('FY')) return pick(['FY2026-M01', 'FY2026-M02', 'FY2026-Q1', 'FY2026']);
      if (pattern.includes('[A-Z]{3}')) return pick(['USD', 'EUR', 'JPY']);
      if (pattern.includes('\\d')) return pick(['1', '100.50', '0', '8%', '-3', '1/3', '90d']);
      return pick(['ana', 'ae', 'b', 'd1', 'd2', 'p1', 'q1', 'acme', 'west', 'bookings', 'line']);
    };

    const failures: unknown[] = [];
    const statuses: Record<number, number> = {};
    for (let i = 0; i < REQUESTS; i += 1) {
      const [method, path, { parameters = [], requestBody }] = pick(operations);
      const name = () =>
        encodeURIComponent(toText(next() < 0.3 ? pick(HOSTILE) : likely({ type: 'string' })));
      const where = path.replace(/\{(\w+)\}/g, (_, of: string) =>
        of === 'period' ? encodeURIComponent(toText(likely({ pattern: 'FY' }))) : name() || 'x',
      );
      const query = parameters
        .filter((one) => one.in === 'query' && next() < 0.3)
        .map((one) => `${one.name}=${encodeURIComponent(toText(likely(one.schema)))}`)
        // Waiting for what was never written is refused at once; what was, is there soon.
        .join('&');
      const login = next() < 0.85 ? (logins['admin'] as Login) : (logins['approver'] as Login);
      const url = query ? `${where}?${query}` : where;
      const body = requestBody && likely(requestBody.content['application/json']?.schema as Json);
      const started = Date.now();
      const answer = method === 'get' ? await login.get(url) : await login.post(url, toBody(body));
      const ms = Date.now() - started;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.status >= 500 || ms > SLOW_MS)
        failures.push({ method, url, body, status: answer.status, ms, says: answer.body.detail });
    }
    expect(failures).toEqual([]);
    // It would prove nothing if nothing got through.
    expect((statuses[200] ?? 0) + (statuses[201] ?? 0)).toBeGreaterThan(REQUESTS / 20);
    await api.anonymous('get', '/healthz').expect(200);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  }, 300_000);
});

const toText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return text.replaceAll(/[\ud800-\udfff]/g, '');
};
const toBody = (body: unknown): object =>
  typeof body === 'object' && body !== null ? body : [body];
