import { section } from './statement-text.js';

it('puts amounts one under the other, at the right', () => {
  const rows = [
    ['m1', '-1953.77 USD', 'a cancellation'],
    ['m12', '65.44 USD', ''],
  ];
  expect(section('Earned', rows)).toBe(
    '\nEarned\n  m1   -1953.77 USD  a cancellation\n  m12     65.44 USD\n',
  );
  expect(section('Earned', [])).toBe('');
});
