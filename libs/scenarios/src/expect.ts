import { Exact, minorUnits, type FiscalCalendar } from '#kernel';
import { standingIn, type Ledger, type Standing } from '#ledger';
import { agrees, isNothing, writtenLike } from './compare.js';
import type { Expectations, ExpectedAttainment, ExpectedPayout } from './expectations.js';
import {
  explainAdjustment,
  explainAttainment,
  explainBalance,
  explainEarnings,
  explainPayable,
} from './explain.js';
import type { View } from './world.js';

/** What was expected of one value and is not so; `explain` says why it is what it is. */
export interface Mismatch {
  /** Such as `earnings[0].amount`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  readonly explain?: () => string | undefined;
}

interface Money {
  readonly amount: Exact;
  readonly currency: string;
}

const units = (amount: bigint, currency: string): Money => ({
  amount: Exact.units(amount, minorUnits(currency)),
  currency,
});

const byCurrency = (rows: readonly Money[]): Money[] => {
  const sums = new Map<string, Exact>();
  for (const { amount, currency } of rows) {
    sums.set(currency, amount.plus(sums.get(currency) ?? Exact.ZERO));
  }
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
};

const moneyText = ({ amount, currency }: Money): string => {
  const decimals = amount.decimals() ?? 0;
  return amount.toFixed(Math.max(decimals, minorUnits(currency)));
};

/** Compares what a table says of some keys with what was expected of them. */
class Comparison {
  readonly mismatches: Mismatch[] = [];

  private fail(
    path: string,
    expected: string,
    actual: string,
    explain?: Mismatch['explain'],
  ): void {
    this.mismatches.push({ path, expected, actual, ...(explain && { explain }) });
  }

  /** Money is compared exactly; a row that is expected to be nothing may also be missing. */
  money(
    path: string,
    expected: string | undefined,
    rows: readonly Money[],
    explain?: Mismatch['explain'],
  ): void {
    const sums = byCurrency(rows);
    if (expected === undefined) return this.row(path, rows.length > 0);
    if (sums.some(({ amount }) => amount.equals(Exact.from(expected)))) return;
    if (isNothing(expected) && sums.every(({ amount }) => amount.isZero)) return;
    const several = sums.length > 1;
    const texts = sums.map((sum) =>
      several ? `${moneyText(sum)} ${sum.currency}` : moneyText(sum),
    );
    const actual = texts.length === 0 ? 'no such row' : texts.join(', ');
    this.fail(`${path}.amount`, expected, actual, explain);
  }

  /** Other numbers are compared at the number of digits written. */
  number(
    path: string,
    expected: string | undefined,
    actual: Exact | undefined,
    explain?: Mismatch['explain'],
  ): void {
    if (expected === undefined) return;
    if (actual ? agrees(expected, actual) : isNothing(expected)) return;
    this.fail(path, expected, actual ? writtenLike(expected, actual) : 'none', explain);
  }

  word(path: string, expected: string | undefined, actual: readonly string[]): void {
    if (expected === undefined || actual.includes(expected)) return;
    this.fail(path, expected, actual.length === 0 ? 'no such row' : actual.join(', '));
  }

