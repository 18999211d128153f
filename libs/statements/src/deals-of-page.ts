import type { Book, Fact } from '#crediting';
import {
  dealOf,
  earlierHolders,
  shareOut,
  type DealRow,
  type SharedOut,
  type Written,
} from './deal-rows.js';

// A deal that the page says something about.
interface Open {
  /** Whether it has a row. */
  isStored: boolean;
  readonly facts: Fact[];
  /** The facts as they are stored, without the brackets around them. */
  text: string;
  /** Everybody who ever had credit of it. */
  payees: readonly string[];
  /** The last fact that has been shared out already. */
  through: number;
  shared?: SharedOut;
}

/** Rows to write: of deals that have none yet, and of others. */
export interface Settled {
  readonly fresh: readonly Written[];
  readonly changed: readonly Written[];
}

/** What a page of events does to deals: gathered fact by fact, shared out, and settled into rows. */
export class DealsOfPage {
  private readonly deals = new Map<string, Open>();
  private waiting: Open[] = [];
  private unsettled = new Set<Open>();

  /** `again` are deals with several facts in the page; `made` hears who said something that gives a payee his pay. */
  constructor(
    known: ReadonlyMap<string, DealRow>,
    private readonly again: ReadonlySet<string>,
    private readonly made: (payee: string, fact: Fact) => void,
  ) {
    for (const [id, { facts, text, payees }] of known) {
      const through = facts.at(-1)?.position ?? 0;
      const open = { isStored: true, facts: [...facts], text: text.slice(1, -1), payees, through };
      this.deals.set(id, open);
    }
  }

  /** Takes in a fact about a deal, with its JSON. */
  add(fact: Fact, text: string): void {
    const id = dealOf(fact);
    const open = this.deals.get(id);
    if (!open) {
      const begun = { isStored: false, facts: [fact], text, payees: [], through: 0 };
      // Nobody asks again for a deal of which there is no more: its memory is soon free.
      if (this.again.has(id)) this.deals.set(id, begun);
      this.waiting.push(begun);
      return;
    }
    if ((open.facts.at(-1)?.position ?? 0) <= open.through) this.waiting.push(open);
    open.facts.push(fact);
    open.text = open.text === '' ? text : `${open.text},${text}`;
  }

  /** Shares out the deals that have new facts, by what the book knows just now. */
  shareOut(book: Book): void {
    for (const open of this.waiting) {
      const { facts, through } = open;
      const ever =
        facts.length === 1 ? [] : [...open.payees, ...earlierHolders(book, facts, through)];
      const shared = shareOut(book, facts, ever);
      open.through = facts.at(-1)?.position ?? 0;
      if (!shared) continue;
      open.shared = shared;
      open.payees = shared.row.payees;
      for (const fact of facts)
        if (fact.position > through) for (const payee of open.payees) this.made(payee, fact);
      this.unsettled.add(open);
    }
    this.waiting = [];
  }

  /** The rows that are different since the last time, which whoever asks for them writes. */
  settle(): Settled {
    const fresh: Written[] = [];
    const changed: Written[] = [];
    for (const open of this.unsettled) {
      const { row, credits } = open.shared as SharedOut;
      (open.isStored ? changed : fresh).push({ row, credits, text: `[${open.text}]` });
      open.isStored = true;
    }
    this.unsettled = new Set();
    return { fresh, changed };
  }
}
