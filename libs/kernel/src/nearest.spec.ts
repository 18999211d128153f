import { didYouMean, nearest } from '#kernel';

describe('the nearest name', () => {
  it.each([
    ['amont', 'amount'],
    ['Amount', 'amount'],
    ['acconut', 'account'],
    ['bookedno', 'bookedOn'],
    ['payees', 'payee'],
  ])('to %s is %s', (name, meant) =>
    expect(nearest(name, ['amount', 'account', 'bookedOn', 'payee', 'id'])).toBe(meant),
  );
  it.each(['whatever', 'x', '', 'a'.repeat(10_000)])('to %.20s is none', (name) =>
    expect(nearest(name, ['amount', 'account', 'bookedOn', 'payee'])).toBeUndefined(),
  );
  it('is said in words', () => {
    expect(didYouMean('wset', ['west', 'east'])).toBe(' (did you mean "west"?)');
    expect(didYouMean('north', ['west', 'east'])).toBe('');
  });
});
