/** How far a payout has come. */
export type PayoutStatus =
  | 'draft' | 'submitted' | 'approved' | 'rejected' | 'stale' | 'paid' | 'reversed';

/** What a payout pays to one payee, in minor units of the currency; above zero. */
export interface PayoutAmount {
  readonly payee: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** A payout as its events describe it. */
export interface Payout {
  readonly id: string;
  readonly status: PayoutStatus;
  /** The fiscal month through which it collects. */
  readonly through: number;
  readonly amounts: readonly PayoutAmount[];
}
