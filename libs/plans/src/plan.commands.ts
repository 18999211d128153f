import {
  Besides,
  Holds,
  InOrder,
  IsCurrencyCode,
  IsDay,
  IsLastDay,
  IsEntriesOf,
  IsId,
  IsListOf,
  IsMoney,
  IsMonth,
  IsOneOf,
  IsPart,
  IsPartOrParts,
  IsParts,
  IsPeriod,
  IsRatio,
  IsSteps,
  IsText,
  kinds,
  type Fault,
} from '#kernel';
import { Cap, Component, Draw } from './component.commands.js';
import { planFaults } from './plan-faults.js';

const optional = { optional: true };

/** `publish-fx-rate`: 1 `base` = `rate` `quote`. */
@Holds(['base', 'quote'], 'two different currencies', ({ base, quote }) => base !== quote)
export class PublishFxRate {
  @IsCurrencyCode() readonly base!: string;
  @IsCurrencyCode() readonly quote!: string;
  @IsRatio({ range: 'positive' }) readonly rate!: string;
  @IsDay() readonly on!: string;
  @IsOneOf(['spot', 'plan'], optional) readonly type?: 'spot' | 'plan';
}

// Whoever wrote a plan with a slip of the pen also wants to know what else is wrong with it.
const faultsOfRest = (partial: Readonly<Record<string, unknown>>, faults: readonly Fault[]) => {
  const { components } = partial;
  if (!Array.isArray(components)) return [];
  const isSound = (i: number): boolean =>
    !faults.some(({ path }) => path.startsWith(`components[${i}]`));
  return planFaults({
    components: components.map((component: Component, i) => (isSound(i) ? component : undefined)),
  });
};

/** `publish-plan`: a version of a plan, which replaces the one before from its own `from` on. */
@InOrder('from', 'to')
@Besides(faultsOfRest)
export class PublishPlan {
  @IsId() readonly id!: string;
  @IsCurrencyCode() readonly currency!: string;
  @IsDay() readonly from!: string;
  @IsLastDay(optional) readonly to?: string;
  @IsParts(() => Component, { distinct: 'id' }) readonly components!: readonly Component[];
  @IsPart(() => Draw, optional) readonly draw?: Draw;
  @IsPartOrParts(() => Cap, optional) readonly cap?: Cap | readonly Cap[];
  @IsSteps(optional) readonly tests?: readonly object[];
}

/** `assign-plan`: a payee is paid by a plan; `targetIncentive` is a year's, in the plan's currency. */
@InOrder('from', 'to')
export class AssignPlan {
  @IsId() readonly payee!: string;
  @IsId() readonly plan!: string;
  @IsDay() readonly from!: string;
  @IsLastDay(optional) readonly to?: string;
  @IsMoney({ range: 'not-negative', optional: true }) readonly targetIncentive?: string;
  @IsEntriesOf(kinds.ratio('any'), optional) readonly rates?: Readonly<Record<string, string>>;
  @IsListOf(kinds.ratio('not-negative'), optional) readonly ramp?: readonly string[];
}

/** `assign-quota`: what a payee is to reach in a component and period. */
export class AssignQuota {
  @IsId() readonly payee!: string;
  @IsId() readonly component!: string;
  @IsPeriod() readonly period!: string;
  @IsMoney({ range: 'not-negative' }) readonly amount!: string;
  @IsDay(optional) readonly from?: string;
  @IsText(optional) readonly reason?: string;
}

/** `record-metric`: a measure that is not a deal; without a payee it is everybody's. */
export class RecordMetric {
  @IsId() readonly id!: string;
  @IsId() readonly metric!: string;
  @IsDay() readonly on!: string;
  @IsMoney() readonly amount!: string;
  @IsId(optional) readonly payee?: string;
}

/** `score-objective`: how far a goal was reached. */
export class ScoreObjective {
  @IsId() readonly payee!: string;
  @IsId() readonly component!: string;
  @IsId() readonly objective!: string;
  @IsPeriod() readonly period!: string;
  @IsRatio({ range: 'not-negative' }) readonly score!: string;
}

/** `adjust-earnings`: a manual amount of a fiscal month, shown as manual. */
export class AdjustEarnings {
  @IsId() readonly id!: string;
  @IsId() readonly payee!: string;
  @IsId(optional) readonly component?: string;
  @IsMonth() readonly period!: string;
  @IsMoney() readonly amount!: string;
  @IsText() readonly reason!: string;
}
