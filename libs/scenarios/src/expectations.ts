import {
  AtLeastOne,
  IsId,
  IsKind,
  IsMonth,
  IsOneOf,
  IsParts,
  IsPeriod,
  kinds,
  type FieldOptions,
} from '#kernel';

const optional = { optional: true };

// How many digits were written says how far a number is compared, so the text stays as it is.
const asWritten = (of: kinds.Scalar): kinds.Scalar => ({
  ...of,
  read: (value) => (of.read(value) === undefined ? undefined : String(value)),
});
const IsMoneyAsWritten = (options?: FieldOptions) => IsKind(asWritten(kinds.money('any')), options);
const IsRatioAsWritten = (options?: FieldOptions) => IsKind(asWritten(kinds.ratio('any')), options);

/** What somebody is expected to be credited for a deal, in the deal's currency. */
export class ExpectedCredit {
  @IsId() readonly deal!: string;
  @IsId() readonly payee!: string;
  @IsOneOf(['direct', 'overlay', 'rollup', 'manual']) readonly kind!: string;
  @IsId(optional) readonly line?: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
}

/** Where a payee is expected to stand in a window, or in a period inside one: up to its end. */
export class ExpectedAttainment {
  @IsId() readonly payee!: string;
  @IsId() readonly component!: string;
  @IsPeriod() readonly period!: string;
  @IsMoneyAsWritten(optional) readonly measure?: string;
  @IsMoneyAsWritten(optional) readonly quota?: string;
  @IsRatioAsWritten(optional) readonly attainment?: string;
}

/** What a payee is expected to earn in a period, in the plan's currency. */
export class ExpectedEarnings {
  @IsId() readonly payee!: string;
  @IsId(optional) readonly component?: string;
  @IsPeriod() readonly period!: string;
  @IsId(optional) readonly deal?: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
}

/** What is expected to be posted in a later month for a closed one. */
export class ExpectedAdjustment {
  @IsId() readonly payee!: string;
  @IsMonth() readonly origin!: string;
  @IsMonth() readonly period!: string;
  @IsId(optional) readonly component?: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
}

/** What is expected to be paid for a month, in the payee's currency. */
export class ExpectedPayable {
  @IsId() readonly payee!: string;
  @IsMonth() readonly period!: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
}

/** Where an account of a payee is expected to stand at the end of a month. */
export class ExpectedBalance {
  @IsId() readonly payee!: string;
  @IsOneOf(['draw', 'held', 'owed', 'paid']) readonly account!: string;
  @IsMonth() readonly at!: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
}

/** What a payout is expected to pay, to one payee or to all, and how far it has come. */
export class ExpectedPayout {
  @IsId() readonly payout!: string;
  @IsId(optional) readonly payee?: string;
  @IsMoneyAsWritten(optional) readonly amount?: string;
  @IsOneOf(['draft', 'submitted', 'approved', 'rejected', 'stale', 'paid', 'reversed'], optional)
  readonly status?: string;
}

/** How far a dispute is expected to have come. */
export class ExpectedDispute {
  @IsId() readonly dispute!: string;
  @IsOneOf(['open', 'upheld', 'partly-upheld', 'denied', 'withdrawn'], optional)
  readonly status?: string;
}

/** A deal that is expected to be, at least in part, nobody's. */
export class ExpectedUncredited {
  @IsId() readonly deal!: string;
  @IsOneOf(['no-territory', 'no-owner', 'no-fx-rate'], optional) readonly reason?: string;
}

/** The content of an `expect` step: tables of which some rows and columns are named. */
@AtLeastOne(
  'credits',
  'attainment',
  'earnings',
  'adjustments',
  'payable',
  'balances',
  'payouts',
  'disputes',
  'uncredited',
)
export class Expectations {
  @IsKind(kinds.instant, optional) readonly asOf?: string;
  @IsParts(() => ExpectedCredit, optional) readonly credits?: readonly ExpectedCredit[];
  @IsParts(() => ExpectedAttainment, optional) readonly attainment?: readonly ExpectedAttainment[];
  @IsParts(() => ExpectedEarnings, optional) readonly earnings?: readonly ExpectedEarnings[];
  @IsParts(() => ExpectedAdjustment, optional) readonly adjustments?: readonly ExpectedAdjustment[];
  @IsParts(() => ExpectedPayable, optional) readonly payable?: readonly ExpectedPayable[];
  @IsParts(() => ExpectedBalance, optional) readonly balances?: readonly ExpectedBalance[];
  @IsParts(() => ExpectedPayout, optional) readonly payouts?: readonly ExpectedPayout[];
  @IsParts(() => ExpectedDispute, optional) readonly disputes?: readonly ExpectedDispute[];
  @IsParts(() => ExpectedUncredited, optional) readonly uncredited?: readonly ExpectedUncredited[];
}
