import { Exact } from '#kernel';
import { explainText } from './explain-text.js';
import { fact, roundedStep, step } from './trace.js';

const rate = fact('tier rate', Exact.from('10%'), [], 'from 100% of quota on');
const part = fact(
  'part in step',
  Exact.from('60000'),
  [7],
  'the part of deal d1 above quota (500,000.00)',
);
const credited = fact('credited amount', Exact.from('100'), [7], 'direct credit of the deal');

describe('an explanation', () => {
  it('reads as an analyst would write it', () =>
    expect(explainText(step('product', 'slice', [rate, part]))).toBe(
      '6,000.00 = 10% (tier rate: from 100% of quota on) × 60,000.00, the part of deal d1 above quota (500,000.00)',
    ));
  it('shows below where its parts come from', () =>
    expect(
      explainText(
        step('product', 'rate', [
          fact('rate', Exact.from('1/3')),
          step('product', 'measure', [credited, fact('exchange rate', Exact.from('1.1'))]),
        ]),
      ),
    ).toBe(
      [
        '36.6667… = 33.33…% (rate) × 110.00 (measure)',
        '  110.00 (measure) = 100.00 (credited amount: direct credit of the deal) × 1.1 (exchange rate)',
      ].join('\n'),
    ));
  it('says beside an amount that it is rounded', () =>
    expect(
      explainText(
        step('sum', 'line', [
          roundedStep(
            'minor units',
            step('product', 'rate', [fact('rate', Exact.from('1/3')), credited]),
            2,
            'toward-zero',
          ),
          fact('largest remainder', Exact.from('0.01'), [], 'so that the lines sum to the month'),
        ]),
      ),
    ).toBe(
      '33.34 = 33.33…% (rate) × 100.00 (credited amount: direct credit of the deal), rounded so that the lines sum to the month',
    ));
  it('leaves out what changes nothing', () =>
    expect(
      explainText(
        roundedStep(
          'line',
          step('sum', 'tiers', [step('product', 'slice', [rate, part])]),
          2,
          'half-up',
        ),
      ),
    ).toMatch(/^6,000.00 = 10%/));
  it('names a single fact', () =>
    expect(explainText(fact('manual amount', Exact.from('5'), [3], 'Prize'))).toBe(
      '5.00, manual amount: Prize',
    ));
  it('subtracts rather than adding what is negative', () =>
    expect(
      explainText(
        step('sum', 'payable', [
          fact('earned', Exact.from('5')),
          fact('draw recovered', Exact.from('-2')),
        ]),
      ),
    ).toBe('3.00 = 5.00 (earned) - 2.00 (draw recovered)'));
});
