import { Exact, formatUnits, minorUnits } from '#kernel';
import type { PayoutAmount } from '#ledger';
import type { PayoutFlag } from '#periods';

/** What of somebody's pay comes by one component, a draw or a shortfall, in minor units. */
export interface Part {
  readonly component: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** An amount beside that of the last run, as decimal text. */
export interface Compared {
  readonly currency: string;
  readonly amount: string;
  readonly last: string;
  readonly difference: string;
}

/** Something unusual in what a payee gets, in words. */
export interface Flagged {
  readonly payee: string;
  readonly flag: PayoutFlag;
  readonly says: string;
}

/** All that a review asks about one payee. */
export interface PayeeInRun {
  readonly payee: string;
  readonly name: string;
  /** What this run pays him, and the last one that asked about him. */
  readonly amounts: readonly PayoutAmount[];
  readonly last: readonly PayoutAmount[];
  readonly parts: readonly Part[];
  readonly lastParts: readonly Part[];
  /** What each run before paid him, the latest first; those that asked about him and paid nothing too. */
  readonly earlier: readonly (readonly PayoutAmount[])[];
  /** Shortfalls that he owes, and what was paid to him beyond what is due. */
  readonly owes: readonly PayoutAmount[];
  /** Whether a plan pays him in the run's fiscal month. */
  readonly hasPlan: boolean;
  /** What was adjusted by hand since the last run, in words. */
  readonly manual: readonly string[];
  /** His open disputes, by id. */
  readonly disputes: readonly string[];
  /** The first day no longer active, if that is in or before the run's fiscal month. */
  readonly terminatedOn?: string;
}

/** A payee as an approver sees him: what he gets, what is different, and what is unusual in it. */
export interface ReviewedPayee {
  readonly payee: string;
  readonly name: string;
  readonly amounts: readonly Compared[];
  readonly components: readonly (Compared & { readonly component: string })[];
  readonly flags: readonly Flagged[];
}

/** A run's total in one currency beside that of the last run. */
export interface ControlTotal extends Compared {
  readonly payees: number;
  readonly lastPayees: number;
}

/** What earlier runs had paid too much or left over, so that the parts sum to the amount. */
export const CARRIED = 'carried';

const USUAL_RUNS = 6;
const UNUSUAL_TIMES = 3n;

const text = (amount: bigint, currency: string): string =>
  formatUnits(amount, minorUnits(currency));
const money = ({ amount, currency }: Omit<PayoutAmount, 'payee'>): string =>
  `${text(amount, currency)} ${currency}`;

const compared = (currency: string, amount: bigint, last: bigint): Compared => ({
  currency,
  amount: text(amount, currency),
  last: text(last, currency),
  difference: text(amount - last, currency),
});

type Sums = ReadonlyMap<string, bigint>;

const sumBy = <T extends { readonly amount: bigint }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Sums => {
  const sums = new Map<string, bigint>();
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0n) + item.amount);
  return sums;
};

const byCurrency = (amounts: readonly { currency: string; amount: bigint }[]): Sums =>
  sumBy(amounts, ({ currency }) => currency);

// Parts that sum to the amounts: what they do not say was carried over from other runs.
const wholeParts = (amounts: readonly PayoutAmount[], parts: readonly Part[]): Part[] => {
  const [sums, said] = [byCurrency(amounts), byCurrency(parts)];
  const rest = [...new Set([...sums.keys(), ...said.keys()])].map((currency) => ({
    component: CARRIED,
    currency,
    amount: (sums.get(currency) ?? 0n) - (said.get(currency) ?? 0n),
  }));
  return [...parts, ...rest].filter(({ amount }) => amount !== 0n);
};

const pairs = (now: Sums, last: Sums): [key: string, now: bigint, last: bigint][] =>
  [...new Set([...now.keys(), ...last.keys()])]
    .sort()
    .map((key): [string, bigint, bigint] => [key, now.get(key) ?? 0n, last.get(key) ?? 0n])
    .filter(([, amount, before]) => amount !== 0n || before !== 0n);

