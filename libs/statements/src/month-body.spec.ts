import fc from 'fast-check';
import { readBody, writeBody, type PayeeMonth } from './month-body.js';

const line = fc
  .record({
    deal: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    line: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    kind: fc.constantFrom('direct' as const, 'rollup' as const, undefined),
    on: fc.option(fc.integer(), { nil: undefined }),
    amount: fc.bigInt(),
    positions: fc.array(fc.nat()),
    cancellation: fc.constantFrom(true, undefined),
  })
  .map((of) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)));
const month = fc
  .array(
    fc.record({
      plan: fc.string(),
      component: fc.string({ unit: 'binary' }),
      currency: fc.constant('USD'),
      amount: fc.bigInt(),
      lines: fc.array(line),
    }),
  )
  .map((earnings) => ({
    payee: 'ana',
    month: 3,
    attainment: [],
    earnings: earnings.map((row) => ({
      payee: 'ana',
      month: 3,
      ...row,
      lines: row.lines.map((of) => ({ month: 3, ...of })),
    })),
    adjustments: [],
    payable: [{ payee: 'ana', month: 3, currency: 'USD', amount: 5n }],
    balances: [],
    postings: [],
  }));

describe("a payee's month as text", () => {
  it('is the very JSON that a parser writes again, and is read as what it was', () => {
    fc.assert(
      fc.property(month, (of) => {
        const text = writeBody(of as unknown as PayeeMonth);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
        expect(readBody('ana', 3, text)).toEqual(of);
      }),
    );
  });
});
