import { Exact } from '#kernel';
import type { EarningsLine } from '#earnings';
import type { BalanceRow, EarningsRow, Ledger, PostingSet } from '#ledger';

/** All that was calculated for a payee's fiscal month. */
export interface PayeeMonth extends Pick<
  Ledger,
  'attainment' | 'earnings' | 'adjustments' | 'payable' | 'balances' | 'postings'
> {
  readonly payee: string;
  readonly month: number;
}

type Gathered = {
  -readonly [K in keyof PayeeMonth]: PayeeMonth[K] extends readonly (infer T)[]
    ? T[]
    : PayeeMonth[K];
};

/** A ledger by payee and fiscal month, in that order; months of which there is nothing to say are absent. */
export const payeeMonths = (ledger: Ledger): PayeeMonth[] => {
  const found = new Map<string, Gathered>();
  const at = ({ payee, month }: { payee: string; month: number }): Gathered => {
    const key = `${payee}\n${month}`;
    let gathered = found.get(key);
    if (!gathered) {
      gathered = {
        payee,
        month,
        attainment: [],
        earnings: [],
        adjustments: [],
        payable: [],
        balances: [],
        postings: [],
      };
      found.set(key, gathered);
    }
    return gathered;
  };
  for (const row of ledger.attainment) at(row).attainment.push(row);
  for (const row of ledger.earnings) at(row).earnings.push(row);
  for (const row of ledger.adjustments) at(row).adjustments.push(row);
  for (const row of ledger.payable) at(row).payable.push(row);
  for (const row of ledger.balances) at(row).balances.push(row);
  for (const row of ledger.postings) at(row).postings.push(row);
  return [...found.values()].sort((a, b) =>
    a.payee === b.payee ? a.month - b.month : a.payee < b.payee ? -1 : 1,
  );
};

// ---- As text ---------------------------------------------------------------------------

// Lists where there are many: a year has millions of lines. What is absent is null.
type Line = readonly [
  deal: string | null,
  line: string | null,
  kind: string | null,
  on: number | null,
  what: string | null,
  amount: string,
  positions: readonly number[],
  cancellation?: 1,
];

interface Body {
  readonly earnings?: readonly (readonly [
    plan: string,
    component: string,
    currency: string,
    amount: string,
    lines: readonly Line[],
  ])[];
  readonly attainment?: readonly (readonly [
    plan: string,
    component: string,
    first: number,
    last: number,
    measure: string | null,
    quota: string | null,
    attainment: string | null,
  ])[];
  readonly adjustments?: readonly (readonly [
    plan: string,
    component: string,
    origin: number,
    currency: string,
    amount: string,
    lines: readonly (readonly [string | null, string])[],
    causes: readonly number[],
  ])[];
  readonly payable?: readonly (readonly [currency: string, amount: string])[];
  readonly balances?: readonly (readonly [account: string, currency: string, amount: string])[];
  readonly postings?: readonly (readonly [
    cause: string,
    plan: string | null,
    component: string | null,
    origin: number | null,
    payout: string | null,
    entries: readonly (readonly [account: string, currency: string, amount: string])[],
  ])[];
}

const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (value: string): string =>
  PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
const orNull = (value: string | undefined): string =>
  value === undefined ? 'null' : quoted(value);

// Lines are nearly all of a year's text: they are written by hand, as JSON.stringify would write them.
const lineText = (of: EarningsLine): string => {
  const { deal, line, kind, on, what, amount, positions, cancellation } = of;
  return `[${orNull(deal)},${orNull(line)},${orNull(kind)},${on ?? 'null'},${orNull(what)},"${amount}",[${positions.join()}]${cancellation ? ',1' : ''}]`;
};

const earningsText = ({ plan, component, currency, amount, lines }: EarningsRow): string =>
  `[${quoted(plan)},${quoted(component)},${quoted(currency)},"${amount}",[${lines.map(lineText).join()}]]`;

const present = <T>(key: keyof Body, rows: readonly T[]): object =>
  rows.length > 0 ? { [key]: rows } : {};
const text = (value: Exact | undefined): string | null => value?.toText() ?? null;

