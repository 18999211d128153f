import { readShape } from '#kernel';
import {
  faultsOf,
  type Loose,
  other,
  perDeal,
  rated,
  squared,
  tiered,
} from './components.fixtures.js';
import { planFaults, PublishPlan } from './index.js';

describe('a plan is refused', () => {
  it.each<[string, Loose, string]>([
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
