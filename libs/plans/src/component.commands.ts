import {
  AtMostOne,
  ExactlyOne,
  IsCount,
  IsId,
  IsKind,
  IsListOf,
  IsMatching,
  IsMoney,
  IsMonthOrDay,
  IsOneOf,
  IsPart,
  IsPartOrParts,
  IsParts,
  IsRatio,
  IsTableOf,
  IsText,
  IsYes,
  isObject,
  kinds,
} from '#kernel';

const optional = { optional: true };
const amount = { range: 'not-negative' } as const;
const amountIfAny = { range: 'not-negative', optional: true } as const;
const part = { range: 'part' } as const;
const MONTHS_AT_MOST = 120;

/** A factor applies to lines for which `where` is true; without one, to all. */
export class Factor {
  @IsText(optional) readonly where?: string;
  @IsRatio() readonly by!: string;
}

/** Which kinds of credit there are. */
export type CreditKind = 'direct' | 'overlay' | 'rollup';

/** How long a running total runs. */
export type Window = 'deal' | 'month' | 'quarter' | 'half' | 'year';

/** How often earnings are determined inside a window. */
export type Every = Exclude<Window, 'deal'>;

/** What a component counts. */
export class Measure {
  @IsMatching(
    /^(amount|margin|quantity|count|earnings|attributes\.[^\s]+|metric\.[^\s]+)$/,
    'one of amount, margin, quantity, count, attributes.NAME, metric.NAME, earnings',
    optional,
  )
  readonly value?: string;
  @IsOneOf(['booking', 'invoice', 'payment'], optional)
  readonly on?: 'booking' | 'invoice' | 'payment';
  @IsText(optional) readonly where?: string;
  @IsListOf(kinds.oneOf(['direct', 'overlay', 'rollup']), { optional: true, distinct: true })
  readonly credits?: readonly CreditKind[];
  @IsOneOf(['self', 'team'], optional) readonly who?: 'self' | 'team';
  @IsParts(() => Factor, optional) readonly factor?: readonly Factor[];
  @IsListOf(kinds.id, { optional: true, distinct: true }) readonly of?: readonly string[];
}

/** From `from` on, inclusive: a rate, a multiple of the base rate, or a fixed sum. */
@ExactlyOne('rate', 'multiplier', 'amount')
export class TierStep {
  @IsRatio() readonly from!: string;
  @IsRatio(optional) readonly rate?: string;
  @IsRatio(optional) readonly multiplier?: string;
  @IsMoney(optional) readonly amount?: string;
}

/** Rates by what was reached. */
export class Tiers {
  @IsOneOf(['attainment', 'value', 'margin']) readonly by!: 'attainment' | 'value' | 'margin';
  @IsOneOf(['marginal', 'retroactive']) readonly apply!: 'marginal' | 'retroactive';
  @IsId(optional) readonly of?: string;
  @IsParts(() => TierStep) readonly steps!: readonly TierStep[];
}

/** One point of a curve: `pays` is a ratio, or money where the curve pays amounts. */
export class CurvePoint {
  @IsRatio() readonly at!: string;
  @IsRatio() readonly pays!: string;
}

/** A payout by attainment or value, between points. */
export class Curve {
  @IsOneOf(['attainment', 'value'], optional) readonly by?: 'attainment' | 'value';
  @IsOneOf(['linear', 'step']) readonly shape!: 'linear' | 'step';
  @IsParts(() => CurvePoint) readonly points!: readonly CurvePoint[];
  @IsOneOf(['flat', 'extend'], optional) readonly beyond?: 'flat' | 'extend';
  @IsOneOf(['target', 'amount', 'rate'], optional) readonly pays?: 'target' | 'amount' | 'rate';
}

/**
 * One dimension of a matrix: of which component (or `self`), by what. Short for attainment: `by`
 * alone may name the component.
 */
export class Axis {
  @IsId(optional) readonly of?: string;
  @IsId(optional) readonly by?: string;
  @IsListOf(kinds.ratio('any')) readonly from!: readonly string[];
}

/** A table of two dimensions; `pays` has a row for each of `rows.from`. */
export class Matrix {
  @IsPart(() => Axis) readonly rows!: Axis;
  @IsPart(() => Axis) readonly columns!: Axis;
  @IsTableOf(kinds.ratio('any')) readonly pays!: readonly (readonly string[])[];
  @IsOneOf(['target', 'rate', 'amount']) readonly unit!: 'target' | 'rate' | 'amount';
}

/** One goal and its part of the component. */
export class Objective {
  @IsId() readonly id!: string;
  @IsRatio({ range: 'not-negative' }) readonly weight!: string;
}

/** The most that is earned per deal or period. */
@ExactlyOne('amount', 'ofTarget')
export class Cap {
  @IsMoney(amountIfAny) readonly amount?: string;
  @IsRatio(amountIfAny) readonly ofTarget?: string;
  @IsOneOf(['deal', 'month', 'quarter', 'half', 'year']) readonly per!: Window;
}

/** The least that is earned per deal or period. */
export class Floor {
  @IsMoney(amount) readonly amount!: string;
  @IsOneOf(['deal', 'month', 'quarter', 'half', 'year']) readonly per!: Window;
}

