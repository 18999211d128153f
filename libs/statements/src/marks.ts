import { reportingLine, reportsOf, type Book, type Fact } from '#crediting';
import { EVER, touchedBy, type LineChange, type StaleDeals } from './touched.js';

const heldOverAccounts = (book: Book): string[] =>
  book.idsOf('account').filter((id) => book.account(id).moves.some(({ holdover }) => holdover));

/** What some facts make stale, gathered fact by fact: deals to share out again, payees to calculate again. */
export class Marks {
  readonly payees = new Set<string>();
  /** Accounts whose payees are touched even where nobody's credit changes. */
  readonly accounts = new Set<string>();
  readonly pairs = new Map<string, readonly [string, string]>();
  /** Where in the log the rules of territories last changed; 0: nowhere. */
  rulesAt = 0;
  private readonly deals: StaleDeals[] = [];
  private readonly lines: LineChange[] = [];
  private readonly heldOverAt: number[] = [];

  /** Notes what a fact touches that is not about one deal; the book knows it already. */
  note(book: Book, fact: Fact): void {
    const touched = touchedBy(book, fact);
    this.deals.push(...touched.deals);
    for (const payee of touched.payees) this.payees.add(payee);
    for (const account of touched.accounts) this.accounts.add(account);
    if (touched.pair) this.pairs.set(touched.pair.join(), touched.pair);
    if (touched.line) this.lines.push(touched.line);
    if (touched.heldOver) this.heldOverAt.push(fact.position);
    if (touched.rules) this.rulesAt = fact.position;
  }

  /** The deals that are stale, by what finds them; the book knows all of the facts. */
  staleDeals(book: Book): StaleDeals[] {
    return [...this.deals, ...this.ofLines(book), ...this.ofHoldovers(book)];
  }

  private ofLines(book: Book): StaleDeals[] {
    if (this.lines.length === 0) return [];
    const line = reportingLine(book);
    return this.lines.flatMap(({ payee, since, position }) => {
      // His old team and his new one may be measured together.
      for (const peer of line.peers(payee)) this.payees.add(peer);
      return [payee, ...reportsOf(line, payee)].map((key): StaleDeals => ({
        by: 'payee',
        key,
        since,
        position,
      }));
    });
  }

  private ofHoldovers(book: Book): StaleDeals[] {
    if (this.heldOverAt.length === 0) return [];
    const accounts = heldOverAccounts(book);
    return this.heldOverAt.flatMap((position) =>
      accounts.map((key): StaleDeals => ({ by: 'account', key, since: EVER, position })),
    );
  }
}
