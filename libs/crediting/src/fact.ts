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
