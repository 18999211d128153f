import { collectable, isOutdated, takenBy, type Payout, type PayoutAmount } from './payouts.js';
import type { Ledger, PayableRow } from './rows.js';

const row = (payee: string, month: number, amount: number, currency = 'USD'): PayableRow => ({
  payee,
  month,
  currency,
  amount: BigInt(amount),
});

const ledger = (...payable: PayableRow[]): Ledger => ({
  through: 11,
  credits: [],
  uncredited: [],
  attainment: [],
  earnings: [],
  adjustments: [],
  balances: [],
  missingRates: [],
  postings: [],
  payable,
});

const paid = (payee: string, amount: number, currency = 'USD'): PayoutAmount => ({
  payee,
  currency,
  amount: BigInt(amount),
});

const payout = (status: Payout['status'], ...amounts: PayoutAmount[]): Payout => ({
  id: status,
  status,
  through: 0,
  amounts,
});

describe('a draft collects', () => {
  const known = ledger(row('ana', 0, 100), row('ana', 1, 50), row('ana', 2, 7), row('ben', 1, 30));

  it('all that is payable through its month', () =>
    expect(collectable(known, { through: 1 }, [])).toEqual([paid('ana', 150), paid('ben', 30)]));
  it('for those it asks about', () =>
    expect(collectable(known, { through: 2, payees: ['ana'] }, [])).toEqual([paid('ana', 157)]));
  it('less what others have taken, leaving out who would get nothing', () =>
    expect(collectable(known, { through: 1 }, [paid('ana', 100), paid('ben', 30)])).toEqual([
      paid('ana', 50),
    ]));
  it('nothing from who was paid too much', () =>
    expect(collectable(known, { through: 0 }, [paid('ana', 120)])).toEqual([]));
  it('each currency by itself', () =>
    expect(
      collectable(ledger(row('ana', 0, 5), row('ana', 0, 9, 'EUR')), { through: 0 }, [
        paid('ana', 5),
      ]),
    ).toEqual([paid('ana', 9, 'EUR')]));
  it('only what was calculated', () =>
    expect(() => collectable(known, { through: 12 }, [])).toThrow('before month 12'));
});

describe('amounts are taken', () => {
  it('by drafts, submitted, approved and paid payouts', () =>
    expect(
      takenBy([
        payout('draft', paid('ana', 1)),
        payout('submitted', paid('ana', 2)),
        payout('approved', paid('ana', 4)),
        payout('paid', paid('ana', 8), paid('ben', 1)),
        payout('rejected', paid('ana', 16)),
        payout('stale', paid('ana', 32)),
        payout('reversed', paid('ana', 64)),
      ]),
    ).toEqual([paid('ana', 15), paid('ben', 1)]));
});

describe('a payout is outdated', () => {
  const draft = { through: 1, amounts: [paid('ana', 50)] };
  const taken = [paid('ana', 100), paid('ben', 30)];

  it('when it would collect other amounts', () => {
    expect(isOutdated(draft, ledger(row('ana', 1, 150), row('ben', 0, 30)), taken)).toBe(false);
    expect(isOutdated(draft, ledger(row('ana', 1, 151), row('ben', 0, 30)), taken)).toBe(true);
  });
  it('when it would collect for somebody else too', () =>
    expect(isOutdated(draft, ledger(row('ana', 1, 150), row('ben', 0, 31)), taken)).toBe(true));
  it('not by what it does not ask about', () => {
    const known = ledger(row('ana', 1, 150), row('ana', 2, 9), row('ben', 0, 31));
    expect(isOutdated({ ...draft, payees: ['ana'] }, known, taken)).toBe(false);
  });
  it('not by a change that leaves somebody with nothing to collect', () =>
    expect(isOutdated(draft, ledger(row('ana', 1, 150), row('ben', 0, 10)), taken)).toBe(false));
});
