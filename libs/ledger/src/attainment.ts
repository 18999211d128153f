import { Exact, type Period } from '#kernel';
import type { AttainmentRow } from './rows.js';

/** Where somebody stands with a component; no quota, no attainment. */
export interface Standing {
  readonly measure?: Exact | undefined;
  readonly quota?: Exact | undefined;
  readonly attainment?: Exact | undefined;
}

const grouped = (
  rows: readonly AttainmentRow[],
  keyOf: (row: AttainmentRow) => string,
): AttainmentRow[][] => {
  const groups = new Map<string, AttainmentRow[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
};

const latest = (rows: readonly AttainmentRow[]): AttainmentRow =>
  rows.reduce((found, row) => (row.month >= found.month ? row : found));

const sumOf = (values: readonly (Exact | undefined)[]): Exact | undefined => {
  const given = values.filter((value): value is Exact => value !== undefined);
  return given.length === 0 ? undefined : Exact.sum(given);
};

const together = (ends: readonly AttainmentRow[]): Standing | undefined => {
  if (ends.length < 2) return ends[0];
  const measure = sumOf(ends.map((row) => row.measure));
  // What is only scored cannot be added up: it stands as it last did.
  if (!measure) return latest(ends);
  const quota = sumOf(ends.map((row) => row.quota));
  const attainment = quota && !quota.isZero ? measure.dividedBy(quota) : quota && Exact.ZERO;
  return { measure, quota, attainment };
};

/**
 * Attainment in any period, of the rows of one payee and component: inside a window, the running
 * one at the period's end; of a longer one, the sums over its windows; what is only scored has
 * that of its last window. Where several plans have the component one after the other, all count.
 */
export const standingIn = (
  rows: readonly AttainmentRow[],
  period: Pick<Period, 'first' | 'last'>,
): Standing | undefined => {
  const own = rows.filter(({ month }) => month <= period.last);
  const around = own.filter(
    ({ window }) => window.first <= period.first && period.last <= window.last,
  );
  if (around.length > 0) return together(grouped(around, ({ plan }) => plan).map(latest));
  const inside = own.filter(
    ({ window }) => period.first <= window.first && window.last <= period.last,
  );
  return together(grouped(inside, ({ plan, window }) => `${window.first} ${plan}`).map(latest));
};
