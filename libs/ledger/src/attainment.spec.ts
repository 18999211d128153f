import { Exact } from '#kernel';
import { standingIn } from './attainment.js';
import type { AttainmentRow } from './rows.js';

const row = (
  plan: string,
  first: number,
  last: number,
  month: number,
  measure: number,
  quota: number,
): AttainmentRow => ({
  payee: 'ann',
  component: 'c',
  plan,
  window: { first, last },
  month,
  measure: Exact.of(measure),
  quota: Exact.of(quota),
  attainment: Exact.of(measure, quota),
});
const shown = (
  rows: readonly AttainmentRow[],
  first: number,
  last: number,
): (string | undefined)[] => {
  const standing = standingIn(rows, { first, last });
  return [standing?.measure?.toText(), standing?.quota?.toText(), standing?.attainment?.toText()];
};

const quarters = [
  row('p', 0, 2, 0, 50, 100),
  row('p', 0, 2, 2, 80, 100),
  row('p', 3, 5, 3, 0, 100),
  row('p', 3, 5, 5, 120, 100),
];

describe('attainment in a period', () => {
  it('runs inside a window up to the end of the period', () => {
    expect(shown(quarters, 0, 0)).toEqual(['50', '100', '0.5']);
    expect(shown(quarters, 1, 1)).toEqual(['50', '100', '0.5']);
    expect(shown(quarters, 0, 2)).toEqual(['80', '100', '0.8']);
  });
  it('sums the windows of a longer one', () =>
    expect(shown(quarters, 0, 5)).toEqual(['200', '200', '1']));
  it('counts all plans that have the component in the window', () =>
    expect(shown([row('p', 0, 2, 0, 10, 31), row('q', 0, 2, 0, 0, 59)], 0, 0)).toEqual([
      '10',
      '90',
      '1/9',
    ]));
  it('is that of the last window where it is only scored', () => {
    const scored = (first: number, attainment: string): AttainmentRow => ({
      payee: 'ann',
      component: 'o',
      plan: 'p',
      window: { first, last: first + 2 },
      month: first + 2,
      attainment: Exact.from(attainment),
    });
    expect(
      standingIn([scored(0, '78%'), scored(3, '30%')], { first: 0, last: 5 })?.attainment?.toText(),
    ).toBe('0.3');
  });
  it('is nothing where nothing is known', () =>
    expect(standingIn([], { first: 0, last: 0 })).toBeUndefined());
});