/** What must be attained before anything is due. */
@ExactlyOne('component', 'self')
@ExactlyOne('atLeast', 'moreThan')
export class Gate {
  @IsId(optional) readonly component?: string;
  @IsYes(optional) readonly self?: true;
  @IsRatio(optional) readonly atLeast?: string;
  @IsRatio(optional) readonly moreThan?: string;
  @IsOneOf(['hold', 'pay'], optional) readonly before?: 'hold' | 'pay';
}

/** A number of whole months. */
export class Months {
  @IsCount(1, MONTHS_AT_MOST) readonly months!: number;
}

const EVENTS = ['booking', 'invoice', 'payment', 'window-end', 'year-end'] as const;
const event = kinds.oneOf(EVENTS);
const months = kinds.count(0, MONTHS_AT_MOST);

/** When a tranche is released: on an event, or so many months after the month of earning. */
const releaseOn: kinds.Scalar = {
  valid: `${event.valid}, or { months: N }`,
  read: (value) => {
    if (!isObject(value)) return event.read(value);
    const number = Object.keys(value).length === 1 ? months.read(value.months) : undefined;
    return number === undefined ? undefined : { months: number };
  },
  hint: event.hint as NonNullable<kinds.Scalar['hint']>,
  schema: {
    anyOf: [
      event.schema,
      {
        type: 'object',
        properties: { months: months.schema },
        required: ['months'],
        additionalProperties: false,
      },
    ],
  },
};

/** A part of what was earned, and when it becomes payable. */
export class Tranche {
  @IsKind(releaseOn) readonly on!: (typeof EVENTS)[number] | { readonly months: number };
  @IsRatio(part) readonly share!: string;
}

/** What part is taken back of a deal cancelled within so many days (`90d`) of its booking. */
export class ClawbackBand {
  @IsMatching(/^(0|[1-9]\d{0,4})d$/, 'a number of days such as 90d') readonly within!: string;
  @IsRatio(part) readonly share!: string;
}

/** What a cancellation takes back. */
@AtMostOne('bands', 'proRata')
export class Clawback {
  @IsOneOf(['recalculate', 'reverse', 'pay-only', 'restate'], optional)
  readonly how?: 'recalculate' | 'reverse' | 'pay-only' | 'restate';
  @IsParts(() => ClawbackBand, optional) readonly bands?: readonly ClawbackBand[];
  @IsPart(() => Months, optional) readonly proRata?: Months;
  @IsCount(1, MONTHS_AT_MOST, optional) readonly instalments?: number;
}

/** A component of a plan, with the fields of language.md's table of components. */
export class Component {
  @IsId() readonly id!: string;
  @IsOneOf(['commission', 'bonus', 'spiff', 'objectives', 'override'])
  readonly type!: 'commission' | 'bonus' | 'spiff' | 'objectives' | 'override';
  @IsPart(() => Measure, optional) readonly measure?: Measure;
  @IsParts(() => Factor, optional) readonly factor?: readonly Factor[];
  @IsOneOf(['deal', 'month', 'quarter', 'half', 'year'], optional) readonly window?: Window;
  @IsOneOf(['month', 'quarter', 'half', 'year'], optional) readonly every?: Every;
  @IsOneOf(['window', 'to-date'], optional) readonly against?: 'window' | 'to-date';
  @IsRatio(optional) readonly rate?: string;
  @IsPart(() => Tiers, optional) readonly tiers?: Tiers;
  @IsPart(() => Curve, optional) readonly curve?: Curve;
  @IsPart(() => Matrix, optional) readonly matrix?: Matrix;
  @IsRatio(amountIfAny) readonly weight?: string;
  @IsListOf(kinds.ratio('part'), optional) readonly season?: readonly string[];
  @IsRatio(amountIfAny) readonly share?: string;
  @IsMoney(optional) readonly amount?: string;
  @IsMoney(optional) readonly perUnit?: string;
  @IsParts(() => Objective, { optional: true, distinct: 'id' })
  readonly objectives?: readonly Objective[];
  @IsPartOrParts(() => Cap, optional) readonly cap?: Cap | readonly Cap[];
  @IsPart(() => Floor, optional) readonly floor?: Floor;
  @IsPartOrParts(() => Gate, optional) readonly gate?: Gate | readonly Gate[];
  @IsParts(() => Tranche, optional) readonly release?: readonly Tranche[];
  @IsPart(() => Months, optional) readonly spread?: Months;
  @IsPart(() => Clawback, optional) readonly clawback?: Clawback;
  @IsOneOf(['days', 'months', 'none'], optional) readonly prorate?: 'days' | 'months' | 'none';
}

/** What a payee is sure of each month, and what of it is owed. */
export class Draw {
  @IsMoney({ range: 'not-negative' }) readonly amount!: string;
  @IsOneOf(['month'], optional) readonly every?: 'month';
  @IsOneOf(['guarantee', 'recoverable', 'advance', 'stipend'])
  readonly kind!: 'guarantee' | 'recoverable' | 'advance' | 'stipend';
  @IsRatio({ range: 'part', optional: true }) readonly recoverAtMost?: string;
  @IsMonthOrDay(optional) readonly recoverFrom?: string;
  @IsMonthOrDay(optional) readonly from?: string;
  @IsMonthOrDay(optional) readonly to?: string;
  @IsOneOf(['days', 'none'], optional) readonly prorate?: 'days' | 'none';
}
