import fc from 'fast-check';
import type { Ledger } from '#ledger';
import {
  amountOf,
  beginning,
  booked,
  booking,
  byLine,
  check,
  day,
  deals,
  earned,
  ledgerOf,
  type Plain,
  plan,
  record,
  tiered,
} from './worlds.js';

describe('what is earned', () => {
  it('does not depend on the order in which deals were recorded', () =>
    check(
      fc.property(
        plan,
        deals.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
          ),
        ),
        (of, [all, order]) => {
          const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
          const [one, other] = [facts, order.map((i) => facts[i] as Plain)].map((list) =>
            ledgerOf(record(...beginning('USD', of), ...list)),
          );
          expect(byLine(other as Ledger)).toEqual(byLine(one as Ledger));
        },
      ),
    ));

  it('does not depend on whether a deal was recorded in one line or in two', () =>
    check(
      fc.property(plan, deals, fc.bigInt({ min: -5000n, max: 5000n }), (of, all, part) => {
        const whole = all.map((deal, i) => booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD'));
        const split = all.map((deal, i) => {
          const { amount: _, ...rest } = booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD')[
            'book-deal'
          ] as Plain;
          const lines = [part, deal.units - part].map((line, j) => ({
            id: `l${j}`,
            amount: amountOf(line, 'USD'),
          }));
          return { 'book-deal': { ...rest, lines } };
        });
        const [one, other] = [whole, split].map((list) =>
          ledgerOf(record(...beginning('USD', of), ...list)),
        );
        expect(earned(other as Ledger)).toEqual(earned(one as Ledger));
      }),
    ));

  it('does not change with a deal that is booked and cancelled as if it had never been', () =>
    check(
      fc.property(plan, deals, booked, (of, all, extra) => {
        const restated = {
          ...of,
          components: (of.components as Plain[]).map((item) => ({
            ...item,
            clawback: { how: 'restate' },
          })),
        };
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const undone = [
          booking('x', extra, 'USD'),
          { 'cancel-deal': { deal: 'x', on: day(extra.day + 20) } },
        ];
        const [one, other] = [facts, [...facts, ...undone]].map((list) =>
          ledgerOf(record(...beginning('USD', restated), ...list)),
        );
        expect(earned(other as Ledger)).toEqual(earned(one as Ledger));
      }),
    ));

  it('does not depend on the unit of currency', () =>
    check(
      fc.property(fc.oneof(tiered('marginal'), tiered('retroactive')), deals, (of, all) => {
        // The same numbers of minor units: yen have none, dollars hundredths.
        const [yen, dollars] = [
          ['JPY', '1000'],
          ['USD', '10'],
        ].map(([unit = '', quota]) =>
          ledgerOf(
            record(
              ...beginning(unit, of, quota),
              ...all.map((deal, i) => booking(`d${i}`, deal, unit)),
            ),
          ),
        );
        expect(earned(dollars as Ledger)).toEqual(earned(yen as Ledger));
      }),
    ));
});
