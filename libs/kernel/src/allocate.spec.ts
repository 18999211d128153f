import fc from 'fast-check';
import { allocate, roundToSum } from './allocate.js';
import { Exact } from './exact.js';

const sum = (units: readonly bigint[]): bigint => units.reduce((a, b) => a + b, 0n);
const shares = (...texts: string[]): Exact[] => texts.map(Exact.from);

describe('splitting money', () => {
  it.each([
    { total: 100n, weights: shares('1/3', '1/3', '1/3'), parts: [34n, 33n, 33n] },
    { total: -100n, weights: shares('1/3', '1/3', '1/3'), parts: [-34n, -33n, -33n] },
    { total: 1n, weights: shares('0.7', '0.3'), parts: [1n, 0n] },
    { total: 1001n, weights: shares('0.5', '0.5'), parts: [501n, 500n] },
    { total: 0n, weights: shares('0.5', '0.5'), parts: [0n, 0n] },
  ])('shares $total out as $parts', ({ total, weights, parts }) =>
    expect(allocate(total, weights)).toEqual(parts),
  );

  it('loses nothing, and no part is off by a unit or more', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), weights, (total, ws) => {
        const exact = ws.map((w) => Exact.of(w));
        const parts = allocate(total, exact);
        expect(sum(parts)).toBe(total);
        const whole = Exact.sum(exact);
        parts.forEach((part, i) => {
          const fair = Exact.of(total)
            .times(exact[i] as Exact)
            .dividedBy(whole);
          const off = Exact.of(part).minus(fair);
          expect(off.lessThan(Exact.ONE) && off.compare(Exact.of(-1)) > 0).toBe(true);
        });
      }),
    );
  });

  it('rounds mixed lines toward zero first, then gives to the largest remainders', () => {
    const lines = shares('1.006', '-0.004', '2.998');
    expect(roundToSum(lines, 400n, 2)).toEqual([100n, 0n, 300n]);
    expect(sum(roundToSum(lines, 400n, 2))).toBe(400n);
  });

  it('gives a missing unit to a line that has no remainder if there is no other', () =>
    expect(roundToSum(shares('1', '2'), 301n, 2)).toEqual([101n, 200n]));
});
