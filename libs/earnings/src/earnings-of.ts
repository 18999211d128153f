import { Exact, formatDay, minorUnits, type Period, type Rounding } from '#kernel';
import type { Book } from '#crediting';
import { capAt, compileCaps, type CapPlace, type CompiledCap } from './compile.js';
import { ComponentPay } from './component-pay.js';
import { ComponentRun } from './component-run.js';
import type { RunContext } from './counted.js';
import { CutLines } from './cut.js';
import type { Entry, Scope } from './entry.js';
import type { GoverningMonths } from './governing.js';
import { planCapCuts } from './limits.js';
import { measureRate } from './measure.js';
import type { Standing } from './lookup.js';
import type {
  Attainment,
  ComponentEarnings,
  EarningsLine,
  MissingRate,
  PayeeEarnings,
} from './results.js';
import { capRounded, WindowRounding } from './rounding.js';
import { planShape } from './plan-shape.js';
import { Assigned } from './terms.js';
import { fact } from './trace.js';

/** Up to which fiscal month, and whether each line shall carry the tree that explains it. */
export interface EarningsOptions {
  readonly through: number;
  readonly trace?: boolean;
}

/** The running sums of a plan cap's period, component by component, and the lines it cuts. */
interface PlanCap {
  readonly period: number;
  sums: bigint[];
  readonly cuts: readonly CutLines<EarningsLine>[];
}

interface ComponentState {
  readonly run: ComponentRun;
  readonly pay: ComponentPay;
  readonly rounding: WindowRounding;
  readonly months: Map<number, readonly EarningsLine[]>;
  readonly attainment: Attainment[];
}

// Results outlive the runs that they come from: this must not hold on to what was counted.
const definitionsOf =
  (governing: GoverningMonths): ComponentEarnings['definitionAt'] =>
  (month) =>
    governing.definitionAt(month);

/** A month's lines of each component. */
type Months = readonly (readonly EarningsLine[])[];

const NO_LINES: readonly EarningsLine[] = [];
const NOWHERE: Standing = { measure: Exact.ZERO, attainment: Exact.ZERO };

const isZero = ({ amount }: EarningsLine): boolean => amount === 0n;

const withoutZeros = (lines: readonly EarningsLine[]): readonly EarningsLine[] =>
  lines.some(isZero) ? lines.filter((line) => !isZero(line)) : lines;

/** One plan of one payee: its components side by side, month by month. */
class PlanRun {
  readonly currency: string;
  private readonly assigned: Assigned;
  private readonly states: ComponentState[];
  private readonly caps = new Map<string, PlanCap>();
  private readonly scale: number;
  private readonly capPlaces: readonly CapPlace[];

  constructor(
    private readonly book: Book,
    payee: NonNullable<ReturnType<Book['payee']>>,
    readonly plan: string,
    private readonly trace: boolean,
    missing: (rate: MissingRate) => void,
    through: number,
  ) {
    const { currency, capPlaces, components } = planShape(book, plan);
    this.currency = currency;
    this.scale = minorUnits(currency);
    this.capPlaces = capPlaces;
    this.assigned = new Assigned(book, payee, plan);
    const context: RunContext = {
      book,
      assigned: this.assigned,
      currency,
      trace,
      missing,
      earnedBelow: (scope, month) => earnedBelow(scope, month, through),
    };
    const runs = components.map(
      ({ id, versions, months }) => new ComponentRun(id, versions, months, context),
    );
    const standing = (component: string, month: number): Standing =>
      runs.find(({ id }) => id === component)?.standing(month) ?? NOWHERE;
    const roundingOf = (month: number): Rounding => book.policy(month).rounding;
    this.states = runs.map((run) => ({
      run,
      pay: new ComponentPay(run, standing),
      rounding: new WindowRounding(currency, roundingOf, trace),
      months: new Map(),
      attainment: [],
    }));
  }

  /** The first month of the fiscal year in which the plan can first earn anything. */
  private firstMonth(): number | undefined {
    const starts = this.states.flatMap(({ run }) =>
      run.days.slice(0, 1).map((range) => range.from),
    );
    if (starts.length === 0) return undefined;
    const { calendar } = this.book;
    return calendar.periodOf('year', calendar.monthOf(Math.min(...starts))).first;
  }

  calculate(through: number): ComponentEarnings[] {
    const first = this.firstMonth();
    for (let month = first ?? through + 1; month <= through; month += 1) this.month(month);
    return this.states.map(({ run, months, attainment }) => {
      const { id, months: governing } = run;
      return {
        plan: this.plan,
        component: id,
        currency: this.currency,
        months,
        attainment,
        definitionAt: definitionsOf(governing),
      };
    });
  }

  private month(month: number): void {
    const uncapped = this.states.map(({ run, pay, rounding }) => {
      const raw = pay.month(month);
      const window = run.governing(month)?.window;
      return window ? rounding.month(month, window, raw) : NO_LINES;
    });
    const lines = this.capPlaces.length > 0 ? this.capPlan(month, uncapped) : uncapped;
    for (let i = 0; i < this.states.length; i += 1) {
      const { run, months, attainment } = this.states[i] as ComponentState;
      const shown = withoutZeros(lines[i] as readonly EarningsLine[]);
      if (shown.length > 0) months.set(month, shown);
      const standing = this.isAssignedAround(run, month) ? run.attainment(month) : undefined;
      if (standing) attainment.push(standing);
    }
  }

  private isAssignedAround(run: ComponentRun, month: number): boolean {
    const window = run.governing(month)?.window;
    if (window === undefined) return false;
    return run.judgedIn(window) !== undefined || !run.measureAt(month).isZero;
  }

