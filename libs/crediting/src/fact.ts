import type { AdjustCredit } from '#deals';
import type { ClosePeriod } from '#periods';
import type { AdjustEarnings, RecordMetric, ScoreObjective } from '#plans';

export type { AdjustCredit, AdjustEarnings, ClosePeriod, RecordMetric, ScoreObjective };

/** An event of the log as the calculation sees it: what, where it stands, when and by whom. */
export interface Fact<D extends object = object> {
  readonly position: number;
  readonly stream: string;
  readonly recorded: string;
  readonly by: string;
  /** The payee who said so, where his login names one. */
  readonly byPayee?: string;
  readonly type: string;
  readonly data: D;
}

/** Facts in the order of their ids, whatever order they were recorded in. */
export const byId = <D extends { readonly id: string }>(
  facts: readonly Fact<D>[],
): readonly Fact<D>[] =>
  // Asked for each deal, and most have none.
  facts.length < 2 ? facts : [...facts].sort((a, b) => (a.data.id < b.data.id ? -1 : 1));
