import {
  InOrder,
  IsAttributes,
  IsCount,
  IsDay,
  IsLastDay,
  IsId,
  IsOneOf,
  IsPart,
  IsRatio,
  IsText,
} from '#kernel';

const optional = { optional: true };
const part = { optional: true, range: 'part' } as const;

/** `register-account`: a customer. Its attributes have no history: a later registration replaces. */
export class RegisterAccount {
  @IsId() readonly id!: string;
  @IsText() readonly name!: string;
  @IsAttributes(optional) readonly attributes?: Readonly<Record<string, string | boolean | number>>;
}

/** `define-territory`: a node of the territory tree; `rule` is CEL over `account`. */
export class DefineTerritory {
  @IsId() readonly id!: string;
  @IsText() readonly name!: string;
  @IsId(optional) readonly parent?: string;
  @IsText(optional) readonly rule?: string;
  @IsCount(-1_000_000, 1_000_000, optional) readonly priority?: number;
}

/** `assign-territory`: who covers it, and when; `to` is inclusive. */
@InOrder('from', 'to')
export class AssignTerritory {
  @IsId() readonly territory!: string;
  @IsId() readonly payee!: string;
  @IsOneOf(['owner', 'overlay']) readonly role!: 'owner' | 'overlay';
  @IsRatio(part) readonly share?: string;
  @IsDay() readonly from!: string;
  @IsLastDay(optional) readonly to?: string;
}

/** Until when the owners before a move keep what share of the direct credit. */
export class Holdover {
  @IsLastDay() readonly until!: string;
  @IsRatio(part) readonly share?: string;
}

/** `move-account`: an explicit assignment of an account to a territory from the day `on` on. */
export class MoveAccount {
  @IsId() readonly account!: string;
  @IsId() readonly to!: string;
  @IsDay() readonly on!: string;
  @IsPart(() => Holdover, optional) readonly holdover?: Holdover;
}
