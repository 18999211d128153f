import { showAmount, showRatio } from './display.js';
import { Exact } from './exact.js';

describe('a number for people', () => {
  it.each([
    ['1250', '1,250.00'],
    ['-1234567.5', '-1,234,567.50'],
    ['0.125', '0.125'],
    ['1/3', '0.3333…'],
    ['999', '999.00'],
  ])('shows the amount %s as %s', (text, shown) =>
    expect(showAmount(Exact.from(text))).toBe(shown),
  );
  it.each([
    ['0.08', '8%'],
    ['1/8', '12.5%'],
    ['1/3', '33.33…%'],
    ['-1', '-100%'],
    ['2.5', '250%'],
  ])('shows the ratio %s as %s', (text, shown) => expect(showRatio(Exact.from(text))).toBe(shown));
});
