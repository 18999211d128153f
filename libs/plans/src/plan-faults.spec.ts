import { readShape } from '#kernel';
import { planFaults, PublishPlan } from './index.js';

type Loose = Record<string, unknown>;

const tiers = (fields: Loose = {}) => ({
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0%', rate: '5%' },
    { from: '100%', rate: '10%' },
  ],
  ...fields,
});
const curve = (fields: Loose = {}) => ({
  shape: 'linear',
  points: [
    { at: '0%', pays: '0%' },
    { at: '100%', pays: '100%' },
  ],
  ...fields,
});
const matrix = (fields: Loose = {}) => ({
  rows: { of: 'self', by: 'attainment', from: ['0%', '50%'] },
  columns: { of: 'other', from: ['0%'] },
  pays: [['1%'], ['2%']],
  unit: 'rate',
  ...fields,
});
const rated = (fields: Loose = {}) => ({ id: 'c', type: 'commission', rate: '5%', ...fields });
const tiered = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'commission',
  tiers: tiers(of),
  ...fields,
});
const curved = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'bonus',
  curve: curve(of),
  ...fields,
});
const squared = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'bonus',
  matrix: matrix(of),
  ...fields,
});
const other = { id: 'other', type: 'commission', rate: '1%' };
const perDeal = { id: 'other', type: 'commission', rate: '1%', window: 'deal' };
const goals = (fields: Loose = {}) => ({
  id: 'c',
  type: 'objectives',
  objectives: [{ id: 'g', weight: '100%' }],
  ...fields,
});
const spiff = (fields: Loose = {}) => ({ id: 'c', type: 'spiff', amount: '50', ...fields });
const override = (fields: Loose = {}) => ({ id: 'c', type: 'override', rate: '1%', ...fields });

