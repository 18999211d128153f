import { checkPredicate, Exact, type Fault } from '#kernel';
import type { Component, Curve, Matrix, Measure, Tiers } from './component.commands.js';
import { axisOf, capsOf, everyOf, gatesOf, windowOf } from './component-terms.js';

/** Notes a fault: where, and what is wrong and would be valid. */
export type Note = (path: string, message: string) => void;

const LENGTHS = { month: 1, quarter: 3, half: 6, year: 12 };
const PERCENT = Exact.of(100);

const percent = (ratio: Exact): string => `${ratio.times(PERCENT).toText()}%`;

const total = (shares: readonly string[]): Exact => Exact.sum(shares.map(Exact.from));

/** Notes each value that does not lie above the one before it. */
const noteUnlessRising = (values: readonly string[], pathOf: (i: number) => string, note: Note) => {
  values.forEach((value, i) => {
    const before = values[i - 1];
    if (before === undefined || Exact.from(before).lessThan(Exact.from(value))) return;
    note(pathOf(i), `found ${value} after ${before}; each must lie above the one before it`);
  });
};

// ---- What a type consists of ---------------------------------------------------------------

const RATED = ['rate', 'tiers', 'curve', 'matrix'] as const;
const GOALS = ['objectives'] as const;
const SUMS = ['amount', 'perUnit'] as const;

const WAYS: Readonly<Record<Component['type'], readonly (keyof Component)[]>> = {
  commission: RATED,
  override: RATED,
  bonus: RATED,
  objectives: GOALS,
  spiff: SUMS,
};

const noteType = (component: Component, note: Note): void => {
  const ways = WAYS[component.type];
  const given = ways.filter((way) => component[way] !== undefined);
  const expected = ways.length === 1 ? ways[0] : `exactly one of ${ways.join(', ')}`;
  if (given.length === 0) note('', `a component of type ${component.type} needs ${expected}`);
  if (given.length > 1) note('', `found ${given.join(' and ')} together; it needs ${expected}`);
  for (const way of [...RATED, ...GOALS, ...SUMS]) {
    if (component[way] === undefined || ways.includes(way)) continue;
    note(way, `does not belong to the type ${component.type}; it needs ${expected}`);
  }
  if (component.type === 'objectives' && component.measure) {
    note('measure', 'objectives are scored, not measured; leave it out');
  }
};

// ---- Measure and predicates ----------------------------------------------------------------

const noteMeasure = (component: Component, measure: Measure, note: Note): void => {
  const value = measure.value ?? 'amount';
  const isEarnings = value === 'earnings';
  if (isEarnings && component.type !== 'override') {
    note('measure.value', 'only an override measures earnings; valid: amount, margin, quantity...');
  }
  if (isEarnings && !measure.of) {
    note('measure.of', 'is missing: name the components whose earnings count');
  }
  if (!isEarnings && measure.of) note('measure.of', 'only belongs to measure.value: earnings');
  const isNoDeal = isEarnings || value.startsWith('metric.');
  if (isNoDeal && measure.on !== undefined && measure.on !== 'booking') {
    note('measure.on', `${value} is not invoiced or paid; leave it out`);
  }
  if (isNoDeal && component.type === 'spiff') {
    note('measure.value', 'a spiff counts deals or units; valid: amount, quantity, count');
  }
};

const notePredicates = (component: Component, note: Note): void => {
  const { measure, factor = [] } = component;
  const noteText = (path: string, text: string | undefined): void => {
    const fault = text === undefined ? undefined : checkPredicate(text, 'line');
    if (fault !== undefined) note(path, fault);
  };
  noteText('measure.where', measure?.where);
  measure?.factor?.forEach(({ where }, i) => noteText(`measure.factor[${i}].where`, where));
  factor.forEach(({ where }, i) => noteText(`factor[${i}].where`, where));
};

// ---- Tiers, curves, matrices ---------------------------------------------------------------

const noteTiers = (component: Component, tiers: Tiers, note: Note): void => {
  const { by, apply, of, steps } = tiers;
  const [first] = steps;
  if (first && !Exact.from(first.from).isZero) {
    note('tiers.steps[0].from', `found ${first.from}; the first step must start at zero`);
  }
  const froms = steps.map(({ from }) => from);
  noteUnlessRising(froms, (i) => `tiers.steps[${i}].from`, note);
  if (of !== undefined && apply !== 'retroactive') {
    note('tiers.apply', 'tiers looked up by another component (of) must be retroactive');
  }
  if (by !== 'margin') return;
  if (apply !== 'retroactive') note('tiers.apply', 'tiers by margin must be retroactive');
  if (windowOf(component) !== 'deal') note('window', 'tiers by margin need window: deal');
  if (of !== undefined) note('tiers.of', 'a margin is that of a line, not of another component');
  steps.forEach(({ rate }, i) => {
    if (rate === undefined) note(`tiers.steps[${i}]`, 'tiers by margin have a rate in each step');
  });
};

const noteCurve = ({ points, beyond, shape }: Curve, note: Note): void => {
  noteUnlessRising(
    points.map(({ at }) => at),
    (i) => `curve.points[${i}].at`,
    note,
  );
  if (beyond !== 'extend') return;
  if (shape !== 'linear') note('curve.beyond', 'only a linear curve can extend; valid: flat');
  if (points.length < 2) note('curve.points', 'to extend, a curve needs two points');
};

