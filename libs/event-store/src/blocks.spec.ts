import { BLOCK, blockOf, spansOf } from './blocks.js';

const at = (...numbers: number[]): bigint[] => numbers.map((n) => BigInt(n * BLOCK) + 1n);
const kept = BigInt(20 * BLOCK);
const whole = { after: 0n, upTo: kept + 5n };
const tail = { after: kept, upTo: kept + 5n };

describe('the parts of a log that may hold events of some categories', () => {
  it('are the blocks that do, and what is in no block yet', () => {
    expect(spansOf(whole, [], kept)).toEqual([tail]);
    expect(spansOf(whole, at(0, 1, 10), kept)).toEqual([
      { after: 0n, upTo: 2000n },
      { after: 10_000n, upTo: 11_000n },
      tail,
    ]);
  });

  it('are read as one where little lies between them', () => {
    expect(spansOf(whole, at(2, 6), kept)).toEqual([{ after: 2000n, upTo: 7000n }, tail]);
    expect(spansOf(whole, at(17), kept)).toEqual([{ after: 17_000n, upTo: kept + 5n }]);
  });

  it('do not go beyond what was asked for', () => {
    expect(spansOf({ after: 1500n, upTo: 5200n }, at(1, 5, 9), kept)).toEqual([
      { after: 1500n, upTo: 5200n },
    ]);
    expect(spansOf({ after: 2000n, upTo: 2000n }, at(1), kept)).toEqual([]);
  });

  it('begin and end with blocks', () => {
    expect([1n, 1000n, 1001n].map(blockOf)).toEqual([1n, 1n, 1001n]);
  });
});
