import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { Exact } from './exact.js';
import { formatUnits } from './whole.js';

const whole = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const decimal = fc
  .tuple(whole, fc.integer({ min: 0, max: 6 }))
  .map(([units, scale]) => formatUnits(units, scale));
const fraction = fc
  .tuple(whole, fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([n, d]) => Exact.of(n, d));

describe('an exact number', () => {
  it.each([
    ['1250.00', '1250'],
    ['-3', '-3'],
    ['+3.10', '3.1'],
    ['8%', '0.08'],
    ['12.5%', '0.125'],
    ['2/25', '0.08'],
    ['2/3', '2/3'],
    ['-4/6', '-2/3'],
    ['1/3%', '1/300'],
    ['0', '0'],
    ['0000.10', '0.1'],
  ])('reads %s as %s', (text, shown) => expect(Exact.from(text).toText()).toBe(shown));

  it.each([
    '',
    '-',
    '1.',
    '.5',
    '1e3',
    '0x10',
    '1,000',
    '1/0',
    '1/-2',
    ' 1',
    '1 ',
    'NaN',
    '1.2/3',
    '--1',
  ])('does not read "%s"', (text) => expect(Exact.parse(text)).toBeUndefined());

  it('says the same text again', () =>
    fc.assert(fc.property(fraction, (x) => Exact.from(x.toText()).equals(x))));

  it('adds, subtracts, multiplies and compares as decimal.js does', () => {
    const Precise = Decimal.clone({ precision: 80 });
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [Exact.from(a), Exact.from(b)];
        const [p, q] = [new Precise(a), new Precise(b)];
        expect(x.plus(y).equals(Exact.from(p.plus(q).toFixed()))).toBe(true);
        expect(x.minus(y).equals(Exact.from(p.minus(q).toFixed()))).toBe(true);
        expect(x.times(y).equals(Exact.from(p.times(q).toFixed()))).toBe(true);
        expect(x.compare(y)).toBe(p.comparedTo(q));
      }),
    );
  });

  it('rounds as decimal.js does, half up and half to even', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 4 }), (text, scale) => {
        const [x, p] = [Exact.from(text), new Decimal(text)];
        expect(formatUnits(x.round(scale), scale)).toBe(
          plain(p.toFixed(scale, Decimal.ROUND_HALF_UP)),
        );
        expect(formatUnits(x.round(scale, 'half-even'), scale)).toBe(
          plain(p.toFixed(scale, Decimal.ROUND_HALF_EVEN)),
        );
        expect(formatUnits(x.truncate(scale), scale)).toBe(
          plain(p.toFixed(scale, Decimal.ROUND_DOWN)),
        );
      }),
    );
  });

  it('rounds exactly half a unit away from zero, or to the even neighbour', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: -1000n, max: 1000n }),
        fc.integer({ min: 0, max: 4 }),
        (below, scale) => {
          const tie = Exact.units(10n * below + 5n, scale + 1);
          expect(tie.round(scale)).toBe(below < 0n ? below : below + 1n);
          expect(tie.round(scale, 'half-even')).toBe(below % 2n === 0n ? below : below + 1n);
        },
      ),
    ));

  it('obeys the laws of fractions', () =>
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(a.plus(b).equals(b.plus(a))).toBe(true);
        expect(a.times(b.plus(c)).equals(a.times(b).plus(a.times(c)))).toBe(true);
        if (!b.isZero) expect(a.dividedBy(b).times(b).equals(a)).toBe(true);
      }),
    ));

  it('is zero where large fractions cancel out', () => {
    const large = Exact.of(10n ** 25n + 1n, 10n ** 20n + 3n);
    for (const zero of [large.minus(large), large.times(Exact.ZERO), Exact.of(0n, 10n ** 20n)]) {
      expect([zero.isZero, zero.sign, zero.toText()]).toEqual([true, 0, '0']);
    }
  });

  it.each([
    ['0.125', 3],
    ['1250', 0],
    ['2/25', 2],
    ['1/3', undefined],
  ])('%s needs %s decimals', (text, decimals) =>
    expect(Exact.from(text).decimals()).toBe(decimals),
  );
});

// decimal.js writes -0.00 where the value rounds to nothing.
const plain = (text: string): string => (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);
