import { splitAmount, type Holder } from '#crediting';
import { allocate, Exact, minorUnits, roundToSum } from '#kernel';
import { figure, randomly, reach, SEED } from './figures.js';

const SPLITS = figure(3_000, 100_000, 1_000_000);
const CURRENCIES = ['JPY', 'USD', 'BHD'] as const;

const residueOf = (total: bigint, units: readonly bigint[]): bigint =>
  units.reduce((left, unit) => left - unit, total);

describe('a split', () => {
  it(`leaves no residue, in yen, dollars and dinars, whatever the amount and the shares (${SPLITS} splits, seed ${SEED})`, () => {
    const random = randomly();
    let residues = 0;
    for (let n = 0; n < SPLITS; n += 1) {
      const currency = CURRENCIES[n % 3] as string;
      const scale = minorUnits(currency) + (random(10) === 0 ? random(4) : 0);
      // Halves are common among amounts, and where roundings go wrong.
      const sign = random(4) === 0 ? -1n : 1n;
      const units = sign * (BigInt(random(2 ** 31)) * BigInt(1 + random(1000)) + BigInt(random(2)));
      const amount = Exact.units(units, scale);
      const weights = Array.from({ length: 1 + random(7) }, () => 1 + random(97));
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      const shares = weights.map((weight) => Exact.of(weight, whole));
      const holders: Holder[] = shares.map((share, i) => ({
        payee: `p${i}`,
        share,
        positions: [],
      }));
      const parts = splitAmount(amount, holders, currency);
      if (!Exact.sum(parts).equals(amount)) residues += 1;
      const rounded = roundToSum(
        shares.map((share) => amount.times(share)),
        units,
        scale,
      );
      if (residueOf(units, rounded) !== 0n) residues += 1;
      if (residueOf(units, allocate(units, shares)) !== 0n) residues += 1;
    }
    expect(residues).toBe(0);
    reach(`${SPLITS} splits in JPY, USD and BHD: 0 residue`);
  }, 3_600_000);
});