  private capAmount(cap: CompiledCap, period: Period): Exact {
    if (cap.amount) return cap.amount;
    const whole = { weight: Exact.ONE, prorate: 'days' as const };
    return (cap.ofTarget as Exact).times(this.assigned.target(period, whole).target);
  }

  // A plan's cap limits the sum of its components, shortest period first, each on what is left.
  private capPlan(month: number, uncapped: Months): Months {
    const [start, end] = [this.book.calendar.startOf(month), this.book.calendar.endOf(month)];
    const version = [...this.book.planVersions(this.plan)]
      .reverse()
      .find((item) => item.from <= end && (item.to >= start || item.from < start));
    let lines = uncapped;
    const caps = compileCaps(version?.plan.cap);
    for (const place of this.capPlaces) {
      const { per, nth } = place;
      if (per === 'deal') continue;
      const period = this.book.calendar.periodOf(per, month);
      const key = `${nth} ${per}`;
      let state = this.caps.get(key);
      if (!state || state.period !== period.first) {
        const sums = lines.map(() => 0n);
        const cuts = lines.map(() => new CutLines<EarningsLine>());
        this.caps.set(key, (state = { period: period.first, sums, cuts }));
      }
      lines = this.cutPlan(month, state, capAt(caps, place), period, lines);
    }
    return lines;
  }

  private cutPlan(
    month: number,
    state: PlanCap,
    cap: CompiledCap | undefined,
    period: Period,
    lines: Months,
  ): Months {
    const months = lines.map((of) => of.reduce((sum, line) => sum + line.amount, 0n));
    state.sums = state.sums.map((sum, c) => sum + (months[c] as bigint));
    const rounding = this.book.policy(period.first).rounding;
    const limit = cap && this.capAmount(cap, period).round(this.scale, rounding);
    const amountOf = (line: EarningsLine): Exact => Exact.of(line.amount);
    return planCapCuts(state.sums, limit).map((cut, c) =>
      (state.cuts[c] as CutLines<EarningsLine>)
        .add(lines[c] as readonly EarningsLine[], amountOf, Exact.of(cut))
        .map(({ line, amount, isCut }) =>
          isCut ? capRounded(month, line, amount.truncate(0), this.scale, this.trace) : line,
        ),
    );
  }
}

// What everybody below earned in a month, dated on its last day.
const earnedBelow = (scope: Scope, month: number, through: number): Entry[] => {
  const { book, compiled } = scope;
  const on = book.calendar.endOf(month);
  return book.below(scope.payee, on).flatMap((payee): Entry[] => {
    const earnings = monthlyEarnings(book, payee, month, through);
    const counted = earnings.components.filter(
      ({ component }) => compiled.of.size === 0 || compiled.of.has(component),
    );
    let value = Exact.ZERO;
    const positions: number[] = [];
    for (const { months, currency } of counted) {
      const lines = months.get(month) ?? [];
      if (lines.length === 0) continue;
      const rate = measureRate(scope, currency, on);
      if (!rate) continue;
      const units = lines.reduce((sum, line) => sum + line.amount, 0n);
      value = value.plus(Exact.units(units, minorUnits(currency)).times(rate));
      positions.push(...lines.flatMap((line) => line.positions));
    }
    if (value.isZero) return [];
    const says = `what ${payee} earned up to ${formatDay(on)}`;
    return [
      {
        on,
        deal: '',
        line: '',
        kind: 'override',
        payee,
        sequence: 0,
        value,
        base: value,
        factor: Exact.ONE,
        positions: [...new Set(positions)],
        ...(scope.trace && { why: fact('earned below', value, positions, says) }),
      },
    ];
  });
};

// Whoever is above in one month may be below in another: then only what comes before is asked.
const monthlyEarnings = (
  book: Book,
  payee: string,
  month: number,
  through: number,
): PayeeEarnings => {
  const asked = book.derivedFromAll('earnings asked for', () => new Set<string>());
  const whole = `${payee} ${through}`;
  return earningsOf(book, payee, { through: asked.has(whole) ? month : through });
};

const textOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * What the facts of a book say a payee earned, closings left aside: by plan and component, month by
 * month through the one asked for. Pure: the same book gives the same lines.
 */
export const earningsOf = (
  book: Book,
  payeeId: string,
  options: EarningsOptions,
): PayeeEarnings => {
  const { through, trace = false } = options;
  const key = `${payeeId} ${through}`;
  return book.derivedFromAll(`earnings ${key} ${String(trace)}`, () => {
    const asked = book.derivedFromAll('earnings asked for', () => new Set<string>());
    asked.add(key);
    try {
      return calculate(book, payeeId, through, trace);
    } finally {
      asked.delete(key);
    }
  });
};

const calculate = (book: Book, payeeId: string, through: number, trace: boolean): PayeeEarnings => {
  const payee = book.payee(payeeId);
  if (!payee) return { payee: payeeId, components: [], missingRates: [] };
  const missing = new Map<string, MissingRate>();
  const note = (rate: MissingRate): void => {
    missing.set(`${rate.deal ?? ''} ${rate.base} ${rate.quote} ${rate.on}`, rate);
  };
  const plans = [...new Set(book.assignments(payeeId).map((assignment) => assignment.plan))]
    .filter((plan) => book.planVersions(plan).length > 0)
    .sort(textOrder);
  const components = plans.flatMap((plan) =>
    new PlanRun(book, payee, plan, trace, note, through).calculate(through),
  );
  return { payee: payeeId, components, missingRates: [...missing.values()] };
};
