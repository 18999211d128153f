import { createHash } from 'node:crypto';
import { ROLES, type Role } from '../../apps/api/src/caller.js';
import { KEY_ROLES } from '#access';
import { ownDeal, planOf } from '#testing';
import { nounOf, scopesOf } from '../../apps/api/src/keys.js';
import { OPEN_TO_KEYS, ROUTES } from '../../apps/api/src/routes.js';
import { TriedApi, type Fact, type Login } from './harness.js';

type Method = 'get' | 'post';

let api: TriedApi;
let logins: ReadonlyMap<Role, Login>;
let admin: Login;
let head = 0;

const person = { hiredOn: '2025-01-01', currency: 'USD' };
const plan = planOf({ id: 'bookings', type: 'commission', rate: '8%' });
const deal = (payee: string) => ownDeal(`of-${payee}`, '100', '2026-02-10', payee);

const EVIDENCE = 'It was agreed on 3 March.';
const EVIDENCE_HASH = createHash('sha256').update(EVIDENCE).digest('hex');

// ana reports to boss; cy reports to nobody.
const FACTS: readonly Fact[] = [
  ['/v1/calendar', { start: '2026-01-01' }],
  ['/v1/payees', { id: 'boss', name: 'Boss', ...person }],
  ['/v1/payees', { id: 'ana', name: 'Ana', manager: 'boss', ...person }],
  ['/v1/payees', { id: 'cy', name: 'Cy', ...person }],
  ['/v1/plans', plan],
  ...['boss', 'ana', 'cy'].flatMap((payee): Fact[] => [
    ['/v1/plan-assignments', { payee, plan: 'ae', from: '2026-01-01' }],
    ['/v1/quotas', { payee, component: 'bookings', period: 'FY2026', amount: '1000' }],
    ['/v1/deals', deal(payee)],
    ['/v1/disputes', { id: `of-${payee}`, payee, about: { deal: `of-${payee}` }, claim: 'more' }],
    [`/v1/statements/${payee}/FY2026-M02/issue`, {}],
  ]),
];

beforeAll(async () => {
  api = await TriedApi.start();
  const made = ROLES.map(async (role) => {
    const payee = role === 'rep' ? { payee: 'ana' } : role === 'manager' ? { payee: 'boss' } : {};
    return [role, await api.login({ user: `the-${role}`, role, ...payee })] as const;
  });
  logins = new Map(await Promise.all(made));
  admin = logins.get('comp-admin') as Login;
  head = await admin.record(FACTS);
  await admin.get(`/v1/credits?after=${head}`).expect(200);
  for (const payee of ['boss', 'ana', 'cy']) {
    await admin
      .send('post', `/v1/disputes/of-${payee}/attachments?name=mail.txt`)
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.from(EVIDENCE))
      .expect(201);
  }
});
afterAll(() => api.close());

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

const served = (): string[] => {
  const { router } = api.app.getHttpAdapter().getInstance() as {
    router: { stack: readonly Layer[] };
  };
  return router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
      : [],
  );
};

// What is served beside the controllers: the description of them, to everybody.
const isDescription = (route: string): boolean => /^GET \/(docs|openapi\.json)/.test(route);

const SAMPLE: Readonly<Record<string, string>> = { period: 'FY2026-M02', line: 'none' };
const pathOf = (route: string): string =>
  (route.split(' ')[1] as string).replace(/:(\w+)/g, (_, name: string) => SAMPLE[name] ?? 'none');

const rows = Object.entries(ROUTES).map(([route, access]) => ({
  route,
  access,
  method: (route.startsWith('GET') ? 'get' : 'post') as Method,
}));
const guarded = rows.flatMap(({ access, ...row }) =>
  access === 'public' ? [] : [{ ...row, access }],
);

