import {
  asksAbout,
  isLive,
  isOutdated,
  type Ledger,
  type Payout,
  type PayoutAmount,
} from '#ledger';

/** A payout with what its draft saw: later facts that change what it would collect make it stale. */
export interface PinnedPayout extends Payout {
  /** Whom the draft asks about; everybody where not given. */
  readonly payees?: readonly string[];
  /** Whose pay it leaves for a later draft. */
  readonly held?: readonly string[];
  /** Of whom it pays no more than so much, as decimal text. */
  readonly atMost?: ReadonlyMap<string, string>;
  /** What other payouts had taken of their pay when it was drafted. */
  readonly taken: readonly PayoutAmount[];
}

const of = (amounts: readonly PayoutAmount[], payees: ReadonlySet<string>): PayoutAmount[] =>
  amounts.filter(({ payee }) => payees.has(payee));

/** The live payouts that would collect other amounts of some payees, by what these were calculated anew. */
export const outdatedBy = (
  ledger: Pick<Ledger, 'through' | 'payable'>,
  payees: readonly string[],
  payouts: Iterable<PinnedPayout>,
): string[] =>
  [...payouts]
    .filter(isLive)
    .filter(({ through, amounts, taken, ...asked }) => {
      const both = new Set(payees.filter((id) => asksAbout(asked, id)));
      const { atMost } = asked;
      const part = {
        through,
        payees: [...both],
        amounts: of(amounts, both),
        ...(atMost && { atMost }),
      };
      return both.size > 0 && isOutdated(part, ledger, of(taken, both));
    })
    .map(({ id }) => id);