const faultsOf = (components: readonly Loose[], plan: Loose = {}): string[] => {
  const plain = { id: 'p', currency: 'USD', from: '2026-01-01', components, ...plan };
  const reading = readShape(PublishPlan, plain);
  if (reading.faults)
    throw new Error(reading.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return planFaults(reading.data).map(({ path }) => path.replace('components[0].', ''));
};

describe('a plan is published', () => {
  it.each<[string, Loose]>([
    ['a flat rate', rated()],
    ['tiers by attainment', tiered()],
    ['tiers by value in a deal window', tiered({ window: 'deal' }, { by: 'value' })],
    [
      'fixed sums on reaching a step',
      tiered(
        {},
        {
          steps: [
            { from: '0', amount: '0' },
            { from: '1', amount: '500' },
          ],
        },
      ),
    ],
    [
      'multipliers',
      tiered(
        {},
        {
          steps: [
            { from: '0', multiplier: '1' },
            { from: '1', multiplier: '1.5' },
          ],
        },
      ),
    ],
    ['tiers by margin', tiered({ window: 'deal' }, { by: 'margin', apply: 'retroactive' })],
    ['tiers chosen by another component', tiered({}, { of: 'other', apply: 'retroactive' })],
    [
      'tiers of deals by the attainment of another component',
      tiered({ window: 'deal' }, { of: 'other', apply: 'retroactive' }),
    ],
    ['a curve', curved()],
    ['a curve that extends', curved({}, { beyond: 'extend' })],
    [
      'a curve of deals by value that pays a rate',
      curved({ window: 'deal' }, { by: 'value', pays: 'rate' }),
    ],
    ['a matrix', squared()],
    [
      'a matrix whose axes name components',
      squared(
        {},
        { rows: { by: 'self', from: ['0', '1'] }, columns: { by: 'other', from: ['0'] } },
      ),
    ],
    ['objectives', goals()],
    ['a spiff per deal', spiff()],
    ['a spiff per unit', { id: 'c', type: 'spiff', perUnit: '5' }],
    ['an override on rollup credit', override()],
    ['an override on earnings', override({ measure: { value: 'earnings', of: ['other'] } })],
    ['a gate on another component', rated({ gate: { component: 'other', atLeast: '50%' } })],
    ['a gate on itself', rated({ gate: { self: true, moreThan: '50%' } })],
    [
      'a year counted to date by month',
      tiered({ window: 'year', every: 'month', against: 'to-date' }),
    ],
    ['a quarter inside a half', rated({ window: 'half', every: 'quarter' })],
    ['a season of quarters', rated({ season: ['20%', '20%', '20%', '40%'] })],
    ['a season of twelve', rated({ season: Array.from({ length: 12 }, () => '1/12') })],
    [
      'caps',
      rated({
        cap: [
          { amount: '5', per: 'deal' },
          { ofTarget: '2', per: 'year' },
        ],
      }),
    ],
    [
      'a release in three parts',
      rated({
        release: [
          { on: 'booking', share: '1/3' },
          { on: 'payment', share: '1/3' },
          { on: { months: 3 }, share: '1/3' },
        ],
      }),
    ],
    ['a spread', rated({ spread: { months: 12 } })],
    [
      'what a rated deal earned taken back',
      rated({
        clawback: {
          how: 'reverse',
          bands: [
            { within: '30d', share: '1' },
            { within: '90d', share: '50%' },
          ],
        },
      }),
    ],
    ['a clawback of marginal tiers', tiered({ clawback: { how: 'pay-only' } })],
    [
      'retroactive tiers restated',
      tiered({ clawback: { how: 'restate' } }, { apply: 'retroactive' }),
    ],
    [
      'predicates',
      rated({
        measure: { where: "deal.type == 'new'", factor: [{ where: 'line.amount > 5', by: '2' }] },
        factor: [{ where: 'true', by: '110%' }],
      }),
    ],
  ])('with %s', (_what, component) => expect(faultsOf([component, other])).toEqual([]));
});

describe('a plan is refused', () => {
  it.each<[string, Loose, string]>([
    ['no way to pay', { id: 'c', type: 'commission' }, 'components[0]'],
    ['two ways to pay', rated({ tiers: tiers() }), 'components[0]'],
    ['a spiff per deal and per unit', spiff({ perUnit: '5' }), 'components[0]'],
    ['a rate of objectives', goals({ rate: '5%' }), 'rate'],
    ['an amount of a commission', rated({ amount: '5' }), 'amount'],
    ['objectives of a bonus', curved({ objectives: [{ id: 'g', weight: '1' }] }), 'objectives'],
    ['measured objectives', goals({ measure: { value: 'amount' } }), 'measure'],

    [
      'tiers that do not start at zero',
      tiered({}, { steps: [{ from: '10%', rate: '1%' }] }),
      'tiers.steps[0].from',
    ],
    [
      'tiers that fall',
      tiered(
        {},
        {
          steps: [
            { from: '0', rate: '1%' },
            { from: '1', rate: '2%' },
            { from: '50%', rate: '3%' },
          ],
        },
      ),
      'tiers.steps[2].from',
    ],
    [
      'tiers that stand still',
      tiered(
        {},
        {
          steps: [
            { from: '0', rate: '1%' },
            { from: '0%', rate: '2%' },
          ],
        },
      ),
      'tiers.steps[1].from',
    ],
    ['marginal tiers of another component', tiered({}, { of: 'other' }), 'tiers.apply'],
    ['marginal tiers by margin', tiered({ window: 'deal' }, { by: 'margin' }), 'tiers.apply'],
    ['tiers by margin of a quarter', tiered({}, { by: 'margin', apply: 'retroactive' }), 'window'],
    [
      'fixed sums by margin',
      tiered(
        { window: 'deal' },
        { by: 'margin', apply: 'retroactive', steps: [{ from: '0', amount: '5' }] },
      ),
      'tiers.steps[0]',
    ],
    [
      'a curve that goes back',
      curved(
        {},
        {
          points: [
            { at: '1', pays: '1' },
            { at: '50%', pays: '2' },
          ],
        },
      ),
      'curve.points[1].at',
    ],
    ['steps that extend', curved({}, { shape: 'step', beyond: 'extend' }), 'curve.beyond'],
    [
      'one point that extends',
      curved({}, { points: [{ at: '0', pays: '1' }], beyond: 'extend' }),
      'curve.points',
    ],
    ['a matrix with a row missing', squared({}, { pays: [['1%']] }), 'matrix.pays'],
    [
      'a matrix with a value too many',
      squared({}, { pays: [['1%'], ['2%', '3%']] }),
      'matrix.pays[1]',
    ],
    [
      'a matrix that falls',
      squared({}, { rows: { of: 'self', from: ['1', '0'] } }),
      'matrix.rows.from[1]',
    ],
    [
      'a matrix by nothing known',
      squared({}, { rows: { of: 'self', by: 'size', from: ['0', '1'] } }),
      'matrix.rows.by',
    ],

    ['attainment of a deal', tiered({ window: 'deal' }), 'tiers.by'],
    [
      'a multiplier of a deal',
      tiered({ window: 'deal' }, { by: 'value', steps: [{ from: '0', multiplier: '1' }] }),
      'tiers.steps[0].multiplier',
    ],
    ['a curve by attainment of a deal', curved({ window: 'deal' }, { pays: 'rate' }), 'curve.by'],
    [
      'a curve of a deal that pays target',
      curved({ window: 'deal' }, { by: 'value' }),
      'curve.pays',
    ],
    ['a matrix by attainment of a deal', squared({ window: 'deal' }), 'matrix'],
    ['objectives of a deal', goals({ window: 'deal' }), 'type'],
    [
      'a metric of a deal',
      rated({ window: 'deal', measure: { value: 'metric.csat' } }),
      'measure.value',
    ],
    [
      'earnings of a deal',
      override({ window: 'deal', measure: { value: 'earnings', of: ['other'] } }),
      'measure.value',
    ],
    [
      'a deal gated by itself',
      rated({ window: 'deal', gate: [{ self: true, atLeast: '1' }] }),
      'gate[0]',
    ],
    ['deals to date', rated({ window: 'deal', against: 'to-date' }), 'against'],
    ['deals by quarter', rated({ window: 'deal', every: 'quarter' }), 'every'],
    ['years in a quarter', rated({ every: 'year' }), 'every'],

    ['a season of three', rated({ season: ['50%', '25%', '25%'] }), 'season'],
    ['a season of 99%', rated({ season: ['24%', '25%', '25%', '25%'] }), 'season'],
    ['a cap of a deal by target', rated({ cap: { ofTarget: '2', per: 'deal' } }), 'cap.ofTarget'],
    ['a release of 90%', rated({ release: [{ on: 'booking', share: '90%' }] }), 'release'],
    [
      'a release that is spread',
      rated({ release: [{ on: 'booking', share: '1' }], spread: { months: 3 } }),
      'spread',
    ],
    [
      'bands that fall',
      rated({
        clawback: {
          bands: [
            { within: '90d', share: '1' },
            { within: '30d', share: '1' },
          ],
        },
      }),
      'clawback.bands[1].within',
    ],
    [
      'retroactive tiers reversed',
      tiered({ clawback: { how: 'reverse' } }, { apply: 'retroactive' }),
      'clawback.how',
    ],
    [
      'a curve whose pay alone is taken back',
      curved({ clawback: { how: 'pay-only' } }),
      'clawback.how',
    ],
    ['a matrix reversed', squared({ clawback: { how: 'reverse' } }), 'clawback.how'],
    ['objectives reversed', goals({ clawback: { how: 'reverse' } }), 'clawback.how'],

    [
      'earnings of a commission',
      rated({ measure: { value: 'earnings', of: ['other'] } }),
      'measure.value',
    ],
    ['earnings of nobody', override({ measure: { value: 'earnings' } }), 'measure.of'],
    ['of without earnings', override({ measure: { of: ['other'] } }), 'measure.of'],
    [
      'a metric that is invoiced',
      rated({ measure: { value: 'metric.csat', on: 'invoice' } }),
      'measure.on',
    ],
    ['a spiff on a metric', spiff({ measure: { value: 'metric.csat' } }), 'measure.value'],
    [
      'a predicate that does not parse',
      rated({ measure: { where: 'deal.type ==' } }),
      'measure.where',
    ],
    [
      'a predicate that does not type-check',
      rated({ measure: { where: 'deal.amount' } }),
      'measure.where',
    ],
    [
      'a credit factor that does not',
      rated({ measure: { factor: [{ by: '1' }, { where: 'x', by: '1' }] } }),
      'measure.factor[1].where',
    ],
    [
      'an earning factor that does not',
      rated({ factor: [{ where: 'deal.typ == "x"', by: '1' }] }),
      'factor[0].where',
    ],

    [
      'a gate on what is not there',
      rated({ gate: { component: 'othr', atLeast: '1' } }),
      'gate.component',
    ],
    ['tiers of what is not there', tiered({}, { of: 'nobody', apply: 'retroactive' }), 'tiers.of'],
    [
      'a matrix of what is not there',
      squared({}, { rows: { by: 'profit', from: ['0', '1'] } }),
      'matrix.rows',
    ],
    ['a gate on its own name', rated({ gate: { component: 'c', atLeast: '1' } }), 'gate.component'],
  ])('with %s', (_what, component, path) => expect(faultsOf([component, other])).toEqual([path]));

  it.each<[string, Loose, string]>([
    ['a gate', rated({ gate: { component: 'other', atLeast: '1' } }), 'gate.component'],
    ['tiers', tiered({}, { of: 'other', apply: 'retroactive' }), 'tiers.of'],
    ['a matrix', squared(), 'matrix.columns'],
  ])('with %s that looks at a component of deals', (_what, component, path) =>
    expect(faultsOf([component, perDeal])).toEqual([path]),
  );

  it('with a circle, naming it in each component', () => {
    const a = rated({ id: 'a', gate: { component: 'b', atLeast: '1' } });
    const b = tiered({ id: 'b' }, { of: 'c', apply: 'retroactive' });
    const c = squared({}, { columns: { by: 'a', from: ['0'] } });
    const plain = { id: 'p', currency: 'USD', from: '2026-01-01', components: [a, b, c] };
    const { data } = readShape(PublishPlan, plain) as { data: PublishPlan };
    expect(planFaults(data)).toEqual([
      {
        path: 'components[0].gate.component',
        code: 'contradiction',
        message: 'goes in a circle: a > b > c > a',
      },
      {
        path: 'components[1].tiers.of',
        code: 'contradiction',
        message: 'goes in a circle: b > c > a > b',
      },
      {
        path: 'components[2].matrix.columns',
        code: 'contradiction',
        message: 'goes in a circle: c > a > b > c',
      },
    ]);
  });

  it.each<[string, Loose, string]>([
    [
      'a recovery of what is not owed',
      { draw: { amount: '1', kind: 'guarantee', recoverAtMost: '50%' } },
      'draw.recoverAtMost',
    ],
    [
      'a later recovery of what is not owed',
      { draw: { amount: '1', kind: 'stipend', recoverFrom: 'FY2026-M03' } },
      'draw.recoverFrom',
    ],
    [
      'a draw that ends before it begins',
      { draw: { amount: '1', kind: 'advance', from: 'FY2026-M03', to: 'FY2026-M02' } },
      'draw.to',
    ],
    [
      'a cap per deal',
      {
        cap: [
          { amount: '1', per: 'year' },
          { amount: '1', per: 'deal' },
        ],
      },
      'cap[1].per',
    ],
  ])('with %s', (_what, plan, path) => expect(faultsOf([rated()], plan)).toEqual([path]));

  it('with all of its faults at once', () =>
    expect(
      faultsOf([
        tiered(
          { window: 'deal', every: 'year' },
          {
            steps: [
              { from: '10%', multiplier: '1' },
              { from: '5%', rate: '1%' },
            ],
          },
        ),
        { id: 'd', type: 'bonus', gate: { component: 'e', atLeast: '1' } },
      ]),
    ).toEqual([
      'tiers.steps[0].from',
      'tiers.steps[1].from',
      'tiers.by',
      'tiers.steps[0].multiplier',
      'every',
      'components[1]',
      'components[1].gate.component',
    ]));

  it('with faults of form and of meaning together', () => {
    const components = [
      { id: 'a', type: 'commission', raet: '5%' },
      tiered({}, { steps: [{ from: '10%', rate: '5%' }] }),
    ];
    const plain = { id: 'p', currency: 'USD', from: '2026-01-01', components };
    expect(readShape(PublishPlan, plain).faults?.map(({ path }) => path)).toEqual([
      'components[0].raet',
      'components[1].tiers.steps[0].from',
    ]);
  });
});
