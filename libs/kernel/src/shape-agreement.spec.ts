import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { AdjustCredit, BookDeal, CorrectDeal } from '#deals';
import { OpenDispute, ResolveDispute } from '#disputes';
import { readShape, type Shape } from '#kernel';
import { AddPayee } from '#payees';
import { DefineCalendar, SetPolicy } from '#periods';
import { AssignPlan, PublishFxRate, PublishPlan } from '#plans';
import { AssignTerritory, MoveAccount } from '#territories';

const deal = {
  id: 'd1',
  account: 'acme',
  bookedOn: '2026-02-10',
  currency: 'USD',
  lines: [
    { id: 'l1', amount: '1.5', product: 'desk', attributes: { seats: 3, vip: true } },
    { id: 'l2', amount: 7, quantity: '2', cost: '1' },
  ],
  team: [
    { payee: 'ana', share: '70%' },
    { payee: 'ben', share: '3/10' },
  ],
  attributes: { campaign: 'spring' },
};
const component = {
  id: 'c1',
  type: 'commission',
  measure: { value: 'amount', on: 'booking', where: 'true', factor: [{ by: '50%' }] },
  window: 'quarter',
  tiers: {
    by: 'value',
    apply: 'marginal',
    steps: [
      { from: '0', rate: '5%' },
      { from: 100, rate: '1/10' },
    ],
  },
  cap: [
    { amount: '5', per: 'month' },
    { ofTarget: '2', per: 'year' },
  ],
  gate: { self: true, atLeast: '50%' },
  release: [
    { on: 'booking', share: '60%' },
    { on: { months: 3 }, share: '40%' },
  ],
  clawback: { how: 'restate', bands: [{ within: '90d', share: '100%' }] },
  season: ['25%', '25%', '25%', '25%'],
};
const matrix = {
  rows: { by: 'self', from: ['0%', '50%'] },
  columns: { of: 'c1', by: 'attainment', from: ['0'] },
  pays: [['0%'], ['10%']],
  unit: 'target',
};
const plan = {
  id: 'p',
  currency: 'USD',
  from: '2026-01-01',
  to: '2026-12-31',
  components: [component, { id: 'c2', type: 'bonus', matrix }],
  draw: { amount: '1', every: 'month', kind: 'advance', from: 'FY2026-M01', to: '2026-03-31' },
  cap: { amount: '9', per: 'year' },
};
const credit = { id: 'a', deal: 'd1', payee: 'p', amount: '-5', on: '2026-01-01', reason: 'x' };
const SAMPLES: readonly (readonly [Shape, object])[] = [
  [BookDeal, deal],
  [PublishPlan, plan],
  [CorrectDeal, { deal: 'd1', amount: '5', team: deal.team, reason: 'typing error' }],
  [AdjustCredit, credit],
  [AddPayee, { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD', manager: 'ben' }],
  [AssignPlan, { payee: 'ana', plan: 'p', from: '2026-01-01', rates: { c1: '8%' }, ramp: ['25%'] }],
  [PublishFxRate, { base: 'EUR', quote: 'USD', rate: '1.25', on: '2026-01-01', type: 'spot' }],
  [AssignTerritory, { territory: 'w', payee: 'a', role: 'owner', share: '1', from: '2026-01-01' }],
  [MoveAccount, { account: 'a', to: 'w', on: '2026-01-01', holdover: { until: '2026-03-31' } }],
  [DefineCalendar, { start: '2026-01-01', pattern: '4-4-5' }],
  [SetPolicy, { rounding: 'half-even', fx: { measure: 'plan' }, from: 'FY2026-M02' }],
  [OpenDispute, { id: 'x', payee: 'a', about: { deal: 'd1' }, claim: 'missing', expected: '5' }],
  [ResolveDispute, { dispute: 'x', outcome: 'upheld', remedy: { 'adjust-credit': credit } }],
];

const ODD = [
  null,
  undefined,
  0,
  -1,
  1,
  1.5,
  12,
  NaN,
  Infinity,
  2 ** 60,
  true,
  false,
  '',
  ' ',
  'x',
  '-5',
  '+5',
  '0.0',
  '05',
  '8%',
  '101%',
  '1/3',
  '1/0',
  '1e5',
  '1.',
  '.5',
  'USD',
  'usd',
  'XXX',
  '2026-02-30',
  '2026-02-28',
  '2026-02-28T00:00:00Z',
  'FY2026',
  'FY2026-M13',
  'FY2026-Q1',
  'owner',
  'deal',
  'month',
  'self',
  '90d',
  'text\u0000',
  '\ud800',
  'a'.repeat(300),
  [],
  {},
  [[]],
  [{}],
  ['x'],
  ['x', 'x'],
  { a: 1 },
  { months: 3 },
  { id: 'l1', amount: '1' },
  [
    { id: 'l1', amount: '1' },
    { id: 'l1', amount: '2' },
  ],
  { a: { b: 1 } },
];
const NAMES = [
  'id',
  'amount',
  'lines',
  'amont',
  'from',
  'to',
  'extra',
  'component',
  'rate',
  'months',
];

type Tree = Record<string, unknown>;

/** All objects and lists inside a value. */
const nodesOf = (value: unknown): Tree[] => {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Tree, ...Object.values(value).flatMap(nodesOf)];
};

interface Slip {
  readonly at: number;
  readonly what: 'replace' | 'remove' | 'add';
  readonly key: number;
  readonly odd: number;
}

const apply = (root: object, { at, what, key, odd }: Slip): void => {
  const nodes = nodesOf(root);
  const node = nodes[at % nodes.length] as Tree;
  const keys = Object.keys(node);
  const name = keys[key % Math.max(1, keys.length)] ?? 'id';
  if (what === 'add')
    node[NAMES[key % NAMES.length] as string] = structuredClone(ODD[odd % ODD.length]);
  else if (what === 'replace') node[name] = structuredClone(ODD[odd % ODD.length]);
  else if (Array.isArray(node)) node.pop();
  else delete node[name];
};

const slip = fc.record({
  at: fc.nat(60),
  what: fc.constantFrom('replace', 'remove', 'add'),
  key: fc.nat(20),
  odd: fc.nat(ODD.length - 1),
});

const isValid = (shape: Shape, plain: object): boolean => {
  const options = { whitelist: true, forbidNonWhitelisted: true };
  return validateSync(plainToInstance(shape, plain), options).length === 0;
};

describe('the compiled reader', () => {
  it.each(SAMPLES)('takes a sound command as class-validator does: %p', (shape, plain) => {
    expect(readShape(shape, plain).faults).toBeUndefined();
    expect(isValid(shape, plain)).toBe(true);
  });

  it('agrees with class-validator on whatever is wrong', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(slip, { minLength: 1, maxLength: 2 }),
        ([shape, sample], slips) => {
          const plain = structuredClone(sample);
          for (const of of slips) apply(plain, of);
          const isRead = readShape(shape, plain).faults === undefined;
          if (isRead) accepted += 1;
          expect(isRead).toBe(isValid(shape, plain));
        },
      ),
      { numRuns: 2000, seed: 20260131 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('reads what it wrote without changing it', () => {
    for (const [shape, plain] of SAMPLES) {
      const { data } = readShape(shape, plain) as { data: object };
      expect(readShape(shape, data)).toEqual({ data });
    }
  });
});
