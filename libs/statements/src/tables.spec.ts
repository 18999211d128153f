import { Exact } from '#kernel';
import { numberText, ratioText } from './tables.js';

describe('a number in a table', () => {
  it.each([
    [Exact.of(337158), '337158'],
    [Exact.of(3371588888, 100000), '33715.88888'],
    [Exact.of(1, 3), '0.333333333333'],
    [Exact.of(-20, 3), '-6.666666666667'],
  ])('%p has all its digits, or twelve', (number, text) => {
    expect(numberText(number)).toBe(text);
  });

  it.each([
    [Exact.of(1), '1.000000'],
    [Exact.of(2, 3), '0.666666666667'],
  ])('%p as a ratio has at least six', (ratio, text) => {
    expect(ratioText(ratio)).toBe(text);
  });
});
