import { formatDay } from '#kernel';
import type { Book, Fact } from '#crediting';
import { dealCredits, type DealCredits } from './dated-credits.js';

/** A deal as a row: what is asked of many deals in columns, all that the log says of it in `facts`. */
export interface DealRow {
  readonly deal: string;
  /** The log position of its booking. */
  readonly position: number;
  readonly account: string;
  readonly bookedOn: string;
  readonly currency: string;
  readonly territory: string | null;
  /** Everybody who ever had credit of it, at whatever position of the log. */
  readonly payees: readonly string[];
  readonly facts: readonly Fact[];
  /** The facts as they are stored. */
  readonly text: string;
}

/** A deal that was shared out: its row but for the facts, with the credits that it leads to. */
export interface SharedOut {
  readonly row: Omit<DealRow, 'facts' | 'text'>;
  readonly credits: DealCredits;
}

/** A deal whose row is being written. */
export interface Written extends SharedOut {
  readonly text: string;
}

/** Which deal a fact is about: that of its own stream, or the one whose credit is adjusted. */
export const dealOf = (fact: Pick<Fact, 'type' | 'stream' | 'data'>): string =>
  fact.type === 'CreditAdjusted'
    ? (fact.data as { deal: string }).deal
    : fact.stream.slice('deal-'.length);

const payeesOf = ({ credits }: DealCredits): string[] => credits.map(({ payee }) => payee);

// Mostly they are one or two.
const distinct = (payees: string[]): string[] => {
  if (payees.length < 2) return payees;
  return [...new Set(payees)].sort();
};

/**
 * Shares out a deal, of which `facts` say all, by what the book knows of others. `ever` are those
 * who had credit of it before.
 */
export const shareOut = (
  book: Book,
  facts: readonly Fact[],
  ever: Iterable<string>,
): SharedOut | undefined => {
  const credits = dealCredits(book, facts);
  if (!credits) return undefined;
  const { deal, holders } = credits.credited;
  return {
    credits,
    row: {
      deal: deal.id,
      position: deal.positions[0] ?? 0,
      account: deal.account,
      bookedOn: formatDay(deal.bookedOn),
      currency: deal.currency,
      territory: holders.territory ?? null,
      payees: distinct([...ever, ...payeesOf(credits)]),
    },
  };
};

/**
 * Who had credit of a deal at some position of the log from `after` on, before its last fact: a
 * statement as of that position still asks for the deal.
 */
export const earlierHolders = (book: Book, facts: readonly Fact[], after: number): string[] =>
  facts.length === 1
    ? []
    : facts.slice(0, -1).flatMap(({ position }, i) => {
        const credits = position > after ? dealCredits(book, facts.slice(0, i + 1)) : undefined;
        return credits ? payeesOf(credits) : [];
      });

/** Who had credit of a deal by what was known at a position of the log. */
export const holdersAt = (book: Book, facts: readonly Fact[], position: number): string[] => {
  const then = facts.filter((fact) => fact.position <= position);
  const credits = dealCredits(book.asOf(position), then);
  return credits ? payeesOf(credits) : [];
};