const componentsOf = ({
  amounts,
  last,
  parts,
  lastParts,
}: PayeeInRun): ReviewedPayee['components'] => {
  const keyOf = ({ component, currency }: Part): string => `${component}\n${currency}`;
  const sums = (of: readonly PayoutAmount[], by: readonly Part[]): Sums =>
    sumBy(wholeParts(of, by), keyOf);
  return pairs(sums(amounts, parts), sums(last, lastParts)).map(([key, now, before]) => {
    const [component, currency] = key.split('\n') as [string, string];
    return { component, ...compared(currency, now, before) };
  });
};

// The mean of what the last runs paid, leaving out those that paid nothing.
const usualOf = (earlier: PayeeInRun['earlier'], currency: string): Exact | undefined => {
  const paid = earlier
    .slice(0, USUAL_RUNS)
    .map((amounts) => byCurrency(amounts).get(currency) ?? 0n)
    .filter((amount) => amount > 0n);
  if (paid.length === 0) return undefined;
  const sum = paid.reduce((a, b) => a + b, 0n);
  return Exact.units(sum, minorUnits(currency)).dividedBy(Exact.units(BigInt(paid.length), 0));
};

const unusualIn = ({ amounts, earlier }: PayeeInRun): string[] =>
  amounts.flatMap(({ currency, amount }) => {
    const usual = usualOf(earlier, currency);
    const scale = minorUnits(currency);
    if (!usual || !usual.times(Exact.units(UNUSUAL_TIMES, 0)).lessThan(Exact.units(amount, scale)))
      return [];
    return [
      `gets ${money({ amount, currency })}, more than three times the usual ${usual.toFixed(scale)} ${currency}`,
    ];
  });

const flagsOf = (of: PayeeInRun): Flagged[] => {
  const { payee, amounts, last, earlier, owes, hasPlan, manual, disputes, terminatedOn } = of;
  const [gets, got] = [amounts.length > 0, last.length > 0];
  const everGot = earlier.some((paid) => paid.length > 0);
  const words: readonly (readonly [PayoutFlag, readonly string[]])[] = [
    ['new', gets && !everGot ? ['is paid for the first time'] : []],
    [
      'left',
      !gets && got ? [`gets nothing, and got ${last.map(money).join(', ')} the last time`] : [],
    ],
    ['zero', !gets && !got && hasPlan ? ['has a plan and gets nothing'] : []],
    ['negative', owes.map((owed) => `owes ${money(owed)}`)],
    ['unusual', unusualIn(of)],
    ['manual', manual],
    ['disputed', disputes.map((id) => `has an open dispute, ${id}`)],
    [
      'terminated',
      terminatedOn !== undefined && gets ? [`is paid, and not active since ${terminatedOn}`] : [],
    ],
  ];
  return words.flatMap(([flag, says]) => says.map((said) => ({ payee, flag, says: said })));
};

/** What a payee gets by a run beside what he got by the last one, and what is unusual in it. */
export const reviewPayee = (of: PayeeInRun): ReviewedPayee => ({
  payee: of.payee,
  name: of.name,
  amounts: pairs(byCurrency(of.amounts), byCurrency(of.last)).map(([currency, now, last]) =>
    compared(currency, now, last),
  ),
  components: componentsOf(of),
  flags: flagsOf(of),
});

/** The totals that a run can be held against, by currency, beside those of the last run. */
export const controlTotals = (
  amounts: readonly PayoutAmount[],
  last: readonly PayoutAmount[],
): ControlTotal[] => {
  const payees = (of: readonly PayoutAmount[], currency: string): number =>
    of.filter((item) => item.currency === currency).length;
  return pairs(byCurrency(amounts), byCurrency(last)).map(([currency, now, before]) => ({
    ...compared(currency, now, before),
    payees: payees(amounts, currency),
    lastPayees: payees(last, currency),
  }));
};
