import { dayOf, Exact } from '#kernel';
import {
  creditDeal,
  foldDeal,
  uncreditedRows,
  type Book,
  type CreditedDeal,
  type LinePart,
  type CreditKind,
  type Fact,
  type Part,
  type UncreditedRow,
} from '#crediting';
import type { AdjustCredit } from '#deals';

/** One payee's credit of a line of a deal on a credit date; a cancelled deal's sum to zero. */
export interface DatedCredit {
  readonly payee: string;
  readonly deal: string;
  readonly kind: CreditKind;
  readonly line: string;
  /** The credit date, as a day number. */
  readonly on: number;
  /** In the deal's currency. */
  readonly amount: Exact;
  readonly currency: string;
}

/** A deal with its credits, and what of it nobody has credit for. */
export interface DealCredits {
  readonly credited: CreditedDeal;
  readonly credits: readonly DatedCredit[];
  readonly uncredited: readonly UncreditedRow[];
}

type Add = (part: Part, line: string, on: number, amount: Exact) => void;

// What each content says of a line, less what the one before said of it.
const addDifferences = ({ deal, parts }: CreditedDeal, add: Add): void => {
  deal.contents.forEach(({ on, lines }, i) => {
    const before = deal.contents[i - 1];
    for (const [place, part] of (parts[i] ?? []).entries()) {
      const old = parts[i - 1]?.[place];
      const remaining = new Map(before?.lines.map((line, n) => [line.id, old?.lines[n]?.amount]));
      lines.forEach((line, n) => {
        const { amount } = part.lines[n] as LinePart;
        add(part, line.id, on, amount.minus(remaining.get(line.id) ?? Exact.ZERO));
        remaining.delete(line.id);
      });
      for (const [line, amount] of remaining) if (amount) add(part, line, on, amount.negated());
    }
  });
};

const addCancellation = ({ deal, parts }: CreditedDeal, add: Add): void => {
  const content = deal.contents[deal.contents.length - 1];
  if (!deal.cancelled || !content) return;
  for (const part of parts[parts.length - 1] ?? []) {
    for (const [n, line] of content.lines.entries()) {
      add(part, line.id, deal.cancelled.on, (part.lines[n] as LinePart).amount.negated());
    }
  }
};

// Most deals are booked and nothing else: then the parts are the credits.
const bookedCredits = ({ deal, parts }: CreditedDeal): DatedCredit[] => {
  const { id, bookedOn, currency } = deal;
  const rows: DatedCredit[] = [];
  for (const { payee, kind, lines } of parts[0] ?? []) {
    for (const [n, line] of (deal.contents[0]?.lines ?? []).entries()) {
      const { amount } = lines[n] as LinePart;
      rows.push({ payee, deal: id, kind, line: line.id, on: bookedOn, amount, currency });
    }
  }
  return rows;
};

const datedCredits = (credited: CreditedDeal, manual: readonly Fact[]): DatedCredit[] => {
  const { deal } = credited;
  const isBookedOnly = deal.contents.length === 1 && !deal.cancelled;
  if (isBookedOnly && manual.length === 0) return bookedCredits(credited);
  const rows = new Map<string, DatedCredit>();
  const keep = (row: DatedCredit): void => {
    const key = `${row.kind}\n${row.payee}\n${row.line}\n${row.on}`;
    const known = rows.get(key);
    // A difference of nothing is no credit; a booking of nothing still says whose the deal is.
    if (!known && row.amount.isZero && row.on !== deal.bookedOn) return;
    rows.set(key, known ? { ...row, amount: known.amount.plus(row.amount) } : row);
  };
  const of = { deal: deal.id, currency: deal.currency };
  const add: Add = ({ payee, kind }, line, on, amount) =>
    keep({ ...of, payee, kind, line, on, amount });
  addDifferences(credited, add);
  addCancellation(credited, add);
  for (const { data } of manual) {
    const { payee, amount, on } = data as AdjustCredit;
    keep({ ...of, payee, kind: 'manual', line: '', on: dayOf(on), amount: Exact.from(amount) });
  }
  return [...rows.values()];
};

const isManual = ({ type }: Fact): boolean => type === 'CreditAdjusted';

/**
 * The credits that the facts about one deal lead to, shared out by what the book knows; undefined
 * where none of them books it.
 */
export const dealCredits = (book: Book, facts: readonly Fact[]): DealCredits | undefined => {
  const manual = facts.filter(isManual);
  const deal = foldDeal(manual.length === 0 ? facts : facts.filter((fact) => !isManual(fact)));
  if (!deal) return undefined;
  const credited = creditDeal(book, deal);
  return {
    credited,
    credits: datedCredits(credited, manual),
    uncredited: uncreditedRows(credited),
  };
};
