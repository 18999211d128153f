import fc from 'fast-check';
import { Exact, minorUnits } from '#kernel';
import type { Ledger } from '#ledger';
import {
  beginning,
  booking,
  check,
  currency,
  deals,
  inHalf,
  ledgerOf,
  PAYEES,
  type Plain,
  plan,
  rate,
  record,
  steps,
  tiered,
} from './worlds.js';

describe('the parts of a deal', () => {
  it('sum to the whole, in every currency', () =>
    check(
      fc.property(currency, deals, (of, booked) => {
        const world = record(
          ...beginning(of, { components: [{ id: 'c', type: 'commission', rate: '1%' }] }),
          ...booked.map((deal, i) => booking(`d${i}`, deal, of)),
        );
        booked.forEach((deal, i) => {
          const parts = ledgerOf(world).credits.filter(
            (row) => row.deal === `d${i}` && row.kind === 'direct',
          );
          expect(Exact.sum(parts.map(({ amount }) => amount)).toText()).toBe(
            Exact.units(deal.units, minorUnits(of)).toText(),
          );
          const [rollup] = ledgerOf(world).credits.filter(
            (row) => row.deal === `d${i}` && row.kind === 'rollup',
          );
          expect(rollup?.amount.toText()).toBe(Exact.units(deal.units, minorUnits(of)).toText());
        });
      }),
    ));
});

describe('what is earned', () => {
  it('is the area under the steps where they are marginal, rounded once for the window', () =>
    check(
      fc.property(
        steps,
        fc.array(fc.record({ day: fc.nat(89), units: fc.bigInt({ min: 0n, max: 2000n }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        (of, all) => {
          const plain = {
            components: [
              {
                id: 'c',
                type: 'commission',
                tiers: { by: 'attainment', apply: 'marginal', steps: of },
              },
            ],
          };
          const { earnings } = ledgerOf(
            record(
              ...beginning('USD', plain, '40'),
              ...all.map((deal, i) => booking(`d${i}`, { ...deal, shares: [1, 0, 0] }, 'USD')),
            ),
          );
          // The quarter's quota is 10.
          const value = Exact.units(
            all.reduce((sum, deal) => sum + deal.units, 0n),
            2,
          );
          const bounds = [Exact.ZERO, Exact.of(5), Exact.of(40, 3), undefined];
          const area = Exact.sum(
            of.map(({ rate: text }, i) => {
              const [from, to] = [bounds[i] as Exact, bounds[i + 1]];
              const end = to && to.lessThan(value) ? to : value;
              return end.lessThan(from) ? Exact.ZERO : end.minus(from).times(Exact.from(text));
            }),
          );
          expect(inHalf(earnings, 'ann', 0, 2)).toBe(area.round(2));
        },
      ),
    ));

  it('sums over the months of a window to what the window comes to when it is determined once', () =>
    check(
      fc.property(tiered('retroactive'), deals, (of, all) => {
        const [component] = of.components as [Plain];
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const once = { components: [{ ...component, window: 'half', every: 'half' }] };
        const monthly = { components: [{ ...component, window: 'half', every: 'month' }] };
        const [one, other] = [once, monthly].map(
          (version) => ledgerOf(record(...beginning('USD', version), ...facts)).earnings,
        );
        for (const payee of PAYEES) {
          expect(inHalf(other ?? [], payee, 0, 5)).toBe(inHalf(one ?? [], payee, 0, 5));
        }
      }),
    ));

  it('plus adjustments is what is known now, whenever months were closed', () =>
    check(
      fc.property(plan, deals, fc.array(fc.nat(12), { maxLength: 4 }), (of, all, when) => {
        const facts = all.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const closings = [...when].sort((a, b) => a - b);
        const mixed = facts.flatMap((fact, i) => {
          const now = closings.flatMap((at, nth) =>
            at === i ? [{ 'close-period': { period: `FY2026-M0${nth + 1}` } }] : [],
          );
          return [...now, fact];
        });
        const [open, closed] = [facts, mixed].map((list) =>
          ledgerOf(record(...beginning('USD', of), ...list)),
        );
        const known = new Map<string, bigint>();
        const add = (key: string, amount: bigint): void =>
          void known.set(key, (known.get(key) ?? 0n) + amount);
        for (const row of (closed as Ledger).earnings) add(`${row.payee} ${row.month}`, row.amount);
        for (const row of (closed as Ledger).adjustments) {
          expect(row.amount).not.toBe(0n);
          add(`${row.payee} ${row.origin}`, row.amount);
        }
        for (const row of (open as Ledger).earnings) add(`${row.payee} ${row.month}`, -row.amount);
        expect([...known].filter(([, amount]) => amount !== 0n)).toEqual([]);
      }),
    ));

  it('is all paid in the end, however late it is released', () =>
    check(
      fc.property(rate, deals, fc.integer({ min: 1, max: 5 }), (of, all, months) => {
        const positive = all.map((deal) => ({
          ...deal,
          units: deal.units < 0n ? -deal.units : deal.units,
        }));
        const component = { id: 'c', type: 'commission', rate: of, window: 'month' };
        const facts = positive.map((deal, i) => booking(`d${i}`, deal, 'USD'));
        const [now, later] = [component, { ...component, spread: { months } }].map(
          (version) =>
            ledgerOf(record(...beginning('USD', { components: [version] }), ...facts)).payable,
        );
        for (const payee of PAYEES) {
          const sum = (rows: Ledger['payable'] = []): bigint =>
            rows
              .filter((row) => row.payee === payee)
              .reduce((total, { amount }) => total + amount, 0n);
          expect(sum(later)).toBe(sum(now));
        }
      }),
    ));
});

describe('the postings', () => {
  it('balance to zero in every currency', () =>
    check(
      fc.property(plan, deals, (of, all) => {
        const draw = { draw: { amount: '3', kind: 'recoverable', to: 'FY2026-M04' } };
        const { postings } = ledgerOf(
          record(
            ...beginning('USD', { ...of, ...draw }),
            ...all.map((deal, i) => booking(`d${i}`, deal, 'USD')),
          ),
        );
        for (const { entries } of postings) {
          expect(entries.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
        }
      }),
    ));
});
