import { handler, recordedOnce, replacing, type CommandHandler } from '#kernel';
import {
  AdjustEarnings,
  AssignPlan,
  AssignQuota,
  PublishFxRate,
  PublishPlan,
  RecordMetric,
  ScoreObjective,
} from './plan.commands.js';
import {
  checkAdjusted,
  checkAssigned,
  checkMetric,
  checkPublished,
  checkQuota,
  checkScore,
} from './plan-checks.js';
import { plan } from './plan.js';

const key = (...parts: (string | undefined)[]): string => JSON.stringify(parts);

/** What can be said about plans and what they pay by, by the name of the command. */
export const planHandlers: Readonly<Record<string, CommandHandler>> = {
  'publish-fx-rate': handler(PublishFxRate, {
    stream: ({ base, quote }) => `fx-${base}-${quote}`,
    decider: replacing<PublishFxRate>('FxRatePublished', ({ on, type }) => key(on, type ?? 'spot')),
  }),
  'publish-plan': handler(PublishPlan, {
    stream: ({ id }) => `plan-${id}`,
    decider: plan,
    check: checkPublished,
  }),
  'assign-plan': handler(AssignPlan, {
    stream: ({ payee }) => `assignment-${payee}`,
    decider: replacing<AssignPlan>('PlanAssigned', (data) => key(data.plan, data.from)),
    check: checkAssigned,
  }),
  'assign-quota': handler(AssignQuota, {
    stream: ({ payee }) => `quota-${payee}`,
    decider: replacing<AssignQuota>('QuotaAssigned', ({ component, period, from }) =>
      key(component, period, from),
    ),
    check: checkQuota,
  }),
  'record-metric': handler(RecordMetric, {
    stream: ({ id }) => `metric-${id}`,
    decider: recordedOnce<RecordMetric>('MetricRecorded', 'MetricRecordedDifferently', 'metric'),
    check: checkMetric,
  }),
  'score-objective': handler(ScoreObjective, {
    stream: ({ payee }) => `objective-${payee}`,
    decider: replacing<ScoreObjective>('ObjectiveScored', ({ component, objective, period }) =>
      key(component, objective, period),
    ),
    check: checkScore,
  }),
  'adjust-earnings': handler(AdjustEarnings, {
    stream: ({ id }) => `earningsadjustment-${id}`,
    decider: recordedOnce<AdjustEarnings>(
      'EarningsAdjusted',
      'EarningsAdjustedDifferently',
      'adjustment of earnings',
    ),
    check: checkAdjusted,
  }),
};