const noteMatrix = ({ rows, columns, pays }: Matrix, note: Note): void => {
  noteUnlessRising(rows.from, (i) => `matrix.rows.from[${i}]`, note);
  noteUnlessRising(columns.from, (i) => `matrix.columns.from[${i}]`, note);
  if (pays.length !== rows.from.length) {
    note('matrix.pays', `found ${pays.length} rows; expected ${rows.from.length}, as in rows.from`);
  }
  pays.forEach((row, i) => {
    if (row.length === columns.from.length) return;
    const expected = `expected ${columns.from.length}, as in columns.from`;
    note(`matrix.pays[${i}]`, `found ${row.length} values; ${expected}`);
  });
  for (const [name, axis] of Object.entries({ rows, columns })) {
    const isWord = [undefined, 'attainment', 'value'].includes(axis.by);
    if (axis.of === undefined || isWord) continue;
    note(`matrix.${name}.by`, `found "${axis.by}" beside of; valid: attainment, value`);
  }
};

// ---- Windows -------------------------------------------------------------------------------

/** What has no meaning where every deal is a window of its own. */
const noteDealWindow = (component: Component, note: Note): void => {
  const { type, measure, tiers, curve, matrix, against, every } = component;
  const say = (path: string, what: string): void =>
    note(
      path,
      `${what} has no meaning with window: deal; valid windows: month, quarter, half, year`,
    );
  const value = measure?.value ?? 'amount';
  if (tiers?.by === 'attainment' && tiers.of === undefined) say('tiers.by', 'attainment');
  tiers?.steps.forEach(({ multiplier }, i) => {
    if (multiplier !== undefined) say(`tiers.steps[${i}].multiplier`, 'a multiplier');
  });
  if (curve && curve.by !== 'value') say('curve.by', 'a curve by attainment');
  if (curve && (curve.pays ?? 'target') === 'target') say('curve.pays', 'a share of the target');
  const axes = matrix ? [axisOf(matrix.rows), axisOf(matrix.columns)] : [];
  if (axes.some(({ by }) => by === 'attainment')) say('matrix', 'a matrix by attainment');
  if (matrix?.unit === 'target') say('matrix.unit', 'a share of the target');
  if (type === 'objectives') say('type', 'a score');
  if (value === 'earnings' || value.startsWith('metric.')) say('measure.value', value);
  gatesOf(component).forEach(({ self }, i) => {
    if (self) say(gatePath(component, i), 'a gate on itself');
  });
  if (against === 'to-date') say('against', 'to-date');
  if (every !== undefined && every !== 'month') say('every', `every: ${every}`);
};

/** Where a gate stands: one, or one of a list. */
export const gatePath = ({ gate }: Component, i: number): string =>
  Array.isArray(gate) ? `gate[${i}]` : 'gate';

const noteWindow = (component: Component, note: Note): void => {
  const window = windowOf(component);
  if (window === 'deal') noteDealWindow(component, note);
  else if (LENGTHS[everyOf(component)] > LENGTHS[window]) {
    note('every', `found ${everyOf(component)}, which is longer than the window, a ${window}`);
  }
  const { season } = component;
  if (!season) return;
  if (season.length !== 4 && season.length !== 12) {
    note('season', `found ${season.length} ratios; expected four or twelve`);
  }
  if (!total(season).equals(Exact.ONE)) {
    note('season', `the ratios sum to ${percent(total(season))}; they must sum to 100%`);
  }
};

// ---- Caps, release, clawback ---------------------------------------------------------------

const noteCaps = (component: Component, note: Note): void =>
  capsOf(component).forEach(({ ofTarget, per }, i) => {
    const path = Array.isArray(component.cap) ? `cap[${i}]` : 'cap';
    if (ofTarget !== undefined && per === 'deal') {
      note(`${path}.ofTarget`, 'a deal has no target; valid: amount, or per: month, quarter...');
    }
  });

const noteRelease = ({ release, spread }: Component, note: Note): void => {
  if (!release) return;
  if (spread) note('spread', 'stands instead of release; leave one of them out');
  const shares = total(release.map(({ share }) => share));
  if (shares.equals(Exact.ONE)) return;
  note('release', `the shares sum to ${percent(shares)}; they must sum to 100%`);
};

const noteClawback = (component: Component, note: Note): void => {
  const { clawback, tiers, curve, matrix, type } = component;
  if (!clawback) return;
  const days = (clawback.bands ?? []).map(({ within }) => within.slice(0, -1));
  noteUnlessRising(days, (i) => `clawback.bands[${i}].within`, note);
  if (clawback.how !== 'reverse' && clawback.how !== 'pay-only') return;
  const isWhole = tiers?.apply === 'retroactive' || curve || matrix || type === 'objectives';
  if (!isWhole) return;
  const valid = 'valid: recalculate, restate';
  note('clawback.how', `${clawback.how} needs pay that is determined credit by credit; ${valid}`);
};

/** Everything in one component, taken by itself, that has no single meaning. */
export const componentFaults = (component: Component): readonly Fault[] => {
  const faults: Fault[] = [];
  const note: Note = (path, message) => faults.push({ path, code: 'contradiction', message });
  noteType(component, note);
  if (component.measure) noteMeasure(component, component.measure, note);
  notePredicates(component, note);
  if (component.tiers) noteTiers(component, component.tiers, note);
  if (component.curve) noteCurve(component.curve, note);
  if (component.matrix) noteMatrix(component.matrix, note);
  noteWindow(component, note);
  noteCaps(component, note);
  noteRelease(component, note);
  noteClawback(component, note);
  return faults;
};
