import { summaryOf } from './simulation-summary.js';

const of = (payee: string, before: bigint, after: bigint) => ({
  payee,
  component: 'c',
  currency: 'USD',
  before,
  after,
});

it('counts payees by how much of what they earned they gain or lose', () => {
  const differences = [
    of('at-edge', 100n, 105n),
    of('over-edge', 100n, 106n),
    of('from-nothing', 0n, 1n),
    of('loses-all', 100n, 0n),
    // By one component more, by another less: he neither gains nor loses.
    of('moved', 100n, 50n),
    { ...of('moved', 0n, 50n), component: 'd' },
  ];
  const before = new Map(
    [
      ['at-edge', 100n],
      ['over-edge', 100n],
      ['loses-all', 100n],
      ['moved', 100n],
    ].map(([payee, amount]) => [`${payee}\nUSD`, amount as bigint]),
  );
  const { winners, losers, distribution } = summaryOf(8, [], differences, before);
  expect([winners, losers]).toEqual([3, 1]);
  expect(Object.fromEntries(distribution.map(({ change, payees }) => [change, payees]))).toEqual({
    'lose more than 25%': 1,
    'lose up to 25%': 0,
    'lose up to 10%': 0,
    'lose up to 5%': 0,
    unchanged: 1 + 3,
    'gain up to 5%': 1,
    'gain up to 10%': 1,
    'gain up to 25%': 0,
    'gain more than 25%': 1,
  });
});
