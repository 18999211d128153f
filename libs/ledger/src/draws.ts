import { dayOf, Exact, minorUnits, type Rounding } from '#kernel';
import {
  assignmentOn,
  isActiveOn,
  versionOn,
  type Book,
  type Payee,
  type PlanAssignment,
  type PlanVersion,
} from '#crediting';
import type { Draw } from '#plans';
import { payRate } from './pay-currency.js';

/** The terms of a plan's draw in a fiscal month. */
export interface DrawTerms {
  readonly plan: string;
  readonly kind: Draw['kind'];
  /** What is given in this month, in minor units of the pay currency; undefined where nothing is. */
  readonly given?: bigint | undefined;
  /** The part of what exceeds the draw that may be taken back. */
  readonly recoverAtMost: Exact;
  /** The first fiscal month that may take back; without one, any may. */
  readonly recoverFrom?: number;
}

/** A draw that would be given, were there a rate from the plan's currency into the payee's. */
export interface UnpaidDraw {
  readonly plan: string;
  readonly base: string;
  readonly quote: string;
  readonly on: number;
}

/** An advance not yet repaid, and the terms by which it is. */
export interface Owing {
  readonly balance: bigint;
  readonly terms: DrawTerms;
}

/** What a payee carries from month to month, in minor units of the pay currency. */
export interface Carried {
  /** Shortfalls that the next months make good. */
  readonly owed: bigint;
  /** By plan. */
  readonly draws: ReadonlyMap<string, Owing>;
}

/** What one plan's draw did in a month: it gave, or it took back. */
export interface DrawMove {
  readonly plan: string;
  readonly kind: Draw['kind'];
  readonly given: bigint;
  readonly recovered: bigint;
}

/** A month's pay after draw and recovery. */
export interface Settlement {
  readonly payable: bigint;
  readonly moves: readonly DrawMove[];
  readonly carried: Carried;
}

/** Nothing is carried before the first month. */
export const NOTHING_CARRIED: Carried = { owed: 0n, draws: new Map() };

// ---- The terms of a month ---------------------------------------------------------------

const monthNamed = (book: Book, text: string): number =>
  book.calendar.parse(text)?.first ?? book.calendar.monthOf(dayOf(text));

interface ActiveDays {
  readonly count: number;
  readonly last: PlanVersion | undefined;
}

// The days of a month on which the payee is active and held by the plan; versions do not prorate.
const activeDays = (
  book: Book,
  payee: Payee,
  assignments: readonly PlanAssignment[],
  plan: string,
  month: number,
): ActiveDays => {
  const versions = book.planVersions(plan);
  let count = 0;
  let last: PlanVersion | undefined;
  for (let day = book.calendar.startOf(month); day <= book.calendar.endOf(month); day += 1) {
    if (!isActiveOn(payee, day) || !assignmentOn(assignments, plan, day)) continue;
    count += 1;
    last = versionOn(versions, day) ?? last;
  }
  return { count, last };
};

const isGiven = (book: Book, draw: Draw, month: number): boolean =>
  (draw.from === undefined || monthNamed(book, draw.from) <= month) &&
  (draw.to === undefined || month <= monthNamed(book, draw.to));

const termsOf = (book: Book, plan: string, draw: Draw): DrawTerms => ({
  plan,
  kind: draw.kind,
  recoverAtMost: Exact.from(draw.recoverAtMost ?? '1'),
  ...(draw.recoverFrom !== undefined && { recoverFrom: monthNamed(book, draw.recoverFrom) }),
});

/** The draws of a month: their terms, and those that no rate converts. */
export interface Draws {
  readonly terms: readonly DrawTerms[];
  readonly unpaid: readonly UnpaidDraw[];
}

/** Mostly no plan gives any. */
export const NO_DRAWS: Draws = { terms: [], unpaid: [] };

/** The draws of a payee's plans in a month, by plan id. */
export const drawsIn = (book: Book, payeeId: string, month: number, currency: string): Draws => {
  const terms: DrawTerms[] = [];
  const unpaid: UnpaidDraw[] = [];
  const payee = book.payee(payeeId);
  const assignments = book.assignments(payeeId);
  const plans = new Set(assignments.map(({ plan }) => plan));
  for (const plan of [...plans].sort()) {
    if (!payee || !book.planVersions(plan).some((version) => version.plan.draw)) continue;
    const { count, last } = activeDays(book, payee, assignments, plan, month);
    const draw = last?.plan.draw;
    if (!last || !draw) continue;
    const found = termsOf(book, plan, draw);
    if (!isGiven(book, draw, month)) {
      terms.push(found);
      continue;
    }
    const days = draw.prorate === 'none' ? 1 : count;
    const whole = draw.prorate === 'none' ? 1 : book.calendar.daysIn({ first: month, last: month });
    const rate = payRate(book, last.plan.currency, currency, month, month);
    if (!rate) {
      const on = book.calendar.endOf(month);
      unpaid.push({ plan, base: last.plan.currency, quote: currency, on });
      continue;
    }
    const amount = Exact.from(draw.amount).times(Exact.of(days, whole)).times(rate);
    const { rounding } = book.policy(month);
    terms.push({ ...found, given: amount.round(minorUnits(currency), rounding) });
  }
  return { terms, unpaid };
};

