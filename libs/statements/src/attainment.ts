import { Exact, type Period } from '#kernel';
import type { AttainmentRow } from '#ledger';

/** Where somebody stands with a component; no quota, no attainment. */
export interface Standing {
  readonly measure?: Exact | undefined;
  readonly quota?: Exact | undefined;
  readonly attainment?: Exact | undefined;
}

const latest = (rows: readonly AttainmentRow[]): AttainmentRow | undefined => {
  let found: AttainmentRow | undefined;
  for (const row of rows) if (!found || row.month >= found.month) found = row;
  return found;
};

const sumOf = (values: readonly (Exact | undefined)[]): Exact | undefined => {
  const given = values.filter((value): value is Exact => value !== undefined);
  return given.length === 0 ? undefined : Exact.sum(given);
};

/**
 * Attainment in any period, of the rows of one payee and component: inside a window, the running
 * one at the period's end; of a longer one, the sums over its windows; what is only scored has
 * that of its last window.
 */
export const standingIn = (
  rows: readonly AttainmentRow[],
  period: Pick<Period, 'first' | 'last'>,
): Standing | undefined => {
  const own = rows.filter(({ month }) => month <= period.last);
  const inside = own.filter(({ window }) => window.first <= period.first && period.last <= window.last);
  if (inside.length > 0) return latest(inside);
  const windows = new Map<string, AttainmentRow[]>();
  for (const row of own) {
    if (row.window.first < period.first || row.window.last > period.last) continue;
    const key = `${row.window.first} ${row.plan}`;
    windows.set(key, [...(windows.get(key) ?? []), row]);
  }
  const ends = [...windows.values()].map(latest) as AttainmentRow[];
  if (ends.length < 2) return ends[0];
  const measure = sumOf(ends.map((row) => row.measure));
  if (!measure) return latest(ends);
  const quota = sumOf(ends.map((row) => row.quota));
  const attainment = quota && !quota.isZero ? measure.dividedBy(quota) : quota && Exact.ZERO;
  return { measure, quota, attainment };
};
