import {
  AtLeastOne,
  AtMostOne,
  ExactlyOne,
  Holds,
  IsCount,
  IsDay,
  IsId,
  IsListOf,
  IsMoney,
  IsMonth,
  IsOneOf,
  IsPart,
  IsParts,
  kinds,
  type Rounding,
} from '#kernel';

const optional = { optional: true };

const isRising = (dates: unknown): boolean =>
  !Array.isArray(dates) || dates.every((date, i) => i === 0 || dates[i - 1] < date);

const isWholeYears = (dates: unknown): boolean =>
  !Array.isArray(dates) || (dates.length > 1 && dates.length % 12 === 1);

/** `define-calendar`: how the company cuts its fiscal years. */
@ExactlyOne('start', 'months')
@AtMostOne('pattern', 'months')
@Holds(['months'], 'months in rising order', ({ months }) => isRising(months))
@Holds(
  ['months'],
  'months with the first day of twelve months a year, and at last the day after the end',
  ({ months }) => isWholeYears(months),
)
export class DefineCalendar {
  @IsDay(optional) readonly start?: string;
  @IsOneOf(['monthly', '4-4-5', '4-5-4', '5-4-4'], optional)
  readonly pattern?: 'monthly' | '4-4-5' | '4-5-4' | '5-4-4';
  @IsListOf(kinds.date, optional) readonly months?: readonly string[];
}

/** How amounts enter a plan's currency, and how they leave it into the payee's. */
@AtLeastOne('measure', 'pay')
export class FxPolicy {
  @IsOneOf(['booking-date', 'period-average', 'plan'], optional)
  readonly measure?: 'booking-date' | 'period-average' | 'plan';
  @IsOneOf(['earned', 'plan'], optional) readonly pay?: 'earned' | 'plan';
}

/** What can be unusual in what a payee gets by a payout. */
export const PAYOUT_FLAGS = [
  'new',
  'left',
  'zero',
  'negative',
  'unusual',
  'manual',
  'disputed',
  'terminated',
] as const;
export type PayoutFlag = (typeof PAYOUT_FLAGS)[number];

/**
 * Above which total a payout needs how many approvers, of which roles, and what must not be unusual
 * in it without a note.
 */
export class ApprovalRule {
  @IsMoney({ range: 'not-negative' }) readonly above!: string;
  @IsCount(1, 2) readonly approvers!: number;
  @IsListOf(kinds.oneOf(['approver', 'comp-admin']), { optional: true, distinct: true })
  readonly roles?: readonly ('approver' | 'comp-admin')[];
  @IsListOf(kinds.oneOf(PAYOUT_FLAGS), { optional: true, distinct: true })
  readonly notes?: readonly PayoutFlag[];
}

/**
 * By when a dispute is to be decided, in days from its opening; whose task it is, and whose once it
 * is overdue.
 */
export class DisputePolicy {
  @IsCount(1, 365) readonly days!: number;
  @IsId(optional) readonly to?: string;
  @IsId(optional) readonly escalateTo?: string;
}

/** `set-policy`: company-wide, for what begins in or after the fiscal month `from`. */
@AtLeastOne('rounding', 'fx', 'approvals', 'disputes', 'personalAttributes')
export class SetPolicy {
  @IsOneOf(['half-up', 'half-even'], optional) readonly rounding?: Rounding;
  @IsPart(() => FxPolicy, optional) readonly fx?: FxPolicy;
  @IsParts(() => ApprovalRule, { optional: true, distinct: 'above' })
  readonly approvals?: readonly ApprovalRule[];
  @IsPart(() => DisputePolicy, optional) readonly disputes?: DisputePolicy;
  /** Attributes of payees that are personal data: at once and for good, whatever `from` says. */
  @IsListOf(kinds.id, { optional: true, distinct: true })
  readonly personalAttributes?: readonly string[];
  @IsMonth(optional) readonly from?: string;
}

/** `close-period`: a fiscal month's earnings stay what they are now. */
export class ClosePeriod {
  @IsMonth() readonly period!: string;
}