/** A payee's month as JSON: equal content gives equal bytes. */
export const writeBody = (month: PayeeMonth): string => {
  const others = JSON.stringify({
    ...present(
      'attainment',
      month.attainment.map((row) => [
        row.plan,
        row.component,
        row.window.first,
        row.window.last,
        text(row.measure),
        text(row.quota),
        text(row.attainment),
      ]),
    ),
    ...present(
      'adjustments',
      month.adjustments.map((row) => [
        row.plan,
        row.component,
        row.origin,
        row.currency,
        String(row.amount),
        row.lines.map(({ deal, amount }) => [deal ?? null, String(amount)]),
        row.causes,
      ]),
    ),
    ...present(
      'payable',
      month.payable.map((row) => [row.currency, String(row.amount)]),
    ),
    ...present(
      'balances',
      month.balances.map((row) => [row.account, row.currency, String(row.amount)]),
    ),
    ...present(
      'postings',
      month.postings.map((row) => [
        row.cause,
        row.plan ?? null,
        row.component ?? null,
        row.origin ?? null,
        row.payout ?? null,
        row.entries.map(({ account, currency, amount }) => [account, currency, String(amount)]),
      ]),
    ),
  });
  if (month.earnings.length === 0) return others;
  const earnings = `{"earnings":[${month.earnings.map(earningsText).join()}]`;
  return others === '{}' ? `${earnings}}` : `${earnings},${others.slice(1)}`;
};

const given = <K extends string, T>(key: K, value: T | null): { [P in K]?: T } =>
  (value === null ? {} : { [key]: value }) as { [P in K]?: T };
const exact = (value: string | null): Exact | null => (value === null ? null : Exact.from(value));

const readLine = (
  month: number,
  [deal, line, kind, on, what, amount, positions, cancellation]: Line,
): EarningsLine => ({
  month,
  ...(cancellation && { cancellation: true }),
  ...given('deal', deal),
  ...given('line', line),
  ...given('kind', kind as EarningsLine['kind'] & string),
  ...given('on', on),
  ...given('what', what as EarningsLine['what'] & string),
  amount: BigInt(amount),
  positions,
});

const readPostings = (set: NonNullable<Body['postings']>[number]) => {
  const [cause, plan, component, origin, payout, entries] = set;
  return {
    cause: cause as PostingSet['cause'],
    ...given('plan', plan),
    ...given('component', component),
    ...given('origin', origin),
    ...given('payout', payout),
    entries: entries.map(([account, currency, amount]) => ({
      account: account as PostingSet['entries'][number]['account'],
      currency,
      amount: BigInt(amount),
    })),
  };
};

/** What a payee earned by a component in a month, or what was adjusted of it there, in minor units. */
export interface Earned {
  readonly payee: string;
  readonly month: number;
  readonly component: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** What a payee's month says was earned and adjusted, from its JSON: without the lines it takes little time. */
export const readEarned = (payee: string, month: number, json: string): Earned[] => {
  const { earnings = [], adjustments = [] } = JSON.parse(json) as Body;
  const of = (component: string, currency: string, amount: string): Earned => ({
    payee,
    month,
    component,
    currency,
    amount: BigInt(amount),
  });
  return [
    ...earnings.map(([, component, currency, amount]) => of(component, currency, amount)),
    ...adjustments.map(([, component, , currency, amount]) => of(component, currency, amount)),
  ];
};

/** A payee's month from its JSON. */
export const readBody = (payee: string, month: number, json: string): PayeeMonth => {
  const body = JSON.parse(json) as Body;
  const of = { payee, month };
  return {
    ...of,
    earnings: (body.earnings ?? []).map(([plan, component, currency, amount, lines]) => ({
      ...of,
      plan,
      component,
      currency,
      amount: BigInt(amount),
      lines: lines.map((line) => readLine(month, line)),
    })),
    attainment: (body.attainment ?? []).map(
      ([plan, component, first, last, measure, quota, attainment]) => ({
        ...of,
        plan,
        component,
        window: { first, last },
        ...given('measure', exact(measure)),
        ...given('quota', exact(quota)),
        ...given('attainment', exact(attainment)),
      }),
    ),
    adjustments: (body.adjustments ?? []).map(
      ([plan, component, origin, currency, amount, lines, causes]) => ({
        ...of,
        plan,
        component,
        origin,
        currency,
        amount: BigInt(amount),
        causes,
        lines: lines.map(([deal, part]) => ({ ...given('deal', deal), amount: BigInt(part) })),
      }),
    ),
    payable: (body.payable ?? []).map(([currency, amount]) => ({
      ...of,
      currency,
      amount: BigInt(amount),
    })),
    balances: (body.balances ?? []).map(([account, currency, amount]) => ({
      ...of,
      account: account as BalanceRow['account'],
      currency,
      amount: BigInt(amount),
    })),
    postings: (body.postings ?? []).map((set) => ({ ...of, ...readPostings(set) })),
  };
};
