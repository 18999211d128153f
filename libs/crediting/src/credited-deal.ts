import { Exact, minorUnits, roundToSum } from '#kernel';
import type { Deal, DealContent, Receipt } from './book-deals.js';
import type { Book } from './book.js';
import { byId } from './fact.js';
import { holdersOf, type Holders } from './holders.js';
import { splitLines, type CreditKind, type LinePart, type Part } from './split-credit.js';

/** What the deal says on a day: the last amendment up to then, else the booking. */
export const contentOn = (deal: Deal, day: number): number => {
  let found = 0;
  deal.contents.forEach((content, i) => {
    if (i > 0 && content.on <= day) found = i;
  });
  return found;
};

// An invoice or payment counts each line in proportion to the deal's amount on its date.
const receiptLines = (deal: Deal, content: DealContent, receipt: Receipt): LinePart[] => {
  const scale = Math.max(receipt.amount.decimals() ?? 0, minorUnits(deal.currency));
  const parts = content.amount.isZero
    ? content.lines.map(() => Exact.ZERO)
    : content.lines.map((line) => receipt.amount.times(line.amount).dividedBy(content.amount));
  const total = content.amount.isZero ? 0n : receipt.amount.round(scale);
  const units = roundToSum(parts, total, scale);
  return units.map((unit) => ({ amount: Exact.units(unit, scale), cost: Exact.ZERO }));
};

/** A deal with its credit shared out: the parts of each content stand in the same order. */
export class CreditedDeal {
  readonly holders: Holders;
  /** For each of the deal's contents, who has which part of it. */
  readonly parts: readonly (readonly Part[])[];
  private receipts: Map<Receipt, readonly Part[]> | undefined;

  constructor(
    private readonly book: Book,
    readonly deal: Deal,
  ) {
    this.holders = holdersOf(book, deal);
    this.parts = deal.contents.map(({ lines }) => splitLines(book, deal, lines, this.holders));
    this.receipts = undefined;
  }

  /** Who has which part of an invoice or a payment, shared over the lines as the deal then is. */
  receiptParts(receipt: Receipt): readonly Part[] {
    this.receipts ??= new Map();
    let parts = this.receipts.get(receipt);
    if (!parts) {
      const content = this.deal.contents[contentOn(this.deal, receipt.on)] as DealContent;
      const lines = receiptLines(this.deal, content, receipt);
      parts = splitLines(this.book, this.deal, lines, this.holders);
      this.receipts.set(receipt, parts);
    }
    return parts;
  }
}

/** Shares out the credit of a deal by what the book knows of its booking date. */
export const creditDeal = (book: Book, deal: Deal): CreditedDeal => new CreditedDeal(book, deal);

/** One payee's credit of one line of a deal, as the deal now stands. */
export interface CreditRow {
  readonly deal: string;
  readonly payee: string;
  readonly kind: CreditKind;
  readonly line: string;
  readonly amount: Exact;
  readonly currency: string;
}

/** A deal, or a part of one, that no one has credit for. */
export interface UncreditedRow {
  readonly deal: string;
  readonly reason: 'no-territory' | 'no-owner' | 'no-fx-rate';
}

/** The credits of a deal as it stands: a cancelled one shows none; manual credits beside. */
export const creditRows = (book: Book, credited: CreditedDeal): CreditRow[] => {
  const { deal, parts } = credited;
  const { currency } = deal;
  const content = deal.contents[deal.contents.length - 1] as DealContent;
  const current = deal.cancelled ? [] : (parts[parts.length - 1] ?? []);
  const rows = current.flatMap((part) =>
    content.lines.map((line, i): CreditRow => ({
      deal: deal.id,
      payee: part.payee,
      kind: part.kind,
      line: line.id,
      amount: (part.lines[i] as LinePart).amount,
      currency,
    })),
  );
  const manual = byId(book.manualCredits(deal.id)).map(({ data }): CreditRow => ({
    deal: deal.id,
    payee: data.payee,
    kind: 'manual',
    line: '',
    amount: Exact.from(data.amount),
    currency,
  }));
  return [...rows, ...manual];
};

/** Why a deal, or a part of it, is nobody's, if it is. */
export const uncreditedRows = ({ deal, holders }: CreditedDeal): UncreditedRow[] =>
  holders.missing ? [{ deal: deal.id, reason: holders.missing }] : [];

/** A payee's part of a deal: as it was booked, and its place in each of the deal's contents. */
export interface Credit {
  readonly credited: CreditedDeal;
  readonly booked: Part;
  readonly place: number;
}

/** All credits of the deals in a book, by who has them. */
export interface Credits {
  readonly deals: readonly CreditedDeal[];
  readonly byPayee: ReadonlyMap<string, readonly Credit[]>;
  /** Direct credits by the manager whom the payee had on the booking date. */
  readonly directByManager: () => ReadonlyMap<string, readonly Credit[]>;
  /** Deals with manual credits, by the payee who has them. */
  readonly manualByPayee: ReadonlyMap<string, readonly CreditedDeal[]>;
}

const add = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};

const indexByManager = (book: Book, deals: Iterable<CreditedDeal>): Map<string, Credit[]> => {
  const index = new Map<string, Credit[]>();
  for (const credited of deals) {
    (credited.parts[0] ?? []).forEach((booked, place) => {
      if (booked.kind !== 'direct') return;
      const manager = book.managerOn(booked.payee, credited.deal.bookedOn);
      if (manager !== undefined) add(index, manager, { credited, booked, place });
    });
  }
  return index;
};

const creditedIn = (book: Book): ReadonlyMap<Deal, CreditedDeal> =>
  book.derivedFromAll(
    'credited deals',
    () => new Map(creditsIn(book).deals.map((credited) => [credited.deal, credited])),
  );

/** Shares out all deals of a book; computed once for what the book knows. */
export const creditsIn = (book: Book): Credits =>
  book.derivedFromAll('credits', () => {
    const deals: CreditedDeal[] = [];
    const known = book.sameHolders && creditedIn(book.sameHolders);
    const byPayee = new Map<string, Credit[]>();
    const manualByPayee = new Map<string, CreditedDeal[]>();
    book.eachDeal((deal) => {
      const credited = known?.get(deal) ?? creditDeal(book, deal);
      deals.push(credited);
      const parts = credited.parts[0] as readonly Part[];
      for (let place = 0; place < parts.length; place += 1) {
        const booked = parts[place] as Part;
        add(byPayee, booked.payee, { credited, booked, place });
      }
      const manual = book.manualCredits(deal.id);
      if (manual.length === 0) return;
      const payees = new Set(manual.map((fact) => fact.data.payee));
      for (const payee of payees) add(manualByPayee, payee, credited);
    });
    let index: Map<string, Credit[]> | undefined;
    const directByManager = (): Map<string, Credit[]> => (index ??= indexByManager(book, deals));
    return { deals, byPayee, manualByPayee, directByManager };
  });
