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
  tiers,
} from './components.fixtures.js';

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
  ])('with %s', (_what, component, path) => expect(faultsOf([component, other])).toEqual([path]));
});
