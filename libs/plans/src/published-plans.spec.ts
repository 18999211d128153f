import {
  curved,
  faultsOf,
  goals,
  type Loose,
  other,
  override,
  rated,
  spiff,
  squared,
  tiered,
} from './components.fixtures.js';

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
