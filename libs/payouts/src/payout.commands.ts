import { IsId, IsListOf, IsMoney, IsMonth, IsParts, IsText, kinds } from '#kernel';

const optional = { optional: true };

/**
 * That a payee is left out of a draft or paid only a part by it, and why: the rest of what he is due
 * waits for a later one.
 */
export class Hold {
  @IsId() readonly payee!: string;
  @IsText() readonly reason!: string;
  /** An instalment, in his currency; nothing where it is not given. */
  @IsMoney({ range: 'positive', optional: true }) readonly pay?: string;
}

/** `draft-payout`: collects all that is payable through a fiscal month and in no other payout. */
export class DraftPayout {
  @IsId() readonly id!: string;
  @IsMonth() readonly through!: string;
  @IsListOf(kinds.id, { optional: true, distinct: true }) readonly payees?: readonly string[];
  @IsParts(() => Hold, { optional: true, distinct: 'payee' }) readonly holds?: readonly Hold[];
}

/** What all steps of a payout after its draft say: which one, and why. */
export class PayoutStep {
  @IsId() readonly payout!: string;
  @IsText(optional) readonly reason?: string;
}

/** `submit-payout`: the draft is ready for somebody else to approve. */
export class SubmitPayout extends PayoutStep {}
/** `note-payout`: a word about what is unusual in what a payee gets, for those who approve. */
export class NotePayout {
  @IsId() readonly payout!: string;
  @IsId() readonly payee!: string;
  @IsText() readonly note!: string;
}

/** `approve-payout`: somebody who did not make it agrees that it is paid. */
export class ApprovePayout extends PayoutStep {}
/** `reject-payout`: it is not to be paid; its amounts are free for another draft. */
export class RejectPayout extends PayoutStep {}
/** `confirm-payout`: the money was paid. */
export class ConfirmPayout extends PayoutStep {}
/** `reverse-payout`: the money came back; both entries stay. */
export class ReversePayout extends PayoutStep {}
