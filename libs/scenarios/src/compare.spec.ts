import { Exact } from '#kernel';
import { agrees, writtenLike } from './compare.js';

const third = Exact.of(1, 3);

describe('a number other than money', () => {
  it.each([
    ['33%', true],
    ['33.33%', true],
    ['33.34%', false],
    ['0.333', true],
    ['0.3334', false],
    ['1/3', true],
    ['33.3333333333333333333333%', true],
    ['0', true],
    ['1', false],
  ])('of a third: %s agrees: %s', (expected, isSo) => expect(agrees(expected, third)).toBe(isSo));
  it('is rounded half away from zero', () => {
    expect(agrees('0.13', Exact.from('0.125'))).toBe(true);
    expect(agrees('-0.13', Exact.from('-0.125'))).toBe(true);
  });
  it('is shown as it was expected, with more digits where those do not tell the difference', () => {
    expect(writtenLike('33%', third)).toBe('33.333333%');
    expect(writtenLike('100', Exact.from('99.5'))).toBe('99.5');
    expect(writtenLike('100.00', Exact.from('99.5'))).toBe('99.50');
  });
});