  /** That there is such a row at all. */
  row(path: string, isThere: boolean): void {
    if (!isThere) this.fail(path, 'a row', 'no such row');
  }
}

const attainment = (
  to: Comparison,
  path: string,
  row: ExpectedAttainment,
  asked: Question,
): void => {
  const period = asked.calendar.period(row.period);
  const rows = asked.ledger.attainment.filter(
    ({ payee, component }) => payee === row.payee && component === row.component,
  );
  const standing = standingIn(rows, period);
  const { measure, quota, attainment: reached } = row;
  if (measure === undefined && quota === undefined && reached === undefined) {
    to.row(path, standing !== undefined);
  }
  const explain = (): string | undefined => standing && explainAttainment(standing);
  const found: Standing = standing ?? {};
  to.number(`${path}.measure`, measure, found.measure, explain);
  to.number(`${path}.quota`, quota, found.quota, explain);
  to.number(`${path}.attainment`, reached, found.attainment, explain);
};

const payout = (to: Comparison, path: string, row: ExpectedPayout, asked: Question): void => {
  const found = asked.view.payouts.get(row.payout);
  const amounts = (found?.amounts ?? []).filter(({ payee }) => (row.payee ?? payee) === payee);
  const isThere = found !== undefined && (row.payee === undefined || amounts.length > 0);
  to.word(`${path}.status`, row.status, isThere && found ? [found.status] : []);
  if (row.amount !== undefined) {
    to.money(
      path,
      row.amount,
      amounts.map(({ amount, currency }) => units(amount, currency)),
    );
  } else if (row.status === undefined) to.row(path, isThere);
};

/** What is asked of a view: one ledger that has the payees and periods of all rows. */
interface Question {
  readonly view: View;
  readonly calendar: FiscalCalendar;
  readonly ledger: Ledger;
  /** Some tables depend on everybody's pay. */
  readonly everybody: () => Ledger;
}

const questionOf = (expected: Expectations, view: View): Question => {
  const {
    credits = [],
    attainment: standings = [],
    earnings = [],
    adjustments = [],
    payable = [],
    balances = [],
  } = expected;
  const rows = [...credits, ...standings, ...earnings, ...adjustments, ...payable, ...balances];
  const payees = [...new Set(rows.map(({ payee }) => payee))].sort();
  const periods = [
    ...[...standings, ...earnings, ...adjustments, ...payable].map(({ period }) => period),
    ...balances.map(({ at }) => at),
  ];
  const { calendar } = view;
  const through = Math.max(0, ...periods.map((name) => calendar.period(name).last));
  return {
    view,
    calendar,
    ledger: view.ledger({ payees, through }),
    everybody: () => view.ledger(),
  };
};

type Section = Exclude<keyof Expectations, 'asOf'>;
type RowOf<S extends Section> = NonNullable<Expectations[S]>[number];
type Check<S extends Section> = (
  to: Comparison,
  path: string,
  row: RowOf<S>,
  asked: Question,
) => void;

// How each table of the language answers a row.
const CHECKS: { readonly [S in Section]: Check<S> } = {
  credits: (to, path, row, asked) => {
    const rows = asked.ledger.credits.filter(
      ({ deal, payee, kind, line }) =>
        deal === row.deal &&
        payee === row.payee &&
        kind === row.kind &&
        (row.line ?? line) === line,
    );
    to.money(path, row.amount, rows);
  },
  attainment,
  earnings: (to, path, row, asked) => {
    const { first, last } = asked.calendar.period(row.period);
    const rows = asked.ledger.earnings.filter(
      ({ payee, component, month }) =>
        payee === row.payee &&
        (row.component ?? component) === component &&
        first <= month &&
        month <= last,
    );
    const amounts = rows.flatMap(({ amount, currency, lines }) => {
      if (row.deal === undefined) return [units(amount, currency)];
      return lines
        .filter(({ deal }) => deal === row.deal)
        .map((line) => units(line.amount, currency));
    });
    to.money(path, row.amount, amounts, () => explainEarnings(asked.view, row));
  },
  adjustments: (to, path, row, asked) => {
    const { calendar } = asked;
    const [origin, period] = [calendar.period(row.origin).first, calendar.period(row.period).first];
    const rows = asked.ledger.adjustments.filter(
      (item) =>
        item.payee === row.payee &&
        item.origin === origin &&
        item.month === period &&
        (row.component ?? item.component) === item.component,
    );
    to.money(
      path,
      row.amount,
      rows.map(({ amount, currency }) => units(amount, currency)),
      () => explainAdjustment(asked.view, row),
    );
  },
  payable: (to, path, row, asked) => {
    const { first } = asked.calendar.period(row.period);
    const rows = asked.ledger.payable.filter(
      ({ payee, month }) => payee === row.payee && month === first,
    );
    const amounts = rows.map(({ amount, currency }) => units(amount, currency));
    to.money(path, row.amount, amounts, () => explainPayable(asked.view, row));
  },
  balances: (to, path, row, asked) => {
    const at = asked.calendar.period(row.at).first;
    const rows = asked.ledger.balances.filter(
      ({ payee, account, month }) => payee === row.payee && account === row.account && month === at,
    );
    to.money(
      path,
      row.amount,
      rows.map(({ amount, currency }) => units(amount, currency)),
      () => explainBalance(asked.view, row),
    );
  },
  payouts: payout,
  disputes: (to, path, row, asked) => {
    const status = asked.view.disputes.get(row.dispute);
    if (row.status === undefined) return to.row(path, status !== undefined);
    to.word(`${path}.status`, row.status, status === undefined ? [] : [status]);
  },
  uncredited: (to, path, row, asked) => {
    const rows = asked.everybody().uncredited.filter(({ deal }) => deal === row.deal);
    if (row.reason === undefined) return to.row(path, rows.length > 0);
    to.word(
      `${path}.reason`,
      row.reason,
      rows.map(({ reason }) => reason),
    );
  },
};

const checkSection = <S extends Section>(
  to: Comparison,
  section: S,
  rows: readonly RowOf<S>[],
  asked: Question,
): void => rows.forEach((row, i) => CHECKS[section](to, `${section}[${i}]`, row, asked));

/** Everything that is expected of what is known and is not so. */
export const mismatchesOf = (expected: Expectations, view: View): readonly Mismatch[] => {
  const to = new Comparison();
  const asked = questionOf(expected, view);
  for (const section of Object.keys(CHECKS) as Section[]) {
    checkSection(to, section, expected[section] ?? [], asked);
  }
  return to.mismatches;
};