describe('the table of routes and roles', () => {
  it('has a row for every route, and no other', () => {
    const routes = served().filter((route) => !isDescription(route));
    expect([...new Set(routes)].sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it('is what the OpenAPI document says', async () => {
    const { body } = await api.anonymous('get', '/openapi.json').expect(200);
    const described = Object.entries(
      body.paths as Record<string, Record<string, { 'x-roles'?: string[] }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, of]) => [
        `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        of['x-roles'] ?? 'public',
      ]),
    );
    const expected = rows.map(({ route, access }) => [
      route,
      access === 'public' ? access : Object.keys(access),
    ]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(expected));
  });

  it.each(guarded)('$route answers nobody without a token', async ({ route, method }) => {
    const { status, body, headers } = await api.anonymous(method, pathOf(route));
    expect([status, body.code, headers['www-authenticate']]).toEqual([
      401,
      'Unauthenticated',
      'Bearer realm="everycent"',
    ]);
  });

  it.each(guarded.flatMap((row) => ROLES.map((role) => ({ ...row, role }))))(
    '$route answers $role as it says',
    async ({ route, method, access, role }) => {
      const login = logins.get(role) as Login;
      const { status, body } =
        method === 'get' ? await login.get(pathOf(route)) : await login.post(pathOf(route));
      if (access[role]) expect([401, 403]).not.toContain(status);
      else expect([status, body.code]).toEqual([403, 'Forbidden']);
      expect(status).toBeLessThan(500);
    },
  );
});

// A key is in a role, and for some nouns.
const KEYS = KEY_ROLES.flatMap((role) => [
  { role, scopes: scopesOf(role) },
  ...scopesOf(role)
    .slice(0, 2)
    .map((scope) => ({ role, scopes: [scope] })),
]);

describe('an API key', () => {
  it.each(KEYS)('of the role $role for $scopes reaches these and no others', async (of) => {
    const expiresOn = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    const id = `${of.role} ${of.scopes.length} ${of.scopes[0]}`;
    const { body } = await admin.post('/v1/api-keys', { id, expiresOn, ...of }).expect(201);
    const key = api.withKey(body.key);
    const answers = guarded.map(async ({ route, method, access }) => {
      const path = pathOf(route);
      const { status } = method === 'get' ? await key.get(path) : await key.post(path);
      const noun = nounOf(path);
      const isOpen = OPEN_TO_KEYS.has(noun) || of.scopes.includes(noun);
      const may = access[of.role] !== undefined && isOpen;
      return [route, status === 403 ? 'refused' : 'reached', may ? 'reached' : 'refused', status];
    });
    for (const [route, is, should, status] of await Promise.all(answers)) {
      expect([route, is]).toEqual([route, should]);
      expect([route, Number(status) !== 401 && Number(status) < 500]).toEqual([route, true]);
    }
  });
});

// Whose things there are, from where each role stands.
const OBJECTS = [
  ['his own', { rep: 'ana', manager: 'boss' }],
  ['his report’s', { manager: 'ana' }],
  ['another’s', { rep: 'cy', manager: 'cy' }],
  ['his manager’s', { rep: 'boss' }],
] as const;

const ONE: Readonly<Record<string, (payee: string) => string>> = {
  'GET /v1/payees/:payee': (payee) => `/v1/payees/${payee}`,
  'GET /v1/deals/:deal': (payee) => `/v1/deals/of-${payee}`,
  'GET /v1/disputes/:dispute': (payee) => `/v1/disputes/of-${payee}`,
  'GET /v1/statements/:payee/:period': (payee) => `/v1/statements/${payee}/FY2026-M02`,
  'GET /v1/statements/:payee/:period/lines/:line/explain': (payee) =>
    `/v1/statements/${payee}/FY2026-M02/lines/FY2026-M02.bookings.1/explain`,
  'GET /v1/statements/:payee/:period/issued': (payee) =>
    `/v1/statements/${payee}/FY2026-M02/issued`,
  'GET /v1/statements/:payee/:period/issued/:sha256': (payee) =>
    `/v1/statements/${payee}/FY2026-M02/issued/latest`,
  'GET /v1/disputes/:dispute/attachments/:sha256': (payee) =>
    `/v1/disputes/of-${payee}/attachments/${EVIDENCE_HASH}`,
  'POST /v1/disputes/:dispute/comments': (payee) => `/v1/disputes/of-${payee}/comments`,
};

const LISTS = [
  'payees',
  'deals',
  'plan-assignments',
  'quotas',
  'objectives',
  'disputes',
  'credits',
  'attainment',
  'earnings',
  'adjustments',
  'payable',
  'balances',
];

const cases = OBJECTS.flatMap(([whose, of]) =>
  Object.entries(of).flatMap(([role, payee]) =>
    Object.keys(ONE).map((route) => ({ whose, role: role as Role, payee, route })),
  ),
);

describe('an object', () => {
  it.each(cases)(
    '$whose ($route) is shown to a $role only within his reach',
    async ({ whose, role, payee, route }) => {
      const login = logins.get(role) as Login;
      const where = (ONE[route] as (payee: string) => string)(payee);
      const { status } = route.startsWith('GET')
        ? await login.get(where)
        : await login.post(where, { text: 'hm' });
      const isHis = whose === 'his own' || whose === 'his report’s';
      expect(status).toBe(isHis ? (route.startsWith('GET') ? 200 : 201) : 404);
    },
  );

  it('that is shown in part has a row here', () => {
    const partly = guarded.filter(
      ({ access }) => access.rep === 'own' || access.manager === 'below',
    );
    const covered = new Set([...Object.keys(ONE), ...LISTS.map((noun) => `GET /v1/${noun}`)]);
    const elsewhere = new Set([
      // Say who asks; periods and calendar are the company's; the other steps of a dispute are in reads.spec.ts.
      'GET /v1/me',
      'GET /v1/calendar',
      'GET /v1/periods',
      'GET /v1/periods/:period',
      'POST /v1/disputes',
      'POST /v1/disputes/:dispute/withdraw',
      // Sent as bytes: in attachments.spec.ts.
      'POST /v1/disputes/:dispute/attachments',
      // A manager sees those of others, and acknowledges his own: in statements.spec.ts.
      'POST /v1/statements/:payee/:period/acknowledge',
      // The same check as a statement's, on the same parameter.
      'GET /v1/audit/proofs/:payout/:payee',
    ]);
    expect(
      partly
        .map(({ route }) => route)
        .filter((route) => !covered.has(route) && !elsewhere.has(route)),
    ).toEqual([]);
  });

  it.each(LISTS)('in the list of %s is listed only to whom it may be shown', async (noun) => {
    const payeesIn = async (login: Login): Promise<Set<string>> => {
      const { body } = await login.get(`/v1/${noun}?limit=200`).expect(200);
      return new Set(
        (body.data as { id?: string; payee?: string }[]).map(({ id = '', payee = id }) =>
          payee.replace('of-', ''),
        ),
      );
    };
    const seen = await payeesIn(logins.get('auditor') as Login);
    const among = (...payees: string[]) => new Set(payees.filter((payee) => seen.has(payee)));
    expect(await payeesIn(logins.get('rep') as Login)).toEqual(among('ana'));
    expect(await payeesIn(logins.get('manager') as Login)).toEqual(
      // Deals are known by those who have credit of them, a manager by rollup.
      among('ana', 'boss'),
    );
  });

  it.each(LISTS.filter((noun) => noun !== 'payees'))(
    'of another is not found by a filter of %s',
    async (noun) => {
      await (logins.get('rep') as Login).get(`/v1/${noun}?payee=cy`).expect(404);
      await (logins.get('manager') as Login).get(`/v1/${noun}?payee=cy`).expect(404);
    },
  );

  it('is nobody’s for a rep whose token names no payee', async () => {
    const nobody = await api.login({ user: 'ana', role: 'rep' });
    await nobody.get('/v1/statements/ana/FY2026-M02').expect(404);
    expect((await nobody.get('/v1/earnings')).body.data).toEqual([]);
    expect((await nobody.get('/v1/deals')).body.data).toEqual([]);
  });
});
