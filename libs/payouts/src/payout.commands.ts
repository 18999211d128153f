import { IsId, IsListOf, IsMonth, IsText, kinds } from '#kernel';

const optional = { optional: true };

/** `draft-payout`: collects all that is payable through a fiscal month and in no other payout. */
export class DraftPayout {
  @IsId() readonly id!: string;
  @IsMonth() readonly through!: string;
  @IsListOf(kinds.id, { optional: true, distinct: true }) readonly payees?: readonly string[];
}

/** What all steps of a payout after its draft say: which one, and why. */
export class PayoutStep {
  @IsId() readonly payout!: string;
  @IsText(optional) readonly reason?: string;
}

/** `submit-payout`: the draft is ready for somebody else to approve. */
export class SubmitPayout extends PayoutStep {}
/** `approve-payout`: somebody who did not make it agrees that it is paid. */
export class ApprovePayout extends PayoutStep {}
/** `reject-payout`: it is not to be paid; its amounts are free for another draft. */
export class RejectPayout extends PayoutStep {}
/** `confirm-payout`: the money was paid. */
export class ConfirmPayout extends PayoutStep {}
/** `reverse-payout`: the money came back; both entries stay. */
export class ReversePayout extends PayoutStep {}
