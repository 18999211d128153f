import {
  AtLeastOne,
  AtMostOne,
  ExactlyOne,
  IsAttributes,
  IsCurrencyCode,
  IsDay,
  IsId,
  IsMoney,
  IsParts,
  IsRatio,
  IsText,
} from '#kernel';

const optional = { optional: true };

type Attributes = Readonly<Record<string, string | boolean | number>>;

/** One line of a deal; amounts in the deal's currency, unit prices may carry more digits. */
export class DealLine {
  @IsId() readonly id!: string;
  @IsMoney() readonly amount!: string;
  @IsText(optional) readonly product?: string;
  @IsText(optional) readonly family?: string;
  @IsMoney(optional) readonly cost?: string;
  @IsMoney(optional) readonly quantity?: string;
  @IsAttributes(optional) readonly attributes?: Attributes;
}

/** A payee's share of the direct credit of a deal. */
export class TeamMember {
  @IsId() readonly payee!: string;
  @IsRatio({ range: 'part' }) readonly share!: string;
}

const lines = { optional: true, distinct: 'id' };
const members = { optional: true, distinct: 'payee' };

/** `book-deal`: something was sold. */
@ExactlyOne('amount', 'lines')
export class BookDeal {
  @IsId() readonly id!: string;
  @IsId() readonly account!: string;
  @IsDay() readonly bookedOn!: string;
  @IsCurrencyCode() readonly currency!: string;
  @IsMoney(optional) readonly amount?: string;
  @IsParts(() => DealLine, lines) readonly lines?: readonly DealLine[];
  @IsText(optional) readonly type?: string;
  @IsDay(optional) readonly openedOn?: string;
  @IsParts(() => TeamMember, members) readonly team?: readonly TeamMember[];
  @IsAttributes(optional) readonly attributes?: Attributes;
}

/** `amend-deal`: a business change; the deal's content from the day `on` on. */
@ExactlyOne('amount', 'lines')
export class AmendDeal {
  @IsId() readonly deal!: string;
  @IsDay() readonly on!: string;
  @IsMoney(optional) readonly amount?: string;
  @IsParts(() => DealLine, lines) readonly lines?: readonly DealLine[];
  @IsText(optional) readonly reason?: string;
}

/** `correct-deal`: the record was wrong; restates the deal from its own booking date. */
@AtMostOne('amount', 'lines')
@AtLeastOne(
  'account',
  'bookedOn',
  'currency',
  'amount',
  'lines',
  'type',
  'openedOn',
  'team',
  'attributes',
)
export class CorrectDeal {
  @IsId() readonly deal!: string;
  @IsId(optional) readonly account?: string;
  @IsDay(optional) readonly bookedOn?: string;
  @IsCurrencyCode(optional) readonly currency?: string;
  @IsMoney(optional) readonly amount?: string;
  @IsParts(() => DealLine, lines) readonly lines?: readonly DealLine[];
  @IsText(optional) readonly type?: string;
  @IsDay(optional) readonly openedOn?: string;
  @IsParts(() => TeamMember, members) readonly team?: readonly TeamMember[];
  @IsAttributes(optional) readonly attributes?: Attributes;
  @IsText() readonly reason!: string;
}

/** `cancel-deal`: the deal is undone from the day `on` on. */
export class CancelDeal {
  @IsId() readonly deal!: string;
  @IsDay() readonly on!: string;
  @IsText(optional) readonly reason?: string;
}

/** `record-invoice`: part of a deal was invoiced, in the deal's currency. */
export class RecordInvoice {
  @IsId() readonly deal!: string;
  @IsId() readonly id!: string;
  @IsDay() readonly on!: string;
  @IsMoney() readonly amount!: string;
}

/** `record-payment`: part of a deal was paid, in the deal's currency. */
export class RecordPayment {
  @IsId() readonly deal!: string;
  @IsId() readonly id!: string;
  @IsDay() readonly on!: string;
  @IsMoney() readonly amount!: string;
}

/** `adjust-credit`: a manual credit in the deal's currency, shown as manual. */
export class AdjustCredit {
  @IsId() readonly id!: string;
  @IsId() readonly deal!: string;
  @IsId() readonly payee!: string;
  @IsMoney() readonly amount!: string;
  @IsDay() readonly on!: string;
  @IsText() readonly reason!: string;
}
