import { Exact } from '#kernel';
import { NOTHING_CARRIED, settle, type Carried, type DrawTerms } from './draws.js';

const terms = (
  kind: DrawTerms['kind'],
  given?: number,
  more: Partial<DrawTerms> = {},
): DrawTerms => ({
  plan: 'ae',
  kind,
  ...(given !== undefined && { given: BigInt(given) }),
  recoverAtMost: Exact.ONE,
  ...more,
});

interface Month {
  readonly released: number;
  readonly draws?: readonly DrawTerms[];
}

/** Runs months one after the other: what each pays, and what is then drawn and owed. */
const run = (months: readonly Month[]): [number, number, number][] => {
  let carried: Carried = NOTHING_CARRIED;
  return months.map(({ released, draws = [] }, month) => {
    const settled = settle(BigInt(released), month, draws, carried, () => 'half-up');
    carried = settled.carried;
    const drawn = [...carried.draws.values()].reduce((sum, { balance }) => sum + balance, 0n);
    return [Number(settled.payable), Number(drawn), Number(carried.owed)];
  });
};

describe('a month without a draw', () => {
  it('pays what is released', () => expect(run([{ released: 500 }])).toEqual([[500, 0, 0]]));
  it('pays nothing below zero, and takes the shortfall from the next months first', () =>
    expect(run([{ released: -300 }, { released: 100 }, { released: 500 }])).toEqual([
      [0, 0, 300],
      [0, 0, 200],
      [300, 0, 0],
    ]));
});

describe('a guarantee', () => {
  const draws = [terms('guarantee', 3000)];
  it('tops up, and nothing is owed', () =>
    expect(
      run([
        { released: 2000, draws },
        { released: 5000, draws },
      ]),
    ).toEqual([
      [3000, 0, 0],
      [5000, 0, 0],
    ]));
  it('is deepened by negative earnings', () =>
    expect(run([{ released: -200, draws }])).toEqual([[3000, 0, 0]]));
  it('makes an earlier shortfall good', () =>
    expect(run([{ released: -500 }, { released: 100, draws }])).toEqual([
      [0, 0, 500],
      [3000, 0, 0],
    ]));
});

describe('a recoverable draw', () => {
  const draws = [terms('recoverable', 3000)];
  it('is repaid from what exceeds it, never taking pay below it', () =>
    expect(
      run([
        { released: 0, draws },
        { released: 3500, draws },
        { released: 10000, draws },
      ]),
    ).toEqual([
      [3000, 3000, 0],
      [3000, 2500, 0],
      [7500, 0, 0],
    ]));
  it('turns an earlier shortfall into draw balance', () =>
    expect(run([{ released: -500 }, { released: 100, draws }])).toEqual([
      [0, 0, 500],
      [3000, 3400, 0],
    ]));
  it('takes back only the part of the excess that is agreed', () => {
    const half = [terms('recoverable', 3000, { recoverAtMost: Exact.from('1/2') })];
    expect(
      run([
        { released: 0, draws: half },
        { released: 4001, draws: half },
      ]),
    ).toEqual([
      [3000, 3000, 0],
      [3500, 2499, 0],
    ]);
  });
  it('takes back nothing before the month from which it may', () => {
    const later = [terms('recoverable', 1000, { recoverFrom: 2 })];
    expect(
      run([
        { released: 0, draws: later },
        { released: 5000, draws: later },
        { released: 5000, draws: later },
      ]),
    ).toEqual([
      [1000, 1000, 0],
      [5000, 1000, 0],
      [4000, 0, 0],
    ]);
  });
  it('is repaid from all positive pay after its end', () =>
    expect(
      run([{ released: 0, draws }, { released: 1000 }, { released: -100 }, { released: 5000 }]),
    ).toEqual([
      [3000, 3000, 0],
      [0, 2000, 0],
      [0, 2000, 100],
      [2900, 0, 0],
    ]));
  it('is repaid after its end up to the part agreed', () => {
    const quarter = terms('recoverable', 3000, { recoverAtMost: Exact.from('0.25') });
    expect(
      run([
        { released: 0, draws: [quarter] },
        { released: 1000, draws: [{ ...quarter, given: undefined }] },
      ]),
    ).toEqual([
      [3000, 3000, 0],
      [750, 2750, 0],
    ]);
  });
});

describe('an advance', () => {
  const draws = [terms('advance', 1000)];
  it('is paid on top and repaid from the first month without one on', () =>
    expect(run([{ released: 1000, draws }, { released: 3000 }])).toEqual([
      [2000, 1000, 0],
      [2000, 0, 0],
    ]));
  it('takes all of the pay until it is repaid', () =>
    expect(run([{ released: 0, draws }, { released: 300 }, { released: 900 }])).toEqual([
      [1000, 1000, 0],
      [0, 700, 0],
      [200, 0, 0],
    ]));
  it('grows while it is given', () =>
    expect(
      run([
        { released: 500, draws },
        { released: 500, draws },
      ]),
    ).toEqual([
      [1500, 1000, 0],
      [1500, 2000, 0],
    ]));
});

describe('a stipend', () => {
  it('is on top, and not owed', () =>
    expect(run([{ released: 500, draws: [terms('stipend', 200)] }])).toEqual([[700, 0, 0]]));
});

describe('several draws', () => {
  it('act one after the other, by plan id', () =>
    expect(
      run([
        {
          released: 1000,
          draws: [terms('stipend', 500, { plan: 'z' }), terms('guarantee', 3000, { plan: 'a' })],
        },
      ]),
    ).toEqual([[3500, 0, 0]]));
  it('repay each its own balance', () => {
    const a = terms('recoverable', 1000, { plan: 'a' });
    const b = terms('advance', 500, { plan: 'b' });
    expect(
      run([
        { released: 0, draws: [a, b] },
        { released: 1200, draws: [a] },
      ]),
    ).toEqual([
      [1500, 1500, 0],
      [500, 800, 0],
    ]);
  });
  it('leave a balance to be repaid by its own terms when a guarantee replaces a recoverable draw', () =>
    expect(
      run([
        { released: 0, draws: [terms('recoverable', 1000)] },
        { released: 1500, draws: [terms('guarantee', 800)] },
      ]),
    ).toEqual([
      [1000, 1000, 0],
      [500, 0, 0],
    ]));
});
