import fc from 'fast-check';
import { evaluate, type Trace } from '#earnings';
import { minorUnits } from '#kernel';
import { company } from '#testing';
import { calculate } from './calculate.js';
import { anyHistory, type History } from './histories.fixtures.js';
import type { Ledger } from './rows.js';

const THROUGH = 8;
const ids = ['ana', 'ben', 'mia'];

const upTo = (ledger: Ledger, month: number) => {
  const before = <T extends { readonly month: number }>(rows: readonly T[]): T[] =>
    rows.filter((row) => row.month <= month);
  const plain = before(ledger.earnings).map(({ lines, ...row }) => ({
    ...row,
    lines: lines.length,
  }));
  return {
    earnings: plain,
    adjustments: before(ledger.adjustments),
    payable: before(ledger.payable),
    balances: before(ledger.balances),
    postings: before(ledger.postings),
  };
};

const sumBy = <T>(
  rows: readonly T[],
  key: (row: T) => string,
  of: (row: T) => bigint,
): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0n) + of(row));
  for (const [name, sum] of sums) if (sum === 0n) sums.delete(name);
  return new Map([...sums].sort());
};

const check = (law: (made: History) => void): void =>
  fc.assert(fc.property(anyHistory, law), { numRuns: 40, seed: 20261125 });

describe('for every history of facts and closings', () => {
  it('a closed month stays as it was known at its closing', () =>
    check(({ book, closings }) => {
      const now = calculate(book, { through: THROUGH });
      for (const [month, position] of closings) {
        const then = calculate(book.asOf(position), { through: THROUGH });
        expect(upTo(now, month)).toEqual(upTo(then, month));
      }
    }));

  it('earnings and adjustments are together what is known now', () =>
    check(({ book }) => {
      const { earnings, adjustments } = calculate(book, { through: THROUGH });
      const known = [...earnings.map((row) => ({ ...row, origin: row.month })), ...adjustments];
      const key = (row: { payee: string; component: string; origin: number }): string =>
        `${row.payee} ${row.component} ${row.origin}`;
      // The last closing is far behind what is asked here: all months are open in a book without them.
      const open = company();
      for (const id of [
        'calendar',
        'payee',
        'account',
        'territory',
        'fx',
        'plan',
        'assignment',
        'quota',
        'deal',
        'creditadjustment',
        'earningsadjustment',
      ]) {
        for (const name of id === 'calendar' ? ['company'] : book.idsOf(id)) {
          for (const fact of book.facts(`${id}-${name}`)) open.book.record(fact);
        }
      }
      const all = calculate(open.book, { through: THROUGH }).earnings;
      expect(sumBy(known, key, (row) => row.amount)).toEqual(
        sumBy(
          all.map((row) => ({ ...row, origin: row.month })),
          key,
          (row) => row.amount,
        ),
      );
    }));

  it('every posting balances in every currency, and none is zero', () =>
    check(({ book }) => {
      for (const { entries } of calculate(book, { through: THROUGH }).postings) {
        expect(entries.length).toBeGreaterThan(1);
        for (const { amount: posted } of entries) expect(posted).not.toBe(0n);
        expect(
          sumBy(
            entries,
            ({ currency }) => currency,
            (entry) => entry.amount,
          ).size,
        ).toBe(0);
      }
    }));

  it('the payable account holds what is payable, month by month', () =>
    check(({ book }) => {
      const { postings, payable } = calculate(book, { through: THROUGH });
      const entries = postings.flatMap(({ payee: whose, month, entries: of }) =>
        of
          .filter(({ account }) => account === 'payable')
          .map((entry) => ({ ...entry, whose, month })),
      );
      expect(
        sumBy(
          entries,
          (row) => `${row.whose} ${row.month} ${row.currency}`,
          (row) => -row.amount,
        ),
      ).toEqual(
        sumBy(
          payable,
          (row) => `${row.payee} ${row.month} ${row.currency}`,
          (row) => row.amount,
        ),
      );
    }));

  it('what is payable is what its explanation, evaluated by itself, gives', () =>
    check(({ book }) => {
      for (const { amount: paid, currency, trace } of calculate(book, {
        through: THROUGH,
        trace: true,
      }).payable) {
        expect(evaluate(trace as Trace).round(minorUnits(currency))).toBe(paid);
        expect(evaluate(trace as Trace).toText()).toBe(trace?.result);
      }
    }));

  it('every adjustment names a cause that arrived after the closing', () =>
    check(({ book, closings }) => {
      for (const { origin, month, causes, amount: sum } of calculate(book, { through: THROUGH })
        .adjustments) {
        expect(sum).not.toBe(0n);
        expect(causes.length).toBeGreaterThan(0);
        expect(Math.min(...causes)).toBeGreaterThan(closings.get(month - 1) as number);
        expect(origin).toBeLessThan(month);
      }
    }));

  it('a payee is calculated alike, alone or with everybody', () =>
    check(({ book }) => {
      const all = calculate(book, { through: THROUGH });
      const alone = ids.map((id) => calculate(book, { through: THROUGH, payees: [id] }));
      expect(alone.flatMap(({ postings }) => postings)).toEqual(all.postings);
      expect(alone.flatMap(({ payable }) => payable)).toEqual(all.payable);
      expect(alone.flatMap(({ adjustments }) => adjustments)).toEqual(all.adjustments);
    }));
});
