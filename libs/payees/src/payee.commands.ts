import {
  AtLeastOne,
  Holds,
  InOrder,
  IsAttributes,
  IsCurrencyCode,
  IsDay,
  IsLastDay,
  IsId,
  IsText,
  IsYes,
} from '#kernel';

const optional = { optional: true };

/** What is known of a payee, account, deal or line beyond the fields of the language. */
export type Attributes = Readonly<Record<string, string | boolean | number>>;

/** `add-payee`: somebody who can be paid. */
export class AddPayee {
  @IsId() readonly id!: string;
  @IsText() readonly name!: string;
  @IsDay() readonly hiredOn!: string;
  @IsCurrencyCode() readonly currency!: string;
  @IsText(optional) readonly email?: string;
  @IsId(optional) readonly manager?: string;
  @IsText(optional) readonly role?: string;
  @IsAttributes(optional) readonly attributes?: Attributes;
}

/** `change-payee`: a new manager, role, currency or attributes from the day `on` on. */
@AtLeastOne('manager', 'role', 'currency', 'attributes')
export class ChangePayee {
  @IsId() readonly payee!: string;
  @IsDay() readonly on!: string;
  @IsId(optional) readonly manager?: string;
  @IsText(optional) readonly role?: string;
  @IsCurrencyCode(optional) readonly currency?: string;
  @IsAttributes(optional) readonly attributes?: Attributes;
}

/** `record-leave`: days, both inclusive, on which the payee is not active. */
@InOrder('from', 'to')
export class RecordLeave {
  @IsId() readonly payee!: string;
  @IsDay() readonly from!: string;
  @IsLastDay() readonly to!: string;
}

/** `terminate-payee`: `on` is the first day on which the payee is no longer active. */
export class TerminatePayee {
  @IsId() readonly payee!: string;
  @IsDay() readonly on!: string;
}

/**
 * `forget-payee`: what is personal of him goes for good: the name, the address, the attributes
 * marked personal. Amounts stay. `confirm` names him once more.
 */
@Holds(
  ['payee', 'confirm'],
  'the id of the payee again in confirm',
  (said) => said['confirm'] === said['payee'],
)
export class ForgetPayee {
  @IsId() readonly payee!: string;
  @IsText() readonly reason!: string;
  @IsId() readonly confirm!: string;
  /** Although he is active, or something is open for him. */
  @IsYes(optional) readonly anyway?: true;
}