/** The first fiscal month in which a plan of the payee may give a draw; without one, `Infinity`. */
export const firstDrawMonth = (book: Book, payeeId: string): number => {
  const payee = book.payee(payeeId);
  const days = book.assignments(payeeId).flatMap(({ plan, from }) => {
    const first = book.planVersions(plan).find((version) => version.plan.draw)?.from;
    return first === undefined || !payee ? [] : Math.max(from, first, payee.hiredOn);
  });
  return days.length === 0 ? Infinity : book.calendar.monthOf(Math.min(...days));
};

// ---- What the terms do ------------------------------------------------------------------

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const part = (amount: bigint, ratio: Exact, rounding: Rounding): bigint =>
  min(amount, Exact.of(amount).times(ratio).round(0, rounding));

// What a month takes back of a draw balance, from so much pay that may be touched.
const recovery = (
  balance: bigint,
  terms: DrawTerms,
  free: bigint,
  month: number,
  rounding: Rounding,
): bigint => {
  if (free <= 0n || (terms.recoverFrom ?? month) > month) return 0n;
  const most = terms.kind === 'advance' ? free : part(free, terms.recoverAtMost, rounding);
  return min(balance, most);
};

const topUp = (pay: bigint, amount: bigint): bigint => (pay < amount ? amount - pay : 0n);

// What is given before anything is taken back: a top-up, or a sum on top.
const giving = (terms: DrawTerms, pay: bigint): bigint => {
  if (terms.given === undefined) return 0n;
  switch (terms.kind) {
    case 'guarantee':
    case 'recoverable':
      return topUp(pay, terms.given);
    case 'advance':
    case 'stipend':
      return terms.given;
  }
};

const isOwed = ({ kind }: DrawTerms): boolean => kind === 'recoverable' || kind === 'advance';

// The pay that may be taken back from: above the draw while there is one, all of it afterwards.
const freePay = ({ kind, given }: DrawTerms, pay: bigint): bigint => {
  if (given === undefined) return pay;
  return kind === 'recoverable' ? pay - given : 0n;
};

interface Act {
  readonly moves: readonly DrawMove[];
  readonly owing: Owing | undefined;
}

// One plan's draw in one month, upon the pay that the ones before it left.
const act = (
  terms: DrawTerms | undefined,
  owing: Owing | undefined,
  pay: bigint,
  month: number,
  rounding: Rounding,
): Act => {
  const moves: DrawMove[] = [];
  const given = terms ? giving(terms, pay) : 0n;
  if (terms && given !== 0n)
    moves.push({ plan: terms.plan, kind: terms.kind, given, recovered: 0n });
  // A balance is repaid by the terms under which it came about, where no others replaced them.
  const by = terms && isOwed(terms) ? terms : owing?.terms;
  if (!by) return { moves, owing };
  const balance = (owing?.balance ?? 0n) + (by === terms ? given : 0n);
  const recovered = recovery(balance, by, freePay(by, pay + given), month, rounding);
  if (recovered !== 0n) moves.push({ plan: by.plan, kind: by.kind, given: 0n, recovered });
  return { moves, owing: { balance: balance - recovered, terms: { ...by, given: undefined } } };
};

const NO_MOVES: readonly DrawMove[] = [];

/**
 * A month's pay after its draws: shortfalls of earlier months are deducted first, then the draws act
 * one after the other in order of plan id, and what is then below zero pays nothing and is owed.
 */
export const settle = (
  released: bigint,
  month: number,
  draws: readonly DrawTerms[],
  before: Carried,
  rounding: () => Rounding,
): Settlement => {
  let pay = released - before.owed;
  if (draws.length === 0 && before.draws.size === 0) {
    const owed = pay < 0n ? -pay : 0n;
    const carried = owed === before.owed ? before : { owed, draws: before.draws };
    return { payable: pay + owed, moves: NO_MOVES, carried };
  }
  const carried = new Map(before.draws);
  const now = new Map(draws.map((terms) => [terms.plan, terms]));
  const moves: DrawMove[] = [];
  for (const plan of [...new Set([...carried.keys(), ...now.keys()])].sort()) {
    const done = act(now.get(plan), carried.get(plan), pay, month, rounding());
    for (const move of done.moves) pay += move.given - move.recovered;
    moves.push(...done.moves);
    if (done.owing && done.owing.balance !== 0n) carried.set(plan, done.owing);
    else carried.delete(plan);
  }
  const owed = pay < 0n ? -pay : 0n;
  return { payable: pay + owed, moves, carried: { owed, draws: carried } };
};
