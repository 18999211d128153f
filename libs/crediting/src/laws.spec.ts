import fc from 'fast-check';
import { Exact } from '#kernel';
import { company, type StepOf } from '#testing';
import { creditRows, creditsIn, type CreditRow } from './credited-deal.js';

const RUNS = { numRuns: 100, seed: 20260101 } as const;

const currency = fc.constantFrom('JPY', 'USD', 'BHD');

// Amounts with up to five decimals: unit prices carry more than money has.
const amount = fc
  .tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: 0, max: 5 }))
  .map(([digits, decimals]) => Exact.units(BigInt(digits), decimals).toText());

const lines = fc
  .array(amount, { minLength: 1, maxLength: 4 })
  .map((amounts) => amounts.map((text, i) => ({ id: `l${i}`, amount: text })));

// Shares of a team as parts of their sum, so that they total 100% exactly.
const weights = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 4 });

const PAYEES = ['ana', 'ben', 'cai', 'dee'] as const;

const team = (parts: readonly number[]) => {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part, i) => ({ payee: PAYEES[i], share: `${part}/${whole}` }));
};

// Ana and Ben report to Mia, Cai to Ben and Dee to Cai.
const MANAGERS: Readonly<Record<string, string>> = {
  ana: 'mia',
  ben: 'mia',
  cai: 'ben',
  dee: 'cai',
};

const people: StepOf[] = ['mia', ...PAYEES].map((id) => ({
  'add-payee': {
    id,
    name: id,
    hiredOn: '2025-01-01',
    currency: 'USD',
    ...(MANAGERS[id] && { manager: MANAGERS[id] }),
  },
}));

const deal = (fields: object): StepOf => ({
  'book-deal': { id: 'd1', account: 'acme', bookedOn: '2026-02-10', ...fields },
});

const rowsOf = (...steps: readonly StepOf[]): CreditRow[] => {
  const { book } = company({ 'define-calendar': { start: '2026-01-01' } }, ...people, ...steps);
  return creditsIn(book).deals.flatMap((credited) => creditRows(book, credited));
};

const total = (rows: readonly { readonly amount: Exact }[]): string =>
  Exact.sum(rows.map((row) => row.amount))
    .reduced()
    .toText();

const ofKind = (rows: readonly CreditRow[], kind: CreditRow['kind']): CreditRow[] =>
  rows.filter((row) => row.kind === kind);

const below = (manager: string): string[] =>
  PAYEES.filter((payee) => {
    for (let above = MANAGERS[payee]; above !== undefined; above = MANAGERS[above]) {
      if (above === manager) return true;
    }
    return false;
  });

describe('however a deal is shared', () => {
  it('the direct parts of every line sum to it, in yen, dollars and dinars', () =>
    fc.assert(
      fc.property(lines, weights, currency, (all, parts, of) => {
        const rows = ofKind(
          rowsOf(deal({ currency: of, lines: all, team: team(parts) })),
          'direct',
        );
        for (const line of all) {
          const found = total(rows.filter((row) => row.line === line.id));
          expect(found).toBe(Exact.from(line.amount).reduced().toText());
        }
      }),
      RUNS,
    ));

  it('what rolls up to a manager is the sum of the parts below', () =>
    fc.assert(
      fc.property(lines, weights, currency, (all, parts, of) => {
        const rows = rowsOf(deal({ currency: of, lines: all, team: team(parts) }));
        for (const manager of ['mia', 'ben', 'cai']) {
          const rolled = ofKind(rows, 'rollup').filter((row) => row.payee === manager);
          const direct = ofKind(rows, 'direct').filter((row) => below(manager).includes(row.payee));
          expect(total(rolled)).toBe(total(direct));
        }
      }),
      RUNS,
    ));

  it('no part is more than a unit away from its share', () =>
    fc.assert(
      fc.property(amount, weights, currency, (text, parts, of) => {
        const whole = parts.reduce((sum, part) => sum + part, 0);
        const scale = Math.max(
          Exact.from(text).decimals() ?? 0,
          { JPY: 0, USD: 2, BHD: 3 }[of] ?? 0,
        );
        const rows = ofKind(
          rowsOf(deal({ currency: of, amount: text, team: team(parts) })),
          'direct',
        );
        parts.forEach((part, i) => {
          const found = Exact.sum(
            rows.filter((row) => row.payee === PAYEES[i]).map((row) => row.amount),
          );
          const off = found.minus(Exact.from(text).times(Exact.of(part, whole)));
          const size = off.sign < 0 ? off.negated() : off;
          expect(size.lessThan(Exact.units(1n, scale))).toBe(true);
        });
      }),
      RUNS,
    ));

  it('amended to another content it is credited as if it had been booked so', () =>
    fc.assert(
      fc.property(lines, lines, weights, currency, (before, after, parts, of) => {
        const shared = { currency: of, team: team(parts) };
        const amended = rowsOf(deal({ ...shared, lines: before }), {
          'amend-deal': { deal: 'd1', on: '2026-03-10', lines: after },
        });
        const text = (rows: readonly CreditRow[]): string[] =>
          rows
            .map((row) => `${row.payee} ${row.kind} ${row.line} ${row.amount.reduced().toText()}`)
            .sort();
        expect(text(amended)).toEqual(text(rowsOf(deal({ ...shared, lines: after }))));
      }),
      RUNS,
    ));

  it('cancelled it leaves nobody with a cent', () =>
    fc.assert(
      fc.property(lines, weights, currency, (all, parts, of) => {
        const rows = rowsOf(deal({ currency: of, lines: all, team: team(parts) }), {
          'cancel-deal': { deal: 'd1', on: '2026-03-10' },
        });
        expect(rows.every((row) => row.amount.isZero)).toBe(true);
      }),
      RUNS,
    ));
});
